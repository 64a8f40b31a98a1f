//! What a sender has claimed and not settled, because the database failed in between: it must not be lost, nor sent
//! twice, when the database comes back.

use crate::{desk::outcome::Answer, store::outbox::Outbound};

/// Claimed, not settled.
#[derive(Debug, Default)]
pub(super) struct InHand {
    /// The relay has answered; that is not stored yet.
    pub(super) answered: Vec<(Outbound, Answer)>,
    /// Nobody knows how far it came: what carried it broke off.
    pub(super) doubtful: Vec<i64>,
}

impl InHand {
    /// Whether something is known of this mail. Of any other that is claimed in our name, the relay was not even called.
    pub(super) fn knows(&self, id: i64) -> bool {
        self.answered.iter().any(|(mail, _)| mail.id == id)
    }
}
