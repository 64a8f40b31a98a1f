//! Tickets that no arriving mail opened by itself.

use super::{ActError, ActResult, held, note};
use crate::{
    access::Postmaster,
    desk::letterhead::Letterhead,
    domain::{
        address,
        event::{Actor, NewEvent, What},
        kind::Kind,
        message::{Outcome, Stage},
        site::Limits,
        ticket::{Channel, Priority},
        time::Moment,
    },
    store::{self, StoreResult, View, Work, message::Message, ticket::NewTicket},
};

/// Longest subject, in characters.
const SUBJECT: usize = 200;
/// Longest name, in characters.
const NAME: usize = 200;

/// A ticket as a person types it in.
#[derive(Clone, Debug)]
pub struct ByHand<'a> {
    /// How the matter reached us. `Mail` means that we write first.
    pub channel: Channel,
    /// What it is about.
    pub kind: Kind,
    /// One line.
    pub subject: &'a str,
    /// The person's name, as far as it is known.
    pub name: &'a str,
    /// Their address; may be empty.
    pub address: &'a str,
    /// What was said or written; may be empty.
    pub text: &'a str,
    /// How much it presses.
    pub priority: Priority,
}

/// Opens a ticket by hand and gives its number.
///
/// # Errors
/// [`ActError`]: a field that cannot be used.
pub async fn by_hand(
    work: &mut Work,
    may: &Postmaster,
    head: &Letterhead,
    typed: &ByHand<'_>,
    now: Moment,
) -> ActResult<i64> {
    if !typed.kind.opens_ticket() {
        return Err(ActError::refused("kind", "Choose one of the kinds."));
    }
    let subject = held::line("subject", "Subject", typed.subject, SUBJECT)?;
    if subject.is_empty() {
        return Err(ActError::refused("subject", "Write a subject, so that others know what it is about."));
    }
    let name = held::line("name", "Name", typed.name, NAME)?;
    let reporter = address::fold(typed.address);
    if !reporter.is_empty() && !(head.writable)(&reporter) {
        return Err(ActError::refused(
            "address",
            "Mail cannot be written to this address. Correct it, or leave it empty.",
        ));
    }
    let text = note::body("text", typed.text)?;
    let new = NewTicket {
        kind: typed.kind,
        subject: &subject,
        priority: typed.priority,
        reporter: &reporter,
        reporter_name: &name,
        channel: typed.channel,
        mailbox: desk_mailbox(work, head).await?,
        now,
    };
    let number = store::ticket::open(work, &new).await?;
    let how = match typed.channel {
        Channel::Mail => "by hand, to write to somebody first",
        Channel::Telephone => "by hand, after a telephone call",
        Channel::Letter => "by hand, after a letter",
        Channel::InPerson => "by hand, after a visit",
    };
    let why = format!("{}, {how}", typed.kind.words());
    work.event(NewEvent::new(now, may.actor(), What::TicketOpened, why).ticket(number));
    // The index is keyed by message; a ticket without one stands under its own number, negative.
    let words = [subject.as_str(), &name, &reporter, &text].join("\n");
    store::search::index(work, -number, number, &store::search::fold(&words)).await?;
    if !text.is_empty() {
        work.event(NewEvent::new(now, may.actor(), What::NoteAdded, text).ticket(number));
    }
    Ok(number)
}

/// The mailbox that answers of a ticket without one leave from: the postmaster's, else the first.
pub(super) async fn desk_mailbox(view: &mut View, head: &Letterhead) -> StoreResult<Option<i64>> {
    let all = store::mailbox::all(view).await?;
    let postmaster = address::fold(&head.postmaster);
    let mut configured = all.iter().filter(|mailbox| mailbox.configured);
    let found = configured.clone().find(|mailbox| address::fold(&mailbox.address) == postmaster);
    Ok(found.or_else(|| configured.next()).map(|mailbox| mailbox.id))
}

/// Makes a ticket of a kept message that has none, and gives its number. Nothing is sent.
///
/// # Errors
/// [`ActError`]: the message has a ticket, or was not imported.
pub async fn ticket_from_message(work: &mut Work, may: &Postmaster, message: i64, now: Moment) -> ActResult<i64> {
    let found = store::message::get(work, message).await?.ok_or(ActError::Gone)?;
    adopt(work, may, &found, found.kind, now).await
}

/// The same, under a kind. Quarantine stays quarantine (D12); what opens no ticket by itself becomes `other`.
pub(super) async fn adopt(
    work: &mut Work,
    may: &Postmaster,
    message: &Message,
    kind: Kind,
    now: Moment,
) -> ActResult<i64> {
    if let Some(ticket) = message.ticket {
        return Err(ActError::refused("", format!("This message belongs to ticket #{ticket} already.")));
    }
    if message.stage != Stage::Applied {
        return Err(ActError::refused("", "This message has not been imported. Import it first."));
    }
    let kind = if kind.opens_ticket() || kind == Kind::QuarantineNotice { kind } else { Kind::Other };
    Ok(open_for(work, (may.actor(), "made by hand from a kept message"), message, kind, now).await?)
}

/// Opens a ticket for a message that has none, without asking for a right: a person's or the console's own act, said with
/// how it came about.
pub(in crate::desk) async fn open_for(
    work: &mut Work,
    (actor, how): (Actor, &str),
    message: &Message,
    kind: Kind,
    now: Moment,
) -> StoreResult<i64> {
    let reporter = address::fold(&message.from_address);
    let subject = if message.subject.trim().is_empty() { "(no subject)" } else { &message.subject };
    let new = NewTicket {
        kind,
        subject,
        priority: if kind == Kind::ContactPoint { Priority::High } else { Priority::Normal },
        reporter: &reporter,
        reporter_name: &message.from_name,
        channel: Channel::Mail,
        mailbox: Some(message.mailbox),
        now,
    };
    let number = store::ticket::open(work, &new).await?;
    store::message::set_ticket(work, message.id, number, message.outcome, Outcome::Opened).await?;
    let bytes = store::blob::load(work, &message.sha256).await?.unwrap_or_default();
    let text = crate::reading::text(&bytes, Limits::default());
    let words = [subject, &message.from_name, &message.from_address, &text].join("\n");
    store::search::index(work, message.id, number, &store::search::fold(&words)).await?;
    store::ticket::joined(work, number, now).await?;
    let why = format!("{}, {how}", kind.words());
    work.event(NewEvent::new(now, actor, What::TicketOpened, why).ticket(number).message(message.id));
    let who = if reporter.is_empty() { "somebody without an address".to_owned() } else { message.from_address.clone() };
    let outside = Actor::Outside(who);
    work.event(NewEvent::new(now, outside, What::MessageReceived, subject).ticket(number).message(message.id));
    Ok(number)
}
