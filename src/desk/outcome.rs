//! How a try to send ended, carried back to the ticket: accepted, refused, uncertain (never "delivered").

use std::time::Duration;

use crate::{
    domain::{
        event::{Actor, NewEvent, What},
        outgoing::{OutboxState, Purpose},
        ticket::Step,
        time::Moment,
    },
    store::{
        self, StoreResult, View, Work,
        outbox::{Outbound, Settled},
    },
};

/// Name of the job in the timeline.
const JOB: &str = "outbox";
/// First wait before a mail is tried again; doubled with each try.
const FIRST_WAIT: Duration = Duration::from_secs(30);
/// Longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_hours(1);
/// The same while the relay itself is not reached: that is nothing about the mail, and it may be back any minute.
const LONGEST_AWAY: Duration = Duration::from_mins(5);
/// Where the relay's trouble is noted: since when in milliseconds, and words.
const RELAY_TROUBLE: &str = "relay_trouble";

/// What the relay, or the connection to it, said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// 2xx after the whole text.
    Accepted(String),
    /// 4xx.
    Later(String),
    /// No connection, or it broke before the whole text was given.
    Unreached(String),
    /// 5xx.
    Refused(String),
    /// The connection broke after the whole text may have been given.
    Unknown(String),
}

/// How long to wait before try number `attempts + 1`.
#[must_use]
pub fn wait(attempts: i64) -> Duration {
    let doublings = u32::try_from(attempts.clamp(1, 16)).unwrap_or(1) - 1;
    FIRST_WAIT.saturating_mul(1 << doublings).min(LONGEST_WAIT)
}

/// Stores how a try ended, with what follows for the ticket, in one transaction.
///
/// # Errors
/// When the database does not answer, or `Conflict` if the row is not in hand any more.
pub async fn settle(work: &mut Work, mail: &Outbound, relay: &str, answer: &Answer, now: Moment) -> StoreResult<()> {
    let (state, due_at, words, what) = match answer {
        Answer::Accepted(words) => (OutboxState::Accepted, now, words, What::MailAccepted),
        Answer::Refused(words) => (OutboxState::Refused, now, words, What::MailRefused),
        // The same Message-ID may arrive twice; for an acknowledgement that is better than never.
        Answer::Unknown(words) if mail.purpose == Purpose::Acknowledgement => {
            (OutboxState::Queued, now.plus(wait(mail.attempts)), words, What::MailDeferred)
        }
        Answer::Unknown(words) => (OutboxState::Uncertain, now, words, What::MailUncertain),
        Answer::Later(words) | Answer::Unreached(words) if now >= mail.give_up_at => {
            (OutboxState::Refused, now, words, What::MailRefused)
        }
        Answer::Later(words) => (OutboxState::Queued, now.plus(wait(mail.attempts)), words, What::MailDeferred),
        Answer::Unreached(words) => {
            let wait = wait(mail.attempts).min(LONGEST_AWAY);
            (OutboxState::Queued, now.plus(wait), words, What::MailDeferred)
        }
    };
    store::outbox::settle_claimed(work, mail, &Settled { state, due_at, answer: words, relay, now }).await?;
    // One line for the first deferral of a mail is news; the hundredth is not.
    if what == What::MailDeferred && mail.attempts > 1 {
        return Ok(());
    }
    let why = match what {
        What::MailAccepted => format!("accepted by {relay}: {words}"),
        What::MailDeferred => format!("{words}; it is tried again"),
        What::MailUncertain => format!("{words}; it may or may not have arrived, so it is not repeated by itself"),
        _ => words.clone(),
    };
    let mut event = NewEvent::new(now, Actor::System(JOB), what, why).outbox(mail.id);
    event.ticket = mail.ticket;
    event.message = mail.answers;
    work.event(event);
    let Some(ticket) = mail.ticket else { return Ok(()) };
    match what {
        What::MailAccepted => answered(work, ticket, now).await,
        What::MailRefused => unreachable(work, ticket, mail.id, now).await,
        _ => store::ticket::touch(work, ticket, now).await,
    }
}

/// Notes whether the relay is reached. One word from it ends the trouble.
///
/// # Errors
/// When the database does not answer.
pub async fn note_relay<'a>(
    work: &mut Work,
    answers: impl Iterator<Item = &'a Answer>,
    now: Moment,
) -> StoreResult<()> {
    let mut trouble = None;
    for answer in answers {
        let Answer::Unreached(words) = answer else {
            trouble = None;
            break;
        };
        trouble = Some(words);
    }
    let known = relay_trouble(work).await?;
    match (trouble, known) {
        (None, Some(_)) => store::setting::set(work, RELAY_TROUBLE, "").await,
        (Some(words), known) => {
            let since = known.map_or(now, |(since, _)| since);
            store::setting::set(work, RELAY_TROUBLE, &format!("{} {words}", since.millis())).await
        }
        (None, None) => Ok(()),
    }
}

/// Since when the relay is not reached, and why.
///
/// # Errors
/// When the database does not answer.
pub async fn relay_trouble(view: &mut View) -> StoreResult<Option<(Moment, String)>> {
    let noted = store::setting::get(view, RELAY_TROUBLE).await?.unwrap_or_default();
    let Some((since, words)) = noted.split_once(' ') else { return Ok(None) };
    Ok(since.parse().ok().map(|since| (Moment::from_millis(since), words.to_owned())))
}

/// The reporter has an answer: a new ticket becomes acknowledged, in the transaction that stores the 2xx.
async fn answered(work: &mut Work, number: i64, now: Moment) -> StoreResult<()> {
    let Some(ticket) = store::ticket::get(work, number).await? else { return Ok(()) };
    match ticket.state.after(&Step::Answered) {
        Ok(Some(state)) => {
            let change = store::ticket::Change { state, ..(&ticket).into() };
            store::ticket::change(work, &ticket, change, now).await?;
            let why = format!("{} → {state}: the reporter has an answer", ticket.state);
            work.event(NewEvent::new(now, Actor::System(JOB), What::StateChanged, why).ticket(number));
            Ok(())
        }
        _ => store::ticket::touch(work, number, now).await,
    }
}

async fn unreachable(work: &mut Work, number: i64, outbox: i64, now: Moment) -> StoreResult<()> {
    store::ticket::set_unreachable(work, number, now).await?;
    let why = "our mail was refused for good; try another way to reach them";
    work.event(NewEvent::new(now, Actor::System(JOB), What::ComplainantUnreachable, why).ticket(number).outbox(outbox));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        assert_eq!(wait(1), FIRST_WAIT);
        assert_eq!(wait(2), FIRST_WAIT * 2);
        assert_eq!(wait(i64::MAX), LONGEST_WAIT);
        assert_eq!(wait(0), FIRST_WAIT);
    }
}
