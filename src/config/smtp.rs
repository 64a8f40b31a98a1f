//! `[smtp]`: the relay that takes our mail.

use super::{
    section::Section,
    server::{Server, Tls},
};
use crate::domain::secret::Secret;

/// `[smtp]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Smtp {
    /// The relay.
    pub server: Server,
    /// User and password, if the relay wants them.
    pub login: Option<(String, Secret)>,
}

impl Smtp {
    pub(super) fn read(mut section: Section<'_>) -> Option<Self> {
        let tls = |loopback| if loopback { Tls::None } else { Tls::StartTls };
        let server = section.server(Some("localhost"), tls, [465, 587, 25]);
        let user_given = section.has("user");
        let password_given = section.has("password") || section.has("password_file");
        let user = section.text("user");
        let password = section.secret("password");
        match (user_given, password_given) {
            (true, false) => section.lacks(
                "password_file",
                "missing, though user is given",
                "Name a file with the password, or remove user",
            ),
            (false, true) => section.lacks(
                "user",
                "missing, though a password is given",
                "Write the user's name, or remove the password",
            ),
            _ => {}
        }
        section.finish();
        Some(Self { server: server?, login: user.zip(password) })
    }
}
