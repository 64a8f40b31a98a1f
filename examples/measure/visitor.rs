//! Somebody at the console's pages: one connection, kept open, as a browser does.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};

const LIMIT: Duration = Duration::from_secs(30);

/// A connection with cookies.
pub(crate) struct Visitor {
    stream: TcpStream,
    answers: BufReader<TcpStream>,
    cookies: Vec<String>,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

impl Visitor {
    pub(crate) fn new(address: &str, cookies: Vec<String>) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(LIMIT))?;
        let answers = BufReader::new(stream.try_clone()?);
        Ok(Self { stream, answers, cookies })
    }

    /// Signs in and gives the cookies, which hold for other connections too.
    pub(crate) fn sign_in(mut self, login: &str, password: &str) -> Result<Vec<String>> {
        let page = self.get("/sign-in")?;
        let text = String::from_utf8_lossy(&page.body).into_owned();
        let (_, after) = text.split_once("name=\"csrf\" value=\"").context("the sign-in page has no form token")?;
        let token = after.split('"').next().unwrap_or_default();
        let form = format!("csrf={token}&login={login}&password={password}&next=");
        let answer = self.ask(&format!(
            "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nCookie: {}\r\n\r\n{form}",
            form.len(),
            self.cookies.join("; "),
        ))?;
        ensure!(answer.status == 303, "signing in was answered with {}", answer.status);
        Ok(self.cookies)
    }

    pub(crate) fn get(&mut self, path: &str) -> Result<Answer> {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {}\r\n\r\n", self.cookies.join("; ")))
    }

    fn ask(&mut self, request: &str) -> Result<Answer> {
        self.stream.write_all(request.as_bytes())?;
        let first = self.line()?;
        let status = first.split(' ').nth(1).and_then(|code| code.parse().ok()).context("no status line")?;
        let mut length = 0;
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').context("a header line without a colon")?;
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse()?,
                "set-cookie" => self.keep(value.trim().split(';').next().unwrap_or_default()),
                "transfer-encoding" => anyhow::bail!("an answer in pieces; only whole pages are measured"),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        self.answers.read_exact(&mut body)?;
        Ok(Answer { status, body })
    }

    fn keep(&mut self, cookie: &str) {
        let name = cookie.split('=').next().unwrap_or_default().to_owned();
        self.cookies.retain(|kept| kept.split('=').next() != Some(&name));
        self.cookies.push(cookie.to_owned());
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        ensure!(self.answers.read_line(&mut line)? > 0, "the connection ended");
        Ok(line.trim_end().to_owned())
    }
}
