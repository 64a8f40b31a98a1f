//! Hands mail to the relay, command by command, so that it is known at which word a connection broke.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use lettre::{
    Address,
    transport::smtp::{
        Error,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::AsyncSmtpConnection,
        commands::{Data, Mail, Rcpt, Rset},
        extension::{ClientId, Extension, MailBodyParameter, MailParameter},
        response::{Response, Severity},
    },
};
use rustls::ClientConfig;
use tokio::{sync::Mutex, time::timeout};

use super::{compose, dial};
use crate::{
    domain::secret::Secret,
    mail::{
        tls::{self, Tls, TlsError},
        words::{ANSWER_CHARS, one_line},
    },
};

/// Connections kept open between mails.
const SPARE: usize = 4;

/// How long to wait for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For connection, TLS, EHLO and sign-in, each.
    pub connect: Duration,
    /// For the question whether an idle connection still lives.
    pub still_there: Duration,
    /// For MAIL, RCPT and DATA (RFC 5321 §4.5.3.2 allows five minutes).
    pub command: Duration,
    /// From the first byte of the text to the answer to the final dot: ten minutes, as RFC 5321 §4.5.3.2.6
    /// asks, since whoever gives up earlier sends twice.
    pub text: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(20),
            still_there: Duration::from_secs(5),
            command: Duration::from_mins(5),
            text: Duration::from_mins(10),
        }
    }
}

/// Where mail is handed over.
#[derive(Clone, Debug)]
pub struct Smarthost {
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: Tls,
    /// The only certificates to trust, if given.
    pub ca_file: Option<PathBuf>,
    /// User name; none means no sign-in.
    pub user: Option<String>,
    /// Password.
    pub secret: Secret,
    /// Our own host name for EHLO; empty for an address literal.
    pub hello: String,
    /// How patient to be.
    pub patience: Patience,
}

/// What became of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The relay took it over.
    Accepted {
        /// The relay's words.
        answer: String,
    },
    /// The relay says: later.
    Deferred {
        /// Reply code, 4xx.
        code: u16,
        /// The relay's words.
        answer: String,
    },
    /// The relay says: never.
    Refused {
        /// Reply code, 5xx.
        code: u16,
        /// The relay's words.
        answer: String,
    },
    /// The mail certainly did not leave: no connection, no sign-in, or it broke before the final dot.
    NotConnected {
        /// What happened.
        why: String,
    },
    /// The connection broke after the final dot was, or may have been, written: nobody knows.
    Uncertain {
        /// What happened.
        why: String,
    },
    /// The mail cannot be sent as it is, to this relay; trying again changes nothing.
    Unfit {
        /// What is wrong with it.
        why: String,
    },
}

/// The relay, with a few connections kept open between mails.
pub struct Relay {
    smarthost: Smarthost,
    tls: Option<Arc<ClientConfig>>,
    idle: Mutex<Vec<AsyncSmtpConnection>>,
}

impl std::fmt::Debug for Relay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Relay").field("smarthost", &self.smarthost).finish_non_exhaustive()
    }
}

/// How an attempt ended before the relay's verdict.
enum Broken {
    /// A negative reply.
    Reply(u16, String),
    /// No reply, or none that can be read.
    Line(String),
}

impl From<Error> for Broken {
    fn from(error: Error) -> Self {
        let words = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
        let words = one_line(&words, ANSWER_CHARS);
        match error.status() {
            Some(code) => Self::Reply(code.into(), words),
            None => Self::Line(words),
        }
    }
}

impl Relay {
    /// A relay that is not yet connected.
    ///
    /// # Errors
    /// [`TlsError`] when TLS cannot be set up, or plain text would leave this machine.
    pub fn new(smarthost: Smarthost) -> Result<Self, TlsError> {
        tls::plain_text_allowed(&smarthost.host, smarthost.tls)?;
        let tls = match smarthost.tls {
            Tls::None => None,
            Tls::Implicit | Tls::StartTls => Some(tls::client(smarthost.ca_file.as_deref())?),
        };
        Ok(Self { smarthost, tls, idle: Mutex::new(Vec::new()) })
    }

