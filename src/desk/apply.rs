//! Carries out what was decided about a message, in one store transaction: a crash leaves all of it or none of it.

use crate::{
    domain::{
        acknowledgement::{Acknowledgement, Decision},
        address,
        delivery::Action,
        event::{Actor, NewEvent, What},
        kind::Kind,
        message::{Outcome, Stage},
        reading::Reading,
        ticket::{Channel, LinkKind, Step},
        time::Moment,
    },
    store::{self, StoreResult, Work, ledger::NewError, message::Applied, ticket::NewTicket},
};

use super::{
    acknowledge,
    decide::{self, Claim, Context, Destination, Plan},
    letterhead::Letterhead,
    persistent::{self, Failed},
    report, subject_token,
};

mod acknowledgement;
mod protection;

pub use acknowledgement::{Caps, caps};

/// Name of the job in the timeline.
const JOB: &str = "inbox";
/// Reports of one matter by one reporter within this span join the open ticket.
const SAME_MATTER: std::time::Duration = std::time::Duration::from_hours(24);
/// Message-IDs of one message that are looked up.
const IDS: usize = 50;

/// A kept message that is about to be applied.
#[derive(Clone, Debug)]
pub struct Arrived<'a> {
    /// Message row.
    pub id: i64,
    /// Mailbox row.
    pub mailbox: i64,
    /// That mailbox's address: answers leave from there.
    pub mailbox_address: &'a str,
    /// INTERNALDATE.
    pub internal_date: Moment,
    /// Where the row stands.
    pub stage: Stage,
}

/// What became of one message of a batch.
struct Decided {
    outcome: Outcome,
    ticket: Option<i64>,
    acknowledgement: Acknowledgement,
}

/// Reads nothing, decides and writes: the message is applied when the work is committed.
///
/// # Errors
/// When the database does not answer, or `Conflict` if the message was applied already.
pub async fn apply(
    work: &mut Work,
    head: &Letterhead,
    arrived: &Arrived<'_>,
    reading: &Reading,
    now: Moment,
) -> StoreResult<()> {
    apply_all(work, head, &[(arrived.clone(), reading)], now).await
}

