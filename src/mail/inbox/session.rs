//! A signed-in session.

use async_imap::{
    Session,
    imap_proto::{Capability, Response},
};
use tokio::time::timeout;

use super::{Account, InboxError, Pace, sign_in, wire::Wire};
use crate::domain::secret::Secret;

/// What the server can do beyond the basics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Abilities {
    /// It tells of new mail by itself.
    pub idle: bool,
    /// UIDs are first-class (RFC 4315).
    pub uidplus: bool,
    /// Messages can be moved in one step (RFC 6851).
    pub r#move: bool,
}

/// A signed-in session with one IMAP server.
pub struct Inbox {
    pub(super) session: Session<Wire>,
    pub(super) pace: Pace,
    pub(super) abilities: Abilities,
    /// Messages in the selected folder, as last told.
    pub(super) exists: u32,
    /// The UID that the next message will have, as last told; 0 if never.
    pub(super) uid_next: u32,
    /// Whether the server told of new mail since the last listing began.
    pub(super) news: bool,
}

impl std::fmt::Debug for Inbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inbox")
            .field("abilities", &self.abilities)
            .field("exists", &self.exists)
            .finish_non_exhaustive()
    }
}

impl Inbox {
    /// Connects and signs in: with XOAUTH2 if a token is given, else with the account's password.
    ///
    /// # Errors
    /// [`InboxError`] with words for a person.
    pub async fn connect(account: &Account, token: Option<&Secret>, pace: Pace) -> Result<Self, InboxError> {
        let late = |what| move |_| InboxError::Timeout { what, limit: pace.connect };
        let client = timeout(pace.connect, sign_in::connect(account)).await.map_err(late("the connection"))??;
        let session =
            timeout(pace.connect, sign_in::sign_in(client, account, token)).await.map_err(late("the sign-in"))??;
        let mut inbox = Self { session, pace, abilities: Abilities::default(), exists: 0, uid_next: 0, news: false };
        inbox.ask_abilities().await?;
        Ok(inbox)
    }

    /// What the server can do.
    #[must_use]
    pub const fn abilities(&self) -> Abilities {
        self.abilities
    }

    async fn ask_abilities(&mut self) -> Result<(), InboxError> {
        let mut abilities = Abilities::default();
        self.run("CAPABILITY", "CAPABILITY", |response| {
            let Response::Capabilities(all) = response else { return };
            for capability in all {
                let Capability::Atom(name) = capability else { continue };
                match name.to_ascii_uppercase().as_str() {
                    "IDLE" => abilities.idle = true,
                    "UIDPLUS" => abilities.uidplus = true,
                    "MOVE" => abilities.r#move = true,
                    _ => {}
                }
            }
        })
        .await?
        .ok("CAPABILITY")?;
        self.abilities = abilities;
        Ok(())
    }

    /// Messages in the folder now, asked from the server.
    ///
    /// # Errors
    /// [`InboxError`].
    pub async fn count(&mut self) -> Result<u32, InboxError> {
        self.run("NOOP", "NOOP", |_| {}).await?.ok("NOOP")?;
        Ok(self.exists)
    }

    /// Says goodbye. A server that does not answer is left anyway.
    pub async fn leave(mut self) {
        let polite = self.pace.answer.min(std::time::Duration::from_secs(2));
        let _ = timeout(polite, self.session.run_command("LOGOUT")).await;
    }
}
