//! The connection to a relay, encrypted before lettre sees it.
//!
//! lettre's own leaves Nagle's delay on, which costs 40 ms a mail, and reads on after STARTTLS in what a
//! stranger may have slipped in before.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use lettre::transport::smtp::client::AsyncTokioStream;
use rustls::ClientConfig;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::client::TlsStream;

use crate::mail::{
    line::{self, EncryptError},
    tls::Tls,
    words::{ANSWER_CHARS, one_line},
};

/// Longest reply that is read before TLS.
const MAX_REPLY: usize = 8 << 10;
/// Most that is read between two of our own words: lettre reads a line into memory however long it is.
const MAX_SAID: usize = 256 << 10;

/// A connection. After STARTTLS no greeting comes any more, and lettre waits for one: it gets ours.
#[derive(Debug)]
pub(super) struct Connection {
    stream: Stream,
    greeting: &'static [u8],
    /// Bytes read since we last wrote.
    said: usize,
}

#[derive(Debug)]
enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

pub(super) async fn dial(
    host: &str,
    port: u16,
    tls: Tls,
    config: Option<&Arc<ClientConfig>>,
    hello: &str,
) -> Result<Connection, String> {
    let mut stream = line::dial(host, port).await.map_err(|error| format!("no connection: {error}"))?;
    let Some(config) = config else { return Ok(Connection { stream: Stream::Plain(stream), greeting: b"", said: 0 }) };
    let mut greeting: &'static [u8] = b"";
    if tls == Tls::StartTls {
        starttls(&mut stream, hello).await?;
        greeting = b"220 encrypted\r\n";
    }
    let stream = line::encrypt(stream, host, config.clone()).await.map_err(|error| match error {
        EncryptError::Setup(error) => error.to_string(),
        EncryptError::Handshake(error) => {
            format!("TLS failed: {error}; look at the server's certificate, at `tls` and at `ca_file`")
        }
    })?;
    Ok(Connection { stream: Stream::Tls(Box::new(stream)), greeting, said: 0 })
}

async fn starttls(stream: &mut TcpStream, hello: &str) -> Result<(), String> {
    expect(stream, 220, "the greeting").await?;
    for (command, code, what) in [(format!("EHLO {hello}\r\n"), 250, "EHLO"), ("STARTTLS\r\n".into(), 220, "STARTTLS")]
    {
        stream.write_all(command.as_bytes()).await.map_err(|error| format!("no connection: {error}"))?;
        expect(stream, code, what).await?;
    }
    Ok(())
}

/// Reads one reply, and nothing beyond it.
async fn expect(stream: &mut TcpStream, code: u16, what: &str) -> Result<(), String> {
    let mut reply = Vec::new();
    loop {
        if let Some((said, end)) = complete(&reply) {
            let words = one_line(&String::from_utf8_lossy(&reply), ANSWER_CHARS);
            if said != code {
                return Err(format!("{what} was answered by {words}"));
            }
            if end < reply.len() {
                return Err(format!("{what} was answered by more than one reply; somebody may stand in between"));
            }
            return Ok(());
        }
        if reply.len() > MAX_REPLY {
            return Err(format!("the answer to {what} is too long"));
        }
        let read = stream.read_buf(&mut reply).await.map_err(|error| format!("no connection: {error}"))?;
        if read == 0 {
            return Err(format!("the connection was closed instead of an answer to {what}"));
        }
    }
}

/// Code and length of the first reply, once its last line is there.
fn complete(bytes: &[u8]) -> Option<(u16, usize)> {
    let mut end = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        end += line.len();
        let last = line.ends_with(b"\n") && line.get(3) != Some(&b'-');
        if last {
            let code = line.get(..3).and_then(|code| std::str::from_utf8(code).ok());
            return Some((code.and_then(|code| code.parse().ok()).unwrap_or(0), end));
        }
    }
    None
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if !self.greeting.is_empty() {
            let (now, later) = self.greeting.split_at(self.greeting.len().min(buf.remaining()));
            buf.put_slice(now);
            self.greeting = later;
            return Poll::Ready(Ok(()));
        }
        let before = buf.filled().len();
        ready!(match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Stream::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
        })?;
        self.said += buf.filled().len() - before;
        if self.said > MAX_SAID {
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, "the relay's reply has no end")));
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.said = 0;
        match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            Stream::Tls(stream) => Pin::new(stream).poll_write(cx, buf),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Stream::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Stream::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}

impl AsyncTokioStream for Connection {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        match &self.stream {
            Stream::Plain(stream) => stream.peer_addr(),
            Stream::Tls(stream) => stream.get_ref().0.peer_addr(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies() {
        assert_eq!(complete(b"220 hi\r\n"), Some((220, 8)));
        assert_eq!(complete(b"250-a\r\n250-b\r\n"), None);
        assert_eq!(complete(b"250-a\r\n250 b\r\n"), Some((250, 14)));
        assert_eq!(complete(b"220 go\r\n250 smuggled\r\n"), Some((220, 8)));
        assert_eq!(complete(b"220 g"), None);
        assert_eq!(complete(b"\r\n"), Some((0, 2)));
    }

    /// What STARTTLS comes to with a relay that says this instead of a greeting.
    async fn greeted_by(words: Vec<u8>) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let mut stream = TcpStream::connect(listener.local_addr().expect("an address")).await.expect("connected");
        let (mut relay, _) = listener.accept().await.expect("accepted");
        // It may be hung up on; having said all, it hangs up itself.
        tokio::spawn(async move { relay.write_all(&words).await });
        starttls(&mut stream, "college.test").await.expect_err("refused")
    }

    #[tokio::test]
    async fn before_tls_a_reply_has_an_end_and_nothing_behind_it() {
        let slipped = greeted_by(b"220 hi\r\n250 and you are signed in\r\n".to_vec()).await;
        assert!(slipped.contains("more than one reply"), "{slipped}");
        let endless = greeted_by(b"220-still greeting\r\n".repeat(4_000)).await;
        assert!(endless.contains("too long"), "{endless}");
        assert!(greeted_by(b"554 no\r\n".to_vec()).await.contains("554 no"));
    }
}