/// Applies a batch in the order it arrived in: all of it when the work is committed.
///
/// # Errors
/// When the database does not answer, or `Conflict` if one of the messages was applied already.
pub async fn apply_all(
    work: &mut Work,
    head: &Letterhead,
    batch: &[(Arrived<'_>, &Reading)],
    now: Moment,
) -> StoreResult<()> {
    if batch.iter().any(|(_, reading)| reading.kind.is_acknowledged()) {
        store::acknowledged::take_turns(work).await?;
    }
    if batch.iter().any(|(_, reading)| report::counts(reading)) {
        store::report::take_turns(work).await?;
    }
    let identities: Vec<_> = batch.iter().map(|(arrived, reading)| (reading.identity, arrived.id)).collect();
    let new = store::message::new_identities(work, &identities).await?;
    let mut all = Vec::with_capacity(batch.len());
    for ((arrived, reading), new) in batch.iter().zip(new) {
        all.push(one(work, head, arrived, reading, new, now).await?);
    }
    let filed = batch.iter().zip(&all).filter(|(_, decided)| decided.outcome == Outcome::Filed);
    let filed: Vec<_> = filed.map(|((arrived, reading), _)| (arrived, *reading)).collect();
    report::take_all(work, head, &filed, now).await?;
    let applied: Vec<_> = batch
        .iter()
        .zip(&all)
        .map(|((arrived, reading), decided)| {
            let Decided { outcome, ticket, ref acknowledgement } = *decided;
            (arrived.id, arrived.stage, Applied { reading, outcome, ticket, acknowledgement })
        })
        .collect();
    store::message::apply_all(work, &applied).await
}

async fn one(
    work: &mut Work,
    head: &Letterhead,
    arrived: &Arrived<'_>,
    reading: &Reading,
    new: bool,
    now: Moment,
) -> StoreResult<Decided> {
    let context = context(work, head, arrived, reading, new, now).await?;
    let facts = acknowledge::Facts {
        now,
        internal_date: Some(arrived.internal_date),
        max_age: head.policy.max_age,
        restored_at: head.policy.restored_at,
        enabled: head.policy.enabled,
        writable: (head.writable)(&reading.arrival.answer_to().address),
    };
    let plan = decide::decide(reading, &context, acknowledge::decide(reading, &head.site, &facts));
    let (outcome, ticket) = carry_out(work, head, arrived, reading, &plan, now).await?;
    let written = acknowledgement::write(work, head, arrived, reading, plan.acknowledgement, ticket, now).await?;
    let decided = written.decision;
    if let (Kind::Complaint | Kind::ContactPoint, Some(ticket)) = (reading.kind, ticket) {
        let why = format!("{}: {}", decided.decision, decided.reason);
        work.event(system(now, What::AcknowledgementDecided, why).ticket(ticket).message(arrived.id));
    }
    if let Some(queued) = written.queued {
        work.event(queued);
    }
    Ok(Decided { outcome, ticket, acknowledgement: decided })
}

fn system(now: Moment, what: What, why: impl Into<String>) -> NewEvent {
    NewEvent::new(now, Actor::System(JOB), what, why)
}

fn outside(now: Moment, reading: &Reading, what: What, why: impl Into<String>) -> NewEvent {
    let address = &reading.arrival.from.address;
    let name = if address.is_empty() { "somebody without an address" } else { address };
    NewEvent::new(now, Actor::Outside(name.to_owned()), what, why)
}

/// Looks up what is already known.
async fn context(
    work: &mut Work,
    head: &Letterhead,
    arrived: &Arrived<'_>,
    reading: &Reading,
    new: bool,
    now: Moment,
) -> StoreResult<Context> {
    let known = if new { None } else { store::message::identity(work, &reading.identity, arrived.id).await? };
    let twin = known.map(|(_, ticket)| ticket);
    if twin.is_some() {
        return Ok(Context { twin, ..Context::default() });
    }
    let reporter = address::fold(&reading.arrival.from.address);
    Ok(Context {
        twin,
        ours: ours(work, head, reading).await?,
        claimed: claim(work, head, reading, &reporter).await?,
        same_matter: if reading.kind.is_acknowledged() {
            store::ticket::of_matter(work, &reporter, &reading.matter, now.minus(SAME_MATTER)).await?
        } else {
            None
        },
    })
}

/// The ticket of our own mail that this one answers or returns. Only our own MAC makes a Message-ID ours.
async fn ours(work: &mut Work, head: &Letterhead, reading: &Reading) -> StoreResult<Option<i64>> {
    let arrival = &reading.arrival;
    let enclosed: &[String] = match reading.kind {
        Kind::DeliveryError | Kind::AutomaticReply => &arrival.enclosed_ids,
        // A complaint about our own mail encloses it, and is no answer to it.
        _ => &[],
    };
    let named = enclosed.iter().chain(&arrival.in_reply_to).chain(arrival.references.iter().rev());
    for id in named.take(IDS).filter_map(|id| head.key.read(id)) {
        if let Some(mail) = store::outbox::get(work, id).await? {
            return Ok(mail.ticket);
        }
    }
    Ok(None)
}

async fn claim(work: &mut Work, head: &Letterhead, reading: &Reading, reporter: &str) -> StoreResult<Option<Claim>> {
    let Some(ticket) = subject_token::read(head.domain(), &reading.arrival.subject) else { return Ok(None) };
    if store::ticket::get(work, ticket).await?.is_none() {
        return Ok(None);
    }
    Ok(Some(Claim { ticket, takes_part: store::ticket::takes_part(work, ticket, reporter).await? }))
}

async fn carry_out(
    work: &mut Work,
    head: &Letterhead,
    arrived: &Arrived<'_>,
    reading: &Reading,
    plan: &Plan,
    now: Moment,
) -> StoreResult<(Outcome, Option<i64>)> {
    match plan.destination {
        Destination::Open { priority, claims } => {
            let ticket = open(work, arrived, reading, priority, now).await?;
            protection::assign(work, &head.site, reading, ticket, now).await?;
            if let Some(claimed) = claims {
                store::ticket::link(work, ticket, claimed, LinkKind::Claims).await?;
                let why = format!("claims to belong to #{claimed}, but its sender takes no part in that ticket");
                work.event(system(now, What::LinkAdded, why).ticket(ticket));
            }
            Ok((Outcome::Opened, Some(ticket)))
        }
        Destination::Join { ticket, why, reopens } => {
            join(work, arrived, reading, ticket, why, reopens, now).await?;
            Ok((Outcome::Joined, Some(ticket)))
        }
        Destination::Event { ticket, unreachable } => {
            report(work, arrived, reading, ticket, unreachable, now).await?;
            Ok((Outcome::Event, Some(ticket)))
        }
        Destination::Ledger => {
            ledger(work, head, arrived, reading, now).await?;
            Ok((Outcome::Ledger, None))
        }
        Destination::File => Ok((Outcome::Filed, None)),
        Destination::SecondCopy { ticket } => {
            if let Some(ticket) = ticket {
                let why = format!("the same mail also came to {}", arrived.mailbox_address);
                work.event(system(now, What::SecondCopy, why).ticket(ticket).message(arrived.id));
            }
            Ok((Outcome::SecondCopy, ticket))
        }
    }
}

async fn open(
    work: &mut Work,
    arrived: &Arrived<'_>,
    reading: &Reading,
    priority: crate::domain::ticket::Priority,
    now: Moment,
) -> StoreResult<i64> {
    let arrival = &reading.arrival;
    let reporter = address::fold(&arrival.from.address);
    let subject = if arrival.subject.trim().is_empty() { "(no subject)" } else { &arrival.subject };
    let new = NewTicket {
        kind: reading.kind,
        subject,
        priority,
        reporter: &reporter,
        reporter_name: &arrival.from.name,
        channel: Channel::Mail,
        mailbox: Some(arrived.mailbox),
        now,
    };
    let ticket = store::ticket::open(work, &new).await?;
    let answer_to = address::fold(&arrival.answer_to().address);
    if !answer_to.is_empty() && answer_to != reporter {
        store::ticket::add_participant(work, ticket, &answer_to).await?;
    }
    store::message::identity_ticket(work, &reading.identity, ticket).await?;
    index(work, arrived, reading, ticket).await?;
    store::ticket::joined(work, ticket, now).await?;
    if reading.kind.is_acknowledged() {
        store::ticket::note_matter(work, &reporter, &reading.matter, ticket, now).await?;
    }
    work.event(system(now, What::TicketOpened, reading.kind.words()).ticket(ticket).message(arrived.id));
    work.event(outside(now, reading, What::MessageReceived, subject).ticket(ticket).message(arrived.id));
    Ok(ticket)
}

async fn join(
    work: &mut Work,
    arrived: &Arrived<'_>,
    reading: &Reading,
    number: i64,
    why: &str,
    reopens: bool,
    now: Moment,
) -> StoreResult<()> {
    work.event(outside(now, reading, What::MessageJoined, why).ticket(number).message(arrived.id));
    store::message::identity_ticket(work, &reading.identity, number).await?;
    index(work, arrived, reading, number).await?;
    if reopens
        && let Some(ticket) = store::ticket::get(work, number).await?
        && let Ok(Some(state)) = ticket.state.after(&Step::ReplyReceived)
    {
        let change = store::ticket::Change { state, ..(&ticket).into() };
        store::ticket::change(work, &ticket, change, now).await?;
        let why = format!("{} → {state}: a reply arrived", ticket.state);
        work.event(system(now, What::StateChanged, why).ticket(number));
    }
    store::ticket::joined(work, number, now).await
}

async fn index(work: &mut Work, arrived: &Arrived<'_>, reading: &Reading, ticket: i64) -> StoreResult<()> {
    let arrival = &reading.arrival;
    let text =
        [&arrival.subject, &arrival.from.name, &arrival.from.address, &reading.text].map(String::as_str).join("\n");
    store::search::index(work, arrived.id, ticket, &store::search::fold(&text)).await
}

/// A bounce of our mail, or an automatic answer to it: an event, never a step.
async fn report(
    work: &mut Work,
    arrived: &Arrived<'_>,
    reading: &Reading,
    ticket: i64,
    unreachable: bool,
    now: Moment,
) -> StoreResult<()> {
    let what = if reading.kind == Kind::DeliveryError { What::DeliveryReported } else { What::AutomaticReplyReceived };
    let why = reading.deliveries.first().map_or_else(
        || reading.arrival.subject.clone(),
        |d| {
            let words = d.diagnostic.as_deref().or(d.status.as_deref()).unwrap_or_default();
            format!("{} {}: {}", d.recipient, d.action, words.chars().take(300).collect::<String>())
        },
    );
    work.event(outside(now, reading, what, why).ticket(ticket).message(arrived.id));
    if unreachable {
        store::ticket::set_unreachable(work, ticket, now).await?;
        let why = "our mail came back as undeliverable";
        work.event(system(now, What::ComplainantUnreachable, why).ticket(ticket).message(arrived.id));
    }
    store::ticket::touch(work, ticket, now).await
}

async fn ledger(
    work: &mut Work,
    head: &Letterhead,
    arrived: &Arrived<'_>,
    reading: &Reading,
    now: Moment,
) -> StoreResult<()> {
    let sender = reading.returned_sender.as_deref().unwrap_or_default();
    for delivery in reading.deliveries.iter().filter(|d| d.action == Action::Failed) {
        let served = head.site.serves(&delivery.recipient);
        let (known, at) = (head.site.knows(&delivery.recipient), arrived.internal_date.min(now));
        let new = NewError { delivery, sender, served, known, message: arrived.id, at, now };
        store::ledger::add(work, &new).await?;
        if served && !sender.is_empty() && !head.site.mailboxes.contains(&address::fold(sender)) {
            let recipient = &address::fold(&delivery.recipient);
            let sender = &address::fold(sender);
            let failed = Failed { recipient, sender, message: arrived.id, mailbox: arrived.mailbox, at };
            persistent::note(work, &head.delivery_errors.persistence, &failed, now).await?;
        }
    }
    Ok(())
}

/// The decision after the caps, for callers that acknowledge by hand.
pub(super) async fn acknowledge_now(
    work: &mut Work,
    head: &Letterhead,
    arrived: &Arrived<'_>,
    reading: &Reading,
    ticket: i64,
    now: Moment,
) -> StoreResult<acknowledgement::Written> {
    let send = Acknowledgement::new(Decision::Send, "asked for by a person");
    acknowledgement::write(work, head, arrived, reading, send, Some(ticket), now).await
}
