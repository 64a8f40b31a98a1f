//! Going on from a copy of the database: nothing is lost, and nothing is sent twice.
//!
//! What happened between the copy and the restart is not known any more, but it happened. So what waited to be sent may
//! have left; what came in that time may have been acknowledged; numbers given then are in people's hands.

use crate::{
    domain::{
        event::{Actor, NewEvent, What},
        outgoing::OutboxState,
        time::Moment,
    },
    store::{
        self, Store, StoreResult, Work,
        outbox::{Outbound, Settled},
    },
};

/// Name of the job in the timeline.
const JOB: &str = "restore";
/// Mails looked at in one go.
const MAILS: i64 = 500;
/// Why a mail that waited does not leave by itself.
const UNCERTAIN: &str = "the database was restored from a copy; the mail may have left since the copy was made";

/// At start: notices that this database is a copy, and marks it. `false` if it is not, or was marked before.
///
/// # Errors
/// When the database does not answer.
pub async fn notice(store: &Store, now: Moment) -> StoreResult<bool> {
    let mut work = store.write().await?;
    let copy = store::restored::is_unmarked_copy(&mut work).await?;
    if copy {
        mark(&mut work, Actor::System(JOB), now).await?;
    }
    work.commit().await?;
    Ok(copy)
}

/// Marks this database as restored at `now`.
///
/// # Errors
/// When the database does not answer.
pub async fn mark(work: &mut Work, actor: Actor, now: Moment) -> StoreResult<()> {
    store::restored::settle_identity(work).await?;
    store::restored::note(work, now).await?;
    store::lease::end_all(work).await?;
    // Somebody may have been signed out, or disabled, since.
    store::session::end_everywhere(work).await?;
    let mut held = 0;
    for state in [OutboxState::Queued, OutboxState::Sending] {
        loop {
            let mails = store::outbox::list(work, Some(state), i64::MAX, MAILS).await?;
            if mails.is_empty() {
                break;
            }
            for mail in &mails {
                hold(work, mail, now).await?;
                held += 1;
            }
        }
    }
    let why = format!(
        "{held} mails that waited were held, all sessions ended; look at accounts and tokens that were changed since the copy"
    );
    work.event(NewEvent::new(now, actor, What::DatabaseRestored, why));
    Ok(())
}

/// A mail that waited: a person decides whether it goes again.
async fn hold(work: &mut Work, mail: &Outbound, now: Moment) -> StoreResult<()> {
    let uncertain = Settled { state: OutboxState::Uncertain, due_at: now, answer: UNCERTAIN, relay: "", now };
    store::outbox::settle(work, mail.id, mail.state, &uncertain).await?;
    let mut event = NewEvent::new(now, Actor::System(JOB), What::MailUncertain, UNCERTAIN).outbox(mail.id);
    event.ticket = mail.ticket;
    work.event(event);
    Ok(())
}
