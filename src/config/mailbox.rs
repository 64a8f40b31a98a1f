//! `[[mailbox]]`: a role mailbox on an IMAP server.

use std::time::Duration;

use super::{
    oauth::OAuth,
    section::Section,
    server::{Server, Tls},
    words,
};
use crate::domain::secret::Secret;

/// What happens on the server to a message that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum After {
    /// It is marked as seen.
    Seen,
    /// It stays as it is.
    Keep,
    /// It is moved to this folder.
    Move(String),
}

/// How we sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Login {
    /// By password.
    Password(Secret),
    /// By a token of an OAuth 2 server (XOAUTH2).
    XOAuth2(OAuth),
}

/// `[[mailbox]]`. A mailbox *is* (host, user, folder); its name may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// Name shown to people.
    pub name: String,
    /// Its mail address, folded; acknowledgements come from here.
    pub address: String,
    /// The IMAP server.
    pub server: Server,
    /// User name at the server.
    pub user: String,
    /// How we sign in.
    pub login: Login,
    /// The watched folder.
    pub folder: String,
    /// What happens to a kept message on the server.
    pub after: After,
    /// How often to look when the server does not tell by itself.
    pub poll: Duration,
}

/// The shortest IDLE: less would be polling by another name.
const IDLE_LEAST: Duration = Duration::from_secs(30);
/// The longest: a line that died without a word is to be noticed. RFC 2177 allows 29 minutes.
const IDLE_MOST: Duration = Duration::from_mins(9);

impl Mailbox {
    /// How often the server is heard of at least, whether it has IDLE or not.
    #[must_use]
    pub fn heard_every(&self) -> Duration {
        self.poll.clamp(IDLE_LEAST, IDLE_MOST).max(self.poll)
    }

    /// How long one IDLE lasts.
    #[must_use]
    pub fn idle(&self) -> Duration {
        self.poll.clamp(IDLE_LEAST, IDLE_MOST)
    }

    /// What makes it the same mailbox under another name.
    #[must_use]
    pub fn identity(&self) -> (String, String, String) {
        // INBOX is the one folder whose name has no case (RFC 9051 §5.1).
        let folder = if self.folder.eq_ignore_ascii_case("INBOX") { "INBOX" } else { &self.folder };
        (self.server.host.clone(), self.user.clone(), folder.to_owned())
    }

    pub(super) fn read(mut section: Section<'_>, name: String) -> Option<Self> {
        let address = section.required("address", "Write the mailbox's own mail address", |section, key| {
            section.read(key, words::mail_address)
        });
        let server = section.server(None, |_| Tls::Implicit, [993, 143, 143]);
        let user = if section.has("user") { section.text("user") } else { address.clone() };
        section.forget("user");
        let login = section.login();
        let folder = if section.has("folder") { section.text("folder") } else { Some("INBOX".to_owned()) };
        section.forget("folder");
        let after = section.after();
        if let (Some(folder), Some(After::Move(target))) = (&folder, &after)
            && folder == target
        {
            section.lacks("move_to", "the watched folder itself", "Name another folder");
        }
        let poll = section.whole("poll_seconds", &(1..=3_600)).unwrap_or(60);
        section.finish();
        let poll = Duration::from_secs(poll);
        Some(Self {
            name,
            address: address?,
            server: server?,
            user: user?,
            login: login?,
            folder: folder?,
            after: after?,
            poll,
        })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Auth {
    Password,
    XOAuth2,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    Seen,
    Keep,
    Move,
}

impl Section<'_> {
    fn login(&mut self) -> Option<Login> {
        let auth = self.choice("auth", &[("password", Auth::Password), ("xoauth2", Auth::XOAuth2)]);
        match auth.unwrap_or(Auth::Password) {
            Auth::Password => {
                for key in OAuth::KEYS {
                    if self.has(key) {
                        self.lacks(key, "only for auth = \"xoauth2\"", "Remove it, or set auth to xoauth2");
                    }
                    self.forget(key);
                }
                if !self.has("password") && !self.has("password_file") {
                    self.forget("password_file");
                    self.forget("password");
                    self.lacks(
                        "password_file",
                        "missing",
                        "Name a file that holds the password, or set auth to xoauth2",
                    );
                    return None;
                }
                self.secret("password").map(Login::Password)
            }
            Auth::XOAuth2 => {
                for key in ["password", "password_file"] {
                    if self.has(key) {
                        self.lacks(key, "not for auth = \"xoauth2\"", "Remove it, or set auth to password");
                    }
                    self.forget(key);
                }
                self.oauth().map(Login::XOAuth2)
            }
        }
    }

    fn after(&mut self) -> Option<After> {
        let words = [("seen", Then::Seen), ("keep", Then::Keep), ("move", Then::Move)];
        let after = if self.has("after") { self.choice("after", &words)? } else { Then::Seen };
        self.forget("after");
        let target_given = self.has("move_to");
        let target = self.text("move_to");
        match (after, target) {
            (Then::Move, Some(target)) => Some(After::Move(target)),
            (Then::Move, None) => {
                if !target_given {
                    self.lacks(
                        "move_to",
                        "missing, though after is move",
                        "Name the folder for messages that were taken",
                    );
                }
                None
            }
            (_, Some(_)) => {
                self.lacks("move_to", "only for after = \"move\"", "Remove it, or set after to move");
                None
            }
            (Then::Seen, None) => Some(After::Seen),
            (Then::Keep, None) => Some(After::Keep),
        }
    }
}
