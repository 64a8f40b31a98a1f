//! A sender: raw bytes in a chosen envelope, handed to the world's Postfix.

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

use super::address;

/// Delivers one message. What a strict server would refuse (bare CR, lone LF) is appended by IMAP instead.
pub(crate) async fn deliver(from: &str, to: &str, message: &[u8]) {
    let stream =
        TcpStream::connect(("127.0.0.1", address("SMTP_PORT").parse().expect("a port"))).await.expect("Postfix");
    let mut stream = BufReader::new(stream);
    expect(&mut stream, "220").await;
    for (line, code) in [
        ("EHLO sender.example.org".to_owned(), "250"),
        (format!("MAIL FROM:<{from}>"), "250"),
        (format!("RCPT TO:<{to}>"), "250"),
        ("DATA".to_owned(), "354"),
    ] {
        stream.write_all(format!("{line}\r\n").as_bytes()).await.expect("written");
        expect(&mut stream, code).await;
    }
    stream.write_all(&stuffed(message)).await.expect("written");
    stream.write_all(b".\r\n").await.expect("written");
    expect(&mut stream, "250").await;
    stream.write_all(b"QUIT\r\n").await.expect("written");
}

/// Delivers many over one connection: envelope sender and bytes of each.
pub(crate) async fn deliver_all(to: &str, mails: Vec<(String, Vec<u8>)>) {
    let stream =
        TcpStream::connect(("127.0.0.1", address("SMTP_PORT").parse().expect("a port"))).await.expect("Postfix");
    let mut stream = BufReader::new(stream);
    expect(&mut stream, "220").await;
    stream.write_all(b"EHLO sender.example.org\r\n").await.expect("written");
    expect(&mut stream, "250").await;
    for (from, mail) in mails {
        let head = format!("MAIL FROM:<{from}>\r\nRCPT TO:<{to}>\r\nDATA\r\n");
        stream.write_all(head.as_bytes()).await.expect("written");
        for code in ["250", "250", "354"] {
            expect(&mut stream, code).await;
        }
        stream.write_all(&[stuffed(&mail).as_slice(), b".\r\n"].concat()).await.expect("written");
        expect(&mut stream, "250").await;
    }
    stream.write_all(b"QUIT\r\n").await.expect("written");
}

/// RFC 5321 §4.5.2: a line that begins with a dot gets another.
fn stuffed(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len() + 16);
    for line in message.split_inclusive(|b| *b == b'\n') {
        if line.first() == Some(&b'.') {
            out.push(b'.');
        }
        out.extend_from_slice(line);
    }
    if !out.ends_with(b"\r\n") {
        out.extend_from_slice(b"\r\n");
    }
    out
}

async fn expect(stream: &mut BufReader<TcpStream>, code: &str) {
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.expect("an answer");
        assert!(line.starts_with(code), "wanted {code}, the server said {line:?}");
        if line.as_bytes().get(3) != Some(&b'-') {
            return;
        }
    }
}
