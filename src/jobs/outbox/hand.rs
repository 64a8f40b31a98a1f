//! What a sender has claimed and not settled. Whatever the database fails at in between, nothing of it is lost or sent
//! twice.

use std::collections::{BTreeSet, VecDeque};

use tokio::task::{JoinError, JoinSet};

use super::AT_ONCE;
use crate::{desk::outcome::Answer, domain::time::Moment, store::StoreResult, store::outbox::Outbound};

/// A mail's number, and how the try ended; nothing if it was not ours to send.
pub(super) type Ended = (i64, StoreResult<Option<(Outbound, Answer)>>);

/// What this process has claimed.
#[derive(Debug, Default)]
pub(super) struct Hand {
    /// Waits for a place on the way.
    pub(super) waiting: VecDeque<i64>,
    /// On its way.
    pub(super) sending: JoinSet<Ended>,
    /// The numbers of those; when none is on its way, of those that broke off: nobody knows how far they came.
    pub(super) on_the_way: BTreeSet<i64>,
    /// Has an answer that is not stored yet.
    pub(super) answered: Vec<(Outbound, Answer)>,
    /// When the mails of dead processes were last looked for.
    pub(super) looked_at: Moment,
}

impl Hand {
    /// Whether more may be claimed: a mail that a silent relay keeps for minutes must not hold up the others.
    pub(super) fn has_room(&self) -> bool {
        self.waiting.is_empty() && self.sending.len() < AT_ONCE
    }

    /// The next that may go on its way.
    pub(super) fn next(&mut self) -> Option<i64> {
        let id = if self.sending.len() < AT_ONCE { self.waiting.pop_front() } else { None }?;
        self.on_the_way.insert(id);
        Some(id)
    }

    pub(super) fn ended(&mut self, ended: Result<Ended, JoinError>) {
        match ended {
            Ok((id, Ok(answer))) => {
                self.on_the_way.remove(&id);
                self.answered.extend(answer);
            }
            // Nothing was sent: the mail could not be read.
            Ok((id, Err(error))) => {
                tracing::warn!(outbox = id, %error, "an outgoing mail cannot be read at present");
                self.on_the_way.remove(&id);
                self.waiting.push_back(id);
            }
            Err(error) => tracing::error!(%error, "a sender ended early"),
        }
    }

    /// Whether something is known of a mail that is claimed in our name. If not, the database lost the answer to our
    /// claim, and the relay was never called.
    pub(super) fn knows(&self, id: i64) -> bool {
        self.on_the_way.contains(&id)
            || self.waiting.contains(&id)
            || self.answered.iter().any(|(mail, _)| mail.id == id)
    }

    /// Whether this mail broke off on its way.
    pub(super) fn doubts(&self, id: i64) -> bool {
        self.sending.is_empty() && self.on_the_way.contains(&id)
    }
}
