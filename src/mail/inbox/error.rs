//! What can go wrong with an IMAP session, in words that tell a person what to do.
//!
//! Errors of `async-imap` are taken apart here and never shown: theirs hold the raw buffer, which may be mail.

use std::time::Duration;

use async_imap::error::Error;

use super::gate::TooMuch;
use crate::mail::tls::TlsError;

/// Why a session cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum InboxError {
    /// Nobody there.
    #[error("cannot reach {host}:{port}: {why}; look whether the server runs and the port is right")]
    Connect {
        /// Host.
        host: String,
        /// Port.
        port: u16,
        /// The machine's words.
        why: String,
    },
    /// TLS cannot be agreed, or the certificate is not trusted.
    #[error("{host}: TLS failed: {why}; look at the server's certificate, at `tls` and at `ca_file`")]
    Tls {
        /// Host.
        host: String,
        /// What rustls says.
        why: String,
    },
    /// TLS cannot be set up on our side.
    #[error(transparent)]
    TlsSetup(#[from] TlsError),
    /// The server does not let us in.
    #[error("{host} refused the sign-in of {user} by {method}; look at user and password, or at the token's scope")]
    SignIn {
        /// Host.
        host: String,
        /// User name.
        user: String,
        /// Mechanism.
        method: &'static str,
    },
    /// The server cannot check the sign-in at present.
    #[error("{host} cannot check the sign-in of {user} at present; it is tried again by itself")]
    SignInUnavailable {
        /// Host.
        host: String,
        /// User name.
        user: String,
    },
    /// The folder cannot be used.
    #[error("folder `{folder}`: {why}; look at its name and at the rights of the account")]
    Folder {
        /// Folder as configured.
        folder: String,
        /// The server's words, or ours.
        why: String,
    },
    /// The server refused a command.
    #[error("the server refused {what}: {answer}")]
    Refused {
        /// What was asked.
        what: &'static str,
        /// The server's words.
        answer: String,
    },
    /// The server does not speak IMAP as we know it.
    #[error("the server's answer to {0} cannot be read; the connection is given up and opened again")]
    Protocol(&'static str),
    /// The answer is out of all bounds, and was not read to its end.
    #[error("the server's answer to {what} is out of all bounds: {why}; the connection is given up and opened again")]
    TooMuch {
        /// What was asked.
        what: &'static str,
        /// What there was too much of.
        why: String,
    },
    /// No answer in time.
    #[error("no answer to {what} within {} s; the connection is given up and opened again", limit.as_secs())]
    Timeout {
        /// What was asked.
        what: &'static str,
        /// How long we waited.
        limit: Duration,
    },
    /// The connection is gone.
    #[error("the connection was closed by the server or on the way{}", if answer.is_empty() { String::new() } else { format!(": {answer}") })]
    Closed {
        /// The server's last words, if any.
        answer: String,
    },
    /// A move needs what the server does not offer.
    #[error("this server offers no MOVE with UIDPLUS, so messages cannot be moved safely; set `after` to seen or keep")]
    NoMove,
}

impl InboxError {
    /// Whether the session is of no further use and a new connection is needed.
    #[must_use]
    pub const fn is_fatal(&self) -> bool {
        !matches!(self, Self::Refused { .. } | Self::Folder { .. } | Self::NoMove)
    }

    pub(super) fn closed() -> Self {
        Self::Closed { answer: String::new() }
    }

    pub(super) fn read(what: &'static str, error: &std::io::Error) -> Self {
        if let Some(why) = error.get_ref().and_then(|why| why.downcast_ref::<TooMuch>()) {
            return Self::TooMuch { what, why: why.to_string() };
        }
        // async-imap gives a parse error the kind Other, with the whole buffer in its text.
        if error.kind() == std::io::ErrorKind::Other { Self::Protocol(what) } else { Self::closed() }
    }

    pub(super) fn command(what: &'static str, error: &Error) -> Self {
        match error {
            Error::Io(error) => Self::read(what, error),
            Error::ConnectionLost => Self::closed(),
            _ => Self::Protocol(what),
        }
    }
}
