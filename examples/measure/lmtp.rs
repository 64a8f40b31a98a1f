//! Delivers one mail to Dovecot, as Postfix does.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpStream,
    time::Duration,
};

use anyhow::{Result, ensure};

use crate::stopwatch::Stopwatch;

const LIMIT: Duration = Duration::from_secs(30);

/// Delivers, and gives a stopwatch that was started right before the end of the mail was said: before Dovecot had it.
pub(crate) fn deliver(port: &str, sender: &str, recipient: &str, bytes: &[u8]) -> Result<Stopwatch> {
    let stream = TcpStream::connect(format!("127.0.0.1:{port}"))?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.set_nodelay(true)?;
    let mut answers = BufReader::new(stream.try_clone()?);
    let mut session = Session { stream, answers: &mut answers };
    session.hear("220")?;
    session.say(b"LHLO measure.example\r\n", "250")?;
    session.say(format!("MAIL FROM:<{sender}>\r\n").as_bytes(), "250")?;
    session.say(format!("RCPT TO:<{recipient}>\r\n").as_bytes(), "250")?;
    session.say(b"DATA\r\n", "354")?;
    // None of the generated lines begins with a dot.
    session.stream.write_all(bytes)?;
    let watch = Stopwatch::start();
    session.say(b".\r\n", "250")?;
    session.say(b"QUIT\r\n", "221")?;
    Ok(watch)
}

struct Session<'a> {
    stream: TcpStream,
    answers: &'a mut BufReader<TcpStream>,
}

impl Session<'_> {
    fn say(&mut self, line: &[u8], expected: &str) -> Result<()> {
        self.stream.write_all(line)?;
        self.hear(expected)
    }

    fn hear(&mut self, expected: &str) -> Result<()> {
        loop {
            let mut line = String::new();
            self.answers.read_line(&mut line)?;
            ensure!(line.starts_with(expected), "LMTP: `{}` where {expected} was expected", line.trim());
            if line.as_bytes().get(3) != Some(&b'-') {
                return Ok(());
            }
        }
    }
}
