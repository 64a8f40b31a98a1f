//! What a sender has claimed and not settled. It must be neither lost nor sent twice, whatever fails in between.

use std::collections::{BTreeSet, VecDeque};

use tokio::task::{JoinError, JoinSet};

use crate::{
    desk::outcome::Answer,
    domain::time::Moment,
    store::{StoreError, StoreResult, outbox::Outbound},
};

/// Mails on their way at once: a relay makes each safe on its disk before it answers, and may do so for several.
const AT_ONCE: usize = 4;

/// A mail's number, and how the try ended; nothing if it was not ours to send.
pub(super) type Ended = (i64, StoreResult<Option<(Outbound, Answer)>>);

/// Claimed, not settled.
#[derive(Debug, Default)]
pub(super) struct InHand {
    /// Waits for a place on the way.
    pub(super) waiting: VecDeque<i64>,
    /// On its way.
    pub(super) sending: JoinSet<Ended>,
    /// The relay has answered; that is not stored yet.
    pub(super) answered: Vec<(Outbound, Answer)>,
    /// On its way, or nobody knows how far it came: what carried it broke off.
    pub(super) unheard: BTreeSet<i64>,
    /// Why a mail could not be read to be sent.
    pub(super) failure: Option<StoreError>,
    /// When the mails of dead processes were last looked for.
    pub(super) looked_at: Moment,
}

impl InHand {
    /// Whether more may be claimed. A mail that a silent relay keeps for minutes must not hold up the others.
    pub(super) fn has_room(&self) -> bool {
        self.waiting.is_empty() && self.sending.len() < AT_ONCE
    }

    /// Whether nothing waits and nothing is on its way.
    pub(super) fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.sending.is_empty()
    }

    /// The next mail that may go on its way.
    pub(super) fn next(&mut self) -> Option<i64> {
        if self.sending.len() < AT_ONCE { self.waiting.pop_front() } else { None }
    }

    /// A try has ended.
    pub(super) fn ended(&mut self, ended: Result<Ended, JoinError>) {
        // What ended early stays unheard of.
        let Ok((id, ended)) = ended else { return };
        self.unheard.remove(&id);
        match ended {
            Ok(answer) => self.answered.extend(answer),
            Err(error) => self.failure = Some(error),
        }
    }

    /// Whether the relay's answer to this mail is known. Of any other that is claimed in our name and not unheard of, the
    /// relay was not even called.
    pub(super) fn knows(&self, id: i64) -> bool {
        self.answered.iter().any(|(mail, _)| mail.id == id)
    }
}