    /// Connects, signs in, and keeps the connection: for a check of the settings.
    ///
    /// # Errors
    /// What happened, in words.
    pub async fn reach(&self) -> Result<(), String> {
        let connection = Box::pin(self.connect()).await?;
        self.keep(connection).await;
        Ok(())
    }

    /// Sends one mail to one recipient. `from` is the envelope sender; `None` is the null sender.
    pub async fn send(&self, from: Option<&str>, to: &str, bytes: &[u8]) -> Sent {
        let unfit = |why: String| Sent::Unfit { why };
        let Some(to) = compose::parse(to) else { return unfit("the recipient cannot be written to".into()) };
        let from = match from.map(compose::parse) {
            Some(None) => return unfit("the sender is no address by the rules of mail".into()),
            Some(from) => from,
            None => None,
        };
        if !crlf_only(bytes) {
            return unfit("the text holds a line end that is not CRLF".into());
        }
        let mut connection = match self.connection().await {
            Ok(connection) => connection,
            Err(why) => return Sent::NotConnected { why },
        };
        // Boxed: lettre's futures are large, and a sender is one of many jobs.
        let sent = Box::pin(transact(&mut connection, &self.smarthost.patience, from, to, bytes)).await;
        let told_to_go = matches!(sent, Sent::Deferred { code: 421, .. });
        let broken = matches!(sent, Sent::NotConnected { .. } | Sent::Uncertain { .. }) || connection.has_broken();
        if !broken && !told_to_go {
            self.keep(connection).await;
        }
        sent
    }

    /// Takes leave of the relay, if connections are open.
    pub async fn leave(&self) {
        let idle = std::mem::take(&mut *self.idle.lock().await);
        for mut connection in idle {
            let _ = timeout(self.smarthost.patience.still_there, connection.quit()).await;
        }
    }

    /// An idle connection that still lives, else a new one.
    async fn connection(&self) -> Result<AsyncSmtpConnection, String> {
        loop {
            let idle = self.idle.lock().await.pop();
            let Some(mut connection) = idle else { return Box::pin(self.connect()).await };
            // RSET, not NOOP: it also ends what a refused mail left open.
            if matches!(timeout(self.smarthost.patience.still_there, connection.command(Rset)).await, Ok(Ok(_))) {
                return Ok(connection);
            }
        }
    }

