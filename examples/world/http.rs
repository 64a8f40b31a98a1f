//! As much of HTTP/1.1 as a token endpoint needs: one form in, one JSON document out, then the end.

use std::collections::HashMap;

use anyhow::{Context as _, Result, bail, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const HEAD_LIMIT: usize = 16 * 1024;
const BODY_LIMIT: usize = 64 * 1024;

/// A request with a form.
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    form: HashMap<String, String>,
}

impl Request {
    pub(crate) async fn read(stream: &mut TcpStream) -> Result<Self> {
        let mut bytes = Vec::new();
        let end = loop {
            if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                break end;
            }
            ensure!(bytes.len() < HEAD_LIMIT, "the head is too long");
            ensure!(stream.read_buf(&mut bytes).await? > 0, "the request ends early");
        };
        let head = String::from_utf8(bytes[..end].to_vec()).context("the head is not UTF-8")?;
        let mut body = bytes.split_off(end + 4);
        let length = content_length(&head)?;
        while body.len() < length {
            ensure!(stream.read_buf(&mut body).await? > 0, "the body ends early");
        }
        let mut first = head.split_whitespace();
        let (Some(method), Some(target)) = (first.next(), first.next()) else { bail!("no request line") };
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let body = String::from_utf8_lossy(&body[..length]).into_owned();
        let form = pairs(query).chain(pairs(&body)).collect();
        Ok(Self { method: method.to_owned(), path: path.to_owned(), form })
    }

    /// A field of the form, empty where it is missing.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.form.get(name).map_or("", String::as_str)
    }
}

/// Answers and ends the connection.
pub(crate) async fn answer(stream: &mut TcpStream, status: &str, json: &serde_json::Value) -> Result<()> {
    let body = json.to_string();
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nCache-Control: no-store\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(format!("{head}{body}").as_bytes()).await?;
    stream.shutdown().await?;
    Ok(())
}

fn content_length(head: &str) -> Result<usize> {
    for line in head.lines().skip(1) {
        let Some((name, value)) = line.split_once(':') else { continue };
        if name.eq_ignore_ascii_case("content-length") {
            let length = value.trim().parse().context("Content-Length")?;
            ensure!(length <= BODY_LIMIT, "the body is too long");
            return Ok(length);
        }
        ensure!(!name.eq_ignore_ascii_case("transfer-encoding"), "only bodies of a known length are read");
    }
    Ok(0)
}

fn pairs(form: &str) -> impl Iterator<Item = (String, String)> {
    form.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(name), decoded(value))
    })
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match (byte, hex.and_then(|two| u8::from_str_radix(two, 16).ok())) {
            (b'%', Some(value)) => {
                bytes.push(value);
                rest = &after[2..];
                continue;
            }
            (b'+', _) => bytes.push(b' '),
            _ => bytes.push(byte),
        }
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
