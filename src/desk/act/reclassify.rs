//! A person knows better what a message is.

use super::{ActError, ActResult, acknowledge::by_the_rules, held, open::adopt};
use crate::{
    access::Postmaster,
    desk::letterhead::Letterhead,
    domain::{
        acknowledgement::{Acknowledgement, Decision},
        event::{NewEvent, What},
        kind::Kind,
        message::{Outcome, Stage},
        reading::Reading,
        time::Moment,
    },
    store::{self, Work, message::Message, ticket::Change},
};

/// Changes what a message is said to be, and its ticket with it if it opened one; gives its ticket, which is made if the
/// new kind opens one. The arrival rules run again, and nothing is sent: that is asked for by `Acknowledge now`.
///
/// # Errors
/// [`ActError`]: no reason, no change, not imported, somebody was first.
pub async fn reclassify(
    work: &mut Work,
    may: &Postmaster,
    head: &Letterhead,
    message: i64,
    kind: Kind,
    reason: &str,
    now: Moment,
) -> ActResult<Option<i64>> {
    let found = store::message::get(work, message).await?.ok_or(ActError::Gone)?;
    let reason = held::reason(reason)?;
    if reason.is_empty() {
        return Err(ActError::refused("reason", "Say why in a few words."));
    }
    if found.stage != Stage::Applied {
        return Err(ActError::refused("", "This message has not been imported. Import it first."));
    }
    if found.kind == kind {
        return Err(ActError::refused("kind", format!("It is {} already. Choose another kind.", kind.words())));
    }
    store::message::set_kind(work, message, found.kind, kind).await?;
    let why = format!("{} → {}: {reason}", found.kind.words(), kind.words());
    let mut event = NewEvent::new(now, may.actor(), What::KindChanged, why).message(message);
    event.ticket = found.ticket;
    work.event(event);
    let ticket = ticket(work, may, &found, kind, now).await?;
    rules(work, head, &found, kind, ticket, now).await?;
    Ok(ticket)
}

async fn ticket(
    work: &mut Work,
    may: &Postmaster,
    message: &Message,
    kind: Kind,
    now: Moment,
) -> ActResult<Option<i64>> {
    let Some(number) = message.ticket else {
        // A second copy's mail has been dealt with where its first copy is.
        let opens = kind.opens_ticket() && message.outcome != Outcome::SecondCopy;
        return if opens { adopt(work, may, message, kind, now).await.map(Some) } else { Ok(None) };
    };
    if message.outcome == Outcome::Opened
        && let Some(ticket) = store::ticket::get(work, number).await?
        && ticket.kind != kind
    {
        store::ticket::change(work, &ticket, Change { kind, ..(&ticket).into() }, now).await?;
    }
    Ok(Some(number))
}

/// What the arrival rules say now, written down beside the message.
async fn rules(
    work: &mut Work,
    head: &Letterhead,
    message: &Message,
    kind: Kind,
    ticket: Option<i64>,
    now: Moment,
) -> ActResult<()> {
    let (true, Some(ticket)) = (kind.is_acknowledged(), ticket) else { return Ok(()) };
    let Some(reading) = store::message::reading(work, message.id).await? else { return Ok(()) };
    let mut decided = by_the_rules(head, &Reading { kind, ..reading }, message, now);
    if decided.decision == Decision::Send {
        decided = Acknowledgement::new(Decision::Record, "reclassified by hand: a person decides whether it is sent");
    }
    if store::outbox::answered(work, ticket).await? {
        decided = Acknowledgement::new(Decision::Record, "we wrote already");
    }
    store::message::set_acknowledgement(work, message.id, &decided).await?;
    let why = format!("{}: {}", decided.decision, decided.reason);
    let event = NewEvent::new(now, crate::domain::event::Actor::System("desk"), What::AcknowledgementDecided, why);
    work.event(event.ticket(ticket).message(message.id));
    Ok(())
}
