//! A relay that does what a test tells it: a real server on a real socket, which refuses at will.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// What it does with one message.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mood {
    /// Takes it.
    Accept,
    /// Answers RCPT with these words.
    Refuse(&'static str),
    /// Reads the whole message and closes the connection without a word.
    VanishAfterData,
    /// Reads the whole message and says nothing, for as long as the connection lasts.
    Silent,
}

/// A message it was given.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) text: String,
}

impl Given {
    /// Its Message-ID.
    pub(crate) fn message_id(&self) -> Option<&str> {
        self.text.lines().find_map(|line| line.strip_prefix("Message-ID: ")).map(str::trim)
    }
}

/// The relay. Its moods are used up one a message; then it accepts.
#[derive(Clone, Debug)]
pub(crate) struct Relay {
    pub(crate) port: u16,
    given: Arc<Mutex<Vec<Given>>>,
    moods: Arc<Mutex<Vec<Mood>>>,
}

impl Relay {
    pub(crate) async fn start(moods: &[Mood]) -> Self {
        Self::start_on(0, moods).await
    }

    /// On a port where nobody answered before; 0 is any.
    pub(crate) async fn start_on(port: u16, moods: &[Mood]) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let moods = moods.iter().rev().copied().collect();
        let relay = Self { port, given: Arc::default(), moods: Arc::new(Mutex::new(moods)) };
        let serving = relay.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let serving = serving.clone();
                tokio::spawn(async move { serving.talk(BufReader::new(stream)).await });
            }
        });
        relay
    }

    /// What it was given whole, also what it then denied to know.
    pub(crate) fn given(&self) -> Vec<Given> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn talk(&self, mut stream: BufReader<TcpStream>) -> std::io::Result<()> {
        stream.write_all(b"220 relay.example.org ESMTP\r\n").await?;
        let (mut from, mut to, mut mood) = (String::new(), String::new(), Mood::Accept);
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let path = line
                .split_once('<')
                .and_then(|(_, rest)| rest.split_once('>'))
                .map_or(String::new(), |(path, _)| path.to_owned());
            let verb = line.split([' ', '\r', ':']).next().unwrap_or_default().to_ascii_uppercase();
            let answer = match verb.as_str() {
                "EHLO" => "250-relay.example.org\r\n250-8BITMIME\r\n250 SMTPUTF8",
                "MAIL" => {
                    from = path;
                    mood = self.moods.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or(Mood::Accept);
                    "250 2.1.0 Ok"
                }
                "RCPT" => {
                    to = path;
                    if let Mood::Refuse(words) = mood { words } else { "250 2.1.5 Ok" }
                }
                "DATA" => {
                    stream.write_all(b"354 go on\r\n").await?;
                    let text = data(&mut stream).await?;
                    let given = Given { from: from.clone(), to: to.clone(), text };
                    self.given.lock().unwrap_or_else(PoisonError::into_inner).push(given);
                    match mood {
                        Mood::VanishAfterData => return Ok(()),
                        Mood::Silent => {
                            stream.read_line(&mut String::new()).await?;
                            return Ok(());
                        }
                        Mood::Accept | Mood::Refuse(_) => {}
                    }
                    "250 2.0.0 Ok: queued as 4Gx2"
                }
                "RSET" | "NOOP" => "250 2.0.0 Ok",
                "QUIT" => "221 2.0.0 Bye",
                _ => "500 5.5.2 unknown",
            };
            stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
            if verb == "QUIT" {
                return Ok(());
            }
        }
    }
}

async fn data(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut text = Vec::new();
    loop {
        let begin = text.len();
        if stream.read_until(b'\n', &mut text).await? == 0 {
            // It broke before the final dot: this mail was never given.
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if &text[begin..] == b".\r\n" {
            text.truncate(begin);
            return Ok(String::from_utf8_lossy(&text).into_owned());
        }
    }
}
