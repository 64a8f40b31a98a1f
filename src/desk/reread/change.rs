//! The second round: what differs is changed, one transaction a message.

use std::sync::Arc;

use super::{compare::BY_PERSON, read};
use crate::{
    desk::{act::open_for, letterhead::Letterhead},
    domain::{
        acknowledgement::{Acknowledgement, Decision},
        delivery::Action,
        event::{Actor, NewEvent, What},
        kind::Kind,
        message::Outcome,
        reading::Reading,
        rereading::{Rereading, Settled, State},
        ticket::Step,
        time::Moment,
    },
    store::{self, Store, StoreResult, Work, rereading::Before, ticket::Change},
};

/// Messages a step.
const MESSAGES: i64 = 20;
/// Name of the job in the timeline.
const JOB: &str = "reading";

/// Why a message stays what it is.
type Left = &'static str;

/// Changes the next messages; after the last, it is done.
///
/// # Errors
/// When the database does not answer; `Conflict` if another process was first.
pub async fn change(store: &Store, head: &Arc<Letterhead>, rereading: &Rereading, now: Moment) -> StoreResult<()> {
    let waiting = store::rereading::waiting(&mut store.read().await?, rereading.id, MESSAGES).await?;
    if waiting.is_empty() {
        let mut work = store.write().await?;
        store::rereading::restate(&mut work, rereading.id, State::Changing, State::Done).await?;
        work.event(NewEvent::new(now, Actor::System(JOB), What::Rereading, "done"));
        return work.commit().await;
    }
    for (message, would_be) in waiting {
        let mut view = store.read().await?;
        let before = store::rereading::message(&mut view, message).await?;
        let reading = match &before {
            Some(before) => read(&mut view, head, &before.sha256).await?,
            None => None,
        };
        drop(view);
        let mut work = store.write().await?;
        let left = match reading.filter(|reading| reading.kind == would_be) {
            Some(reading) => one(&mut work, head, message, &reading, now).await?,
            None => Some("it reads otherwise by now"),
        };
        let (settled, why) = left.map_or((Settled::Changed, ""), |why| (Settled::Left, why));
        store::rereading::settle(&mut work, rereading.id, message, settled, why).await?;
        work.commit().await?;
    }
    Ok(())
}

/// Makes one message what its new reading says, or tells why not.
async fn one(
    work: &mut Work,
    head: &Letterhead,
    id: i64,
    now_read: &Reading,
    now: Moment,
) -> StoreResult<Option<Left>> {
    // Asked again within the transaction: a person may have been here since.
    let Some(before) = store::rereading::message(work, id).await? else {
        return Ok(Some("it is not imported any more"));
    };
    if before.by_person {
        return Ok(Some(BY_PERSON));
    }
    if let Some(left) = ticket(work, &before, now_read.kind, now).await? {
        return Ok(Some(left));
    }
    take_back(work, &before, now).await?;
    store::message::reread(work, id, before.kind, now_read).await?;
    let words = if before.kind == now_read.kind {
        format!("{}: by newer rules", before.kind.words())
    } else {
        format!("{} → {}: by newer rules", before.kind.words(), now_read.kind.words())
    };
    let mut event = NewEvent::new(now, Actor::System(JOB), What::ReadAgain, words).message(id);
    event.ticket = before.ticket;
    work.event(event);
    place(work, head, &before, now_read, now).await?;
    if now_read.kind.is_acknowledged() && !before.kind.is_acknowledged() {
        not_acknowledged(work, id, now).await?;
    }
    Ok(None)
}

/// What is owed an acknowledgement only by newer rules gets none by itself, and that is written down.
async fn not_acknowledged(work: &mut Work, id: i64, now: Moment) -> StoreResult<()> {
    let Some(ticket) = store::message::get(work, id).await?.and_then(|message| message.ticket) else { return Ok(()) };
    let wrote = store::outbox::answered(work, ticket).await?;
    let reason = if wrote { "we wrote already" } else { "read again: a person decides whether it is sent" };
    let decided = Acknowledgement::new(Decision::Record, reason);
    store::message::set_acknowledgement(work, id, &decided).await?;
    let why = format!("{}: {}", decided.decision, decided.reason);
    let event = NewEvent::new(now, Actor::System(JOB), What::AcknowledgementDecided, why);
    work.event(event.ticket(ticket).message(id));
    Ok(())
}

