//! A person sends again what has not certainly left, or gives it up.

use std::time::Duration;

use crate::{
    access::Postmaster,
    domain::{
        event::{NewEvent, What},
        outgoing::OutboxState,
        time::Moment,
    },
    store::{
        self, StoreError, StoreResult, Work,
        outbox::{Outbound, Settled},
    },
};

/// How long a mail is tried that a person sent again: what mail servers use.
const GIVE_UP: Duration = Duration::from_hours(5 * 24);

/// Whether a person may send such a mail again, or discard it. One that a process has in hand is left to it.
#[must_use]
pub const fn is_open(state: OutboxState) -> bool {
    matches!(state, OutboxState::Queued | OutboxState::Refused | OutboxState::Uncertain)
}

/// Makes a mail due now. One that may have left already may arrive twice, under the same Message-ID.
///
/// # Errors
/// When the database does not answer; [`StoreError::Conflict`] if it changed since.
pub async fn retry(work: &mut Work, may: &Postmaster, mail: &Outbound, reason: &str, now: Moment) -> StoreResult<()> {
    if !is_open(mail.state) {
        return Err(StoreError::Conflict);
    }
    store::outbox::retry(work, mail.id, mail.state, now, now.plus(GIVE_UP)).await?;
    work.event(of(mail, NewEvent::new(now, may.actor(), What::MailRetried, reason)));
    Ok(())
}

/// Gives a mail up: it is not sent any more.
///
/// # Errors
/// When the database does not answer; [`StoreError::Conflict`] if it changed since.
pub async fn discard(work: &mut Work, may: &Postmaster, mail: &Outbound, reason: &str, now: Moment) -> StoreResult<()> {
    if !is_open(mail.state) {
        return Err(StoreError::Conflict);
    }
    let settled =
        Settled { state: OutboxState::Discarded, due_at: mail.due_at, answer: &mail.answer, relay: &mail.relay, now };
    store::outbox::settle(work, mail.id, mail.state, &settled).await?;
    work.event(of(mail, NewEvent::new(now, may.actor(), What::MailDiscarded, reason)));
    Ok(())
}

fn of(mail: &Outbound, mut event: NewEvent) -> NewEvent {
    event.ticket = mail.ticket;
    event.message = mail.answers;
    event.outbox(mail.id)
}