    async fn keep(&self, connection: AsyncSmtpConnection) {
        let mut idle = self.idle.lock().await;
        idle.push(connection);
        let spare = if idle.len() > SPARE { Some(idle.remove(0)) } else { None };
        drop(idle);
        if let Some(mut spare) = spare {
            let _ = timeout(self.smarthost.patience.still_there, spare.quit()).await;
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, String> {
        let Smarthost { host, port, tls, user, secret, hello, patience, .. } = &self.smarthost;
        let hello = if hello.is_empty() { ClientId::default() } else { ClientId::Domain(hello.clone()) };
        let fail = |step: &str, words: String| format!("{host}:{port}: {step}: {words}");
        let own_name = hello.to_string();
        let dial = dial::dial(host, *port, *tls, self.tls.as_ref(), &own_name);
        let stream = timeout(patience.connect, dial).await.unwrap_or_else(|_| Err("no connection in time".into()));
        let stream = stream.map_err(|words| format!("{host}:{port}: {words}"))?;
        let greet = AsyncSmtpConnection::connect_with_transport(Box::new(stream), &hello);
        let mut connection = in_time(patience.connect, greet).await.map_err(|words| fail("no greeting", words))?;
        if let Some(user) = user {
            let credentials = Credentials::new(user.clone(), secret.expose().to_owned());
            let sign_in = connection.auth(DEFAULT_MECHANISMS, &credentials);
            let step = format!("the sign-in of {user} failed");
            // A relay may quote what it was sent.
            let quiet = |words: String| if secret.is_empty() { words } else { words.replace(secret.expose(), "…") };
            in_time(patience.connect, sign_in).await.map_err(|words| fail(&step, quiet(words)))?;
        }
        Ok(connection)
    }
}

async fn in_time<T>(limit: Duration, work: impl Future<Output = Result<T, Error>>) -> Result<T, String> {
    match attempt(limit, work).await {
        Ok(done) => Ok(done),
        Err(Broken::Reply(code, words)) => Err(format!("{code} {words}")),
        Err(Broken::Line(words)) => Err(words),
    }
}

async fn attempt<T>(limit: Duration, work: impl Future<Output = Result<T, Error>>) -> Result<T, Broken> {
    match timeout(limit, work).await {
        Ok(done) => done.map_err(Broken::from),
        Err(_) => Err(Broken::Line(format!("no answer within {} s", limit.as_secs()))),
    }
}

/// One mail over an open connection.
async fn transact(
    connection: &mut AsyncSmtpConnection,
    patience: &Patience,
    from: Option<Address>,
    to: Address,
    bytes: &[u8],
) -> Sent {
    let mut parameters = Vec::new();
    if !bytes.is_ascii() {
        if !connection.server_info().supports_feature(Extension::EightBitMime) {
            return Sent::Unfit { why: "the text has 8-bit characters, which this relay does not take".into() };
        }
        parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    let opening = async {
        attempt(patience.command, connection.command(Mail::new(from, parameters))).await?;
        attempt(patience.command, connection.command(Rcpt::new(to, Vec::new()))).await?;
        attempt(patience.command, connection.command(Data)).await
    };
    match opening.await {
        Ok(response) if response.code().severity == Severity::PositiveIntermediate => {}
        Ok(response) => return Sent::NotConnected { why: format!("DATA was answered by {}", words(&response)) },
        Err(Broken::Reply(code, answer)) => return verdict(code, answer),
        Err(Broken::Line(why)) => return Sent::NotConnected { why },
    }
    // lettre asks for the next piece only once the last one is written, and writes the dot when there is none.
    let dot = AtomicBool::new(false);
    // lettre writes CRLF before the dot, whatever the text ends in.
    let text = bytes.strip_suffix(b"\r\n").unwrap_or(bytes);
    let pieces = std::iter::once(text).chain(std::iter::from_fn(|| {
        dot.store(true, Ordering::Relaxed);
        None
    }));
    let outcome = attempt(patience.text, connection.message_iter(pieces)).await;
    match outcome {
        Ok(response) if response.code().severity == Severity::PositiveCompletion => {
            Sent::Accepted { answer: words(&response) }
        }
        Ok(response) => Sent::Uncertain { why: format!("the text was answered by {}", words(&response)) },
        Err(Broken::Reply(code, answer)) => verdict(code, answer),
        Err(Broken::Line(why)) if dot.load(Ordering::Relaxed) => Sent::Uncertain { why },
        Err(Broken::Line(why)) => Sent::NotConnected { why },
    }
}

/// A negative reply to a mail. What speaks of our sign-in or of TLS is no verdict on the mail.
fn verdict(code: u16, answer: String) -> Sent {
    match code {
        530 | 534 | 535 | 538 => {
            Sent::NotConnected { why: format!("the relay wants another sign-in or TLS: {code} {answer}") }
        }
        400..500 => Sent::Deferred { code, answer },
        _ => Sent::Refused { code, answer },
    }
}

fn words(response: &Response) -> String {
    let lines = response.message().collect::<Vec<_>>().join(" ");
    one_line(&format!("{} {lines}", u16::from(response.code())), ANSWER_CHARS)
}

/// Whether every CR and LF is part of a CRLF.
fn crlf_only(bytes: &[u8]) -> bool {
    let mut before = 0;
    for &byte in bytes {
        if (byte == b'\n') != (before == b'\r') {
            return false;
        }
        before = byte;
    }
    before != b'\r'
}

#[cfg(test)]
#[path = "send_tests.rs"]
mod tests;