/// The ticket that the message opened becomes of the new kind, or is closed if that kind wants none; unless somebody
/// works on it.
async fn ticket(work: &mut Work, before: &Before, kind: Kind, now: Moment) -> StoreResult<Option<Left>> {
    let (Outcome::Opened, Some(number)) = (before.outcome, before.ticket) else { return Ok(None) };
    let Some(ticket) = store::ticket::get(work, number).await? else { return Ok(None) };
    if ticket.kind == kind {
        return Ok(None);
    }
    let mut change: Change = (&ticket).into();
    change.kind = kind;
    if !kind.opens_ticket() {
        if store::event::has_person(work, number).await? {
            return Ok(Some("somebody works on its ticket"));
        }
        let reason = format!("read again: {}", kind.words());
        if let Ok(Some(state)) = ticket.state.after(&Step::Close(reason.clone())) {
            change.state = state;
            let why = format!("{} → {state}: {reason}", ticket.state);
            work.event(NewEvent::new(now, Actor::System(JOB), What::StateChanged, why).ticket(number));
        }
    }
    store::ticket::change(work, &ticket, change, now).await?;
    Ok(None)
}

/// Errors that the earlier reading put into the ledger leave it.
async fn take_back(work: &mut Work, before: &Before, now: Moment) -> StoreResult<()> {
    let Some(old) = before.reading.as_ref().filter(|old| in_ledger(before.outcome, old.kind)) else { return Ok(()) };
    let Some(message) = store::message::get(work, before.message).await? else { return Ok(()) };
    let at = message.internal_date.min(now);
    let sender = old.returned_sender.as_deref().unwrap_or_default();
    for delivery in old.deliveries.iter().filter(|d| d.action == Action::Failed) {
        store::ledger::take_back(work, delivery, sender, at).await?;
    }
    Ok(())
}

/// Whether a message's errors stand in the ledger: those about our own mail never do. A message that opened a ticket
/// has a reading of this kind only if it was read again.
const fn in_ledger(outcome: Outcome, kind: Kind) -> bool {
    matches!(kind, Kind::DeliveryError) && matches!(outcome, Outcome::Ledger | Outcome::Opened)
}

/// Where the message goes by its new kind. Nothing is sent.
async fn place(
    work: &mut Work,
    head: &Letterhead,
    before: &Before,
    now_read: &Reading,
    now: Moment,
) -> StoreResult<()> {
    let id = before.message;
    let filed = matches!(before.outcome, Outcome::Filed | Outcome::Ledger);
    if now_read.kind.opens_ticket() && filed && before.ticket.is_none() {
        let Some(message) = store::message::get(work, id).await? else { return Ok(()) };
        let by = (Actor::System(JOB), "made of a kept message that newer rules read otherwise");
        open_for(work, by, &message, now_read.kind, now).await?;
        return Ok(());
    }
    let errors: Vec<_> = now_read.deliveries.iter().filter(|d| d.action == Action::Failed).collect();
    let mut outcome = before.outcome;
    if filed {
        outcome = Outcome::Filed;
    }
    if now_read.kind == Kind::DeliveryError && (filed || before.outcome == Outcome::Opened) && !errors.is_empty() {
        let sender = now_read.returned_sender.as_deref().unwrap_or_default();
        let Some(message) = store::message::get(work, id).await? else { return Ok(()) };
        for delivery in errors {
            let served = head.site.serves(&delivery.recipient);
            store::ledger::add(work, delivery, sender, served, id, message.internal_date.min(now)).await?;
        }
        if filed {
            outcome = Outcome::Ledger;
        }
    }
    store::message::set_outcome(work, id, before.outcome, outcome).await
}
