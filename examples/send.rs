//! Sends one mail file over SMTP, with an envelope of its own: what the demo's morning arrives by.
//!
//! ```text
//! cargo run --example send -- HOST:PORT SENDER RECIPIENT FILE [NAME=VALUE]…
//! ```
//!
//! An empty SENDER is the null sender of a bounce. `@NAME@` in the file becomes VALUE. The server's answer to the mail
//! is printed; anything but an acceptance ends with 1.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};

const LIMIT: Duration = Duration::from_mins(1);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match send(&arguments) {
        Ok(answer) => {
            println!("{answer}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("send: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn send(arguments: &[String]) -> Result<String> {
    let [server, sender, recipient, file, values @ ..] = arguments else {
        bail!("usage: send HOST:PORT SENDER RECIPIENT FILE [NAME=VALUE]…");
    };
    for address in [sender, recipient] {
        let plain = |c: char| c.is_ascii_graphic() && !"<>".contains(c);
        ensure!(address.chars().all(plain), "`{address}` is not an address");
    }
    let text = std::fs::read(file).with_context(|| format!("cannot read {file}"))?;
    let text = filled_in(text, values)?;

    let mut session = Session::open(server)?;
    session.ask("EHLO sender.example", "250")?;
    session.ask(&format!("MAIL FROM:<{sender}>"), "250")?;
    session.ask(&format!("RCPT TO:<{recipient}>"), "250")?;
    session.ask("DATA", "354")?;
    let answer = session.say(&dotted(&text), "250")?;
    session.ask("QUIT", "221")?;
    Ok(answer)
}

/// Places for dates and message ids; the bytes around them stay as they are.
fn filled_in(mut text: Vec<u8>, values: &[String]) -> Result<Vec<u8>> {
    for value in values {
        let (name, value) = value.split_once('=').with_context(|| format!("`{value}` is not NAME=VALUE"))?;
        let place = format!("@{name}@").into_bytes();
        let mut filled = Vec::with_capacity(text.len());
        let mut rest = text.as_slice();
        while let Some(at) = rest.windows(place.len()).position(|bytes| bytes == place) {
            filled.extend_from_slice(&rest[..at]);
            filled.extend_from_slice(value.as_bytes());
            rest = &rest[at + place.len()..];
        }
        filled.extend_from_slice(rest);
        text = filled;
    }
    Ok(text)
}

/// Lines end with CRLF, and a leading dot is doubled, as RFC 5321 §4.5.2 wants it.
fn dotted(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 16 + 5);
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    for line in text.split(|&byte| byte == b'\n') {
        if line.starts_with(b".") {
            out.push(b'.');
        }
        out.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b".\r\n");
    out
}

struct Session {
    stream: TcpStream,
    answers: BufReader<TcpStream>,
}

impl Session {
    fn open(server: &str) -> Result<Self> {
        let stream = TcpStream::connect(server).with_context(|| format!("cannot reach {server}"))?;
        stream.set_read_timeout(Some(LIMIT))?;
        stream.set_write_timeout(Some(LIMIT))?;
        let answers = BufReader::new(stream.try_clone()?);
        let mut session = Self { stream, answers };
        session.answer("220")?;
        Ok(session)
    }

    fn ask(&mut self, verb: &str, wanted: &str) -> Result<String> {
        self.say(format!("{verb}\r\n").as_bytes(), wanted).with_context(|| verb.to_owned())
    }

    fn say(&mut self, bytes: &[u8], wanted: &str) -> Result<String> {
        self.stream.write_all(bytes)?;
        self.answer(wanted)
    }

    fn answer(&mut self, wanted: &str) -> Result<String> {
        let mut line = String::new();
        loop {
            line.clear();
            ensure!(self.answers.read_line(&mut line)? > 0, "the server ended the connection");
            // A hyphen after the code says that more lines follow.
            if line.as_bytes().get(3) != Some(&b'-') {
                break;
            }
        }
        let line = line.trim_end();
        ensure!(line.starts_with(wanted), "the server answered: {line}");
        Ok(line.to_owned())
    }
}
