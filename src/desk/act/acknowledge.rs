//! `Acknowledge now`: an acknowledgement that a person asks for, because none left by itself.

use super::{ActError, ActResult, held};
use crate::{
    access::Postmaster,
    desk::{
        acknowledge::{Facts, decide},
        apply::{self, Arrived},
        letterhead::Letterhead,
    },
    domain::{
        acknowledgement::{Acknowledgement, Decision},
        event::{NewEvent, What},
        reading::Reading,
        ticket::{State, Ticket},
        time::Moment,
    },
    store::{self, StoreResult, View, Work, message::Message},
};

/// What the arrival rules say of a message as it is classified now.
pub(super) fn by_the_rules(head: &Letterhead, reading: &Reading, message: &Message, now: Moment) -> Acknowledgement {
    let facts = Facts {
        now,
        internal_date: Some(message.internal_date),
        max_age: head.policy.max_age,
        restored_at: head.policy.restored_at,
        enabled: head.policy.enabled,
        writable: (head.writable)(&reading.arrival.answer_to().address),
    };
    decide(reading, &head.site, &facts)
}

/// The message that opened a ticket, with its reading under the ticket's own kind.
async fn opening(view: &mut View, ticket: &Ticket) -> StoreResult<Option<(Message, Reading)>> {
    let Some(message) = store::message::opening(view, ticket.number).await? else { return Ok(None) };
    let reading = store::message::reading(view, message.id).await?;
    Ok(reading.map(|reading| (message, Reading { kind: ticket.kind, ..reading })))
}

/// Whether `Acknowledge now` can be offered: the address it would go to, and what the arrival rules say of it.
///
/// Nothing is offered once we wrote. `never` of the rules is never; what they only record a person may send.
///
/// # Errors
/// When the database does not answer.
pub async fn may_acknowledge(
    view: &mut View,
    head: &Letterhead,
    ticket: &Ticket,
    now: Moment,
) -> StoreResult<Option<(String, Acknowledgement)>> {
    if ticket.state != State::New
        || !ticket.kind.is_acknowledged()
        || store::outbox::answered(view, ticket.number).await?
    {
        return Ok(None);
    }
    let Some((message, reading)) = opening(view, ticket).await? else { return Ok(None) };
    let decided = by_the_rules(head, &reading, &message, now);
    let to = reading.arrival.answer_to().address.clone();
    Ok((decided.decision != Decision::Never && (head.writable)(&to)).then_some((to, decided)))
}

/// Sends the acknowledgement that a person asked for; gives the decision after the caps.
///
/// # Errors
/// [`ActError`]: we wrote already, the rules forbid it, somebody was first.
pub async fn acknowledge_now(
    work: &mut Work,
    may: &Postmaster,
    head: &Letterhead,
    (number, version): (i64, i64),
    reason: &str,
    now: Moment,
) -> ActResult<Acknowledgement> {
    let ticket = held::held(work, number, version).await?;
    let reason = held::reason(reason)?;
    if may_acknowledge(work, head, &ticket, now).await?.is_none() {
        return Err(ActError::refused(
            "",
            "There is nothing to acknowledge: we wrote already, or the rules forbid it.",
        ));
    }
    let (message, reading) = opening(work, &ticket).await?.ok_or(ActError::Gone)?;
    let from = store::mailbox::get(work, message.mailbox).await?.map_or_else(|| head.postmaster.clone(), |m| m.address);
    let arrived = Arrived {
        id: message.id,
        mailbox: message.mailbox,
        mailbox_address: &from,
        internal_date: message.internal_date,
        stage: message.stage,
    };
    let written = apply::acknowledge_now(work, head, &arrived, &reading, number, now).await?;
    let decided = written.decision;
    store::message::set_acknowledgement(work, message.id, &decided).await?;
    let asked = if reason.is_empty() { String::new() } else { format!(": {reason}") };
    let why = format!("{}: {}{asked}", decided.decision, decided.reason);
    let event = NewEvent::new(now, may.actor(), What::AcknowledgementDecided, why);
    work.event(event.ticket(number).message(message.id));
    if let Some(queued) = written.queued {
        work.event(queued);
    }
    store::ticket::change(work, &ticket, (&ticket).into(), now).await?;
    Ok(decided)
}
