//! Where a mailbox is, how to sign in, and how patient to be.

use std::{path::PathBuf, time::Duration};

use crate::{
    domain::secret::Secret,
    mail::{oauth::Grant, tls::Tls},
};

/// What happens to a message on the server once it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum After {
    /// It is marked as read.
    #[default]
    Seen,
    /// It is left as it was.
    Keep,
    /// It is moved to a folder.
    Move(String),
}

/// A mailbox on an IMAP server. It *is* (host, user, folder).
#[derive(Clone, Debug)]
pub struct Account {
    /// Host name or address of the server.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: Tls,
    /// The only certificates to trust, if given.
    pub ca_file: Option<PathBuf>,
    /// User name.
    pub user: String,
    /// Password; not used when there is a grant.
    pub secret: Secret,
    /// Where access tokens for XOAUTH2 come from, instead of a password.
    pub grant: Option<Grant>,
    /// Folder to read, as people write it.
    pub folder: String,
    /// What happens to kept messages.
    pub after: After,
}

/// How long to wait for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// For the connection, TLS and the greeting.
    pub connect: Duration,
    /// For each answer.
    pub answer: Duration,
    /// For all answers to one command together: a server that says `still here` for ever is of no use.
    pub command: Duration,
    /// IDLE is issued anew after this span. Well below the 29 minutes of RFC 2177, so that a
    /// connection that died without a word is noticed.
    pub idle: Duration,
    /// Between two looks at a server without IDLE.
    pub poll: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(20),
            answer: Duration::from_mins(1),
            command: Duration::from_mins(20),
            idle: Duration::from_mins(9),
            poll: Duration::from_mins(1),
        }
    }
}
