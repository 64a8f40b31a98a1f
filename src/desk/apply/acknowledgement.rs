//! The acknowledgement as outgoing mail, and the caps that hold inside the transaction that writes it.

use std::time::Duration;

use crate::{
    domain::{
        acknowledgement::{Acknowledgement, Decision},
        address,
        arrival::Authenticated,
        event::{NewEvent, What},
        outgoing::{OutboxState, Outgoing, Purpose},
        reading::Reading,
        time::Moment,
    },
    store::{
        self, StoreResult, View, Work,
        outbox::{NewOutbound, Settled},
    },
};

use super::{
    super::{letterhead::Letterhead, subject_token, text},
    Arrived, system,
};

/// Milliseconds of a day and of an hour.
const DAY: i64 = 86_400_000;
const HOUR: i64 = 3_600_000;
/// Scope of the places of an hour, and of what was kept back in a day.
const HOURS: &str = "hour";
const HELD: &str = "held";
/// How long a mail is tried before it is given up: what mail servers use.
const GIVE_UP: Duration = Duration::from_hours(5 * 24);

/// What was decided in the end, and the event of the mail that was written; it comes after the decision's own.
pub(crate) struct Written {
    /// The decision that holds.
    pub(crate) decision: Acknowledgement,
    /// The event of the mail.
    pub(crate) queued: Option<NewEvent>,
}

impl From<Acknowledgement> for Written {
    fn from(decision: Acknowledgement) -> Self {
        Self { decision, queued: None }
    }
}

/// Writes the mail if the decision is `send` and no cap is reached; gives the decision that holds.
pub(super) async fn write(
    work: &mut Work,
    head: &Letterhead,
    arrived: &Arrived<'_>,
    reading: &Reading,
    decided: Acknowledgement,
    ticket: Option<i64>,
    now: Moment,
) -> StoreResult<Written> {
    let (Decision::Send, Some(ticket)) = (decided.decision, ticket) else { return Ok(decided.into()) };
    let to = &reading.arrival.answer_to().address;
    let Some(due_at) = place_by_address(work, head, reading, to, now).await? else {
        note_held(work, now).await?;
        return Ok(Acknowledgement::new(Decision::Record, "cap for this address reached today").into());
    };
    let Some(due_at) = place_by_hour(work, head, due_at, arrived.internal_date).await? else {
        note_held(work, now).await?;
        return Ok(Acknowledgement::new(Decision::Record, "cap for all acknowledgements reached").into());
    };
    let subject = subject(head, reading, ticket);
    let new = NewOutbound {
        purpose: Purpose::Acknowledgement,
        ticket: Some(ticket),
        answers: Some(arrived.id),
        to,
        subject: &subject,
        envelope_from: None,
        author: None,
        now,
        due_at,
        give_up_at: due_at.plus(GIVE_UP),
    };
    let id = store::outbox::reserve(work, &new).await?;
    let mail = compose(work, head, arrived, reading, ticket, subject, id, now).await?;
    let Ok(body) = (head.compose)(&mail) else {
        // The address passed `writable`; what is left are header values that cannot be written.
        let answer = "cannot be written to";
        let settled = Settled { state: OutboxState::Refused, due_at: now, answer, relay: "", now };
        store::outbox::settle(work, id, OutboxState::Queued, &settled).await?;
        work.event(system(now, What::MailUnwritable, answer).ticket(ticket).message(arrived.id).outbox(id));
        return Ok(Acknowledgement::new(Decision::Record, answer).into());
    };
    store::outbox::fill(work, id, &mail.message_id, &body).await?;
    store::ticket::add_participant(work, ticket, &address::fold(to)).await?;
    let why = if due_at > now { format!("to {to}, waits until {due_at}") } else { format!("to {to}") };
    let queued = system(now, What::AcknowledgementQueued, why).ticket(ticket).message(arrived.id).outbox(id);
    Ok(Written { decision: decided, queued: Some(queued) })
}

/// One address gets a few a day, so that a robot which answers every mail comes to an end.
async fn place_by_address(
    work: &mut Work,
    head: &Letterhead,
    reading: &Reading,
    to: &str,
    now: Moment,
) -> StoreResult<Option<Moment>> {
    let proved = reading.arrival.partner.is_some() && reading.arrival.authenticated == Authenticated::Pass;
    let cap = if proved { head.policy.per_partner_per_day } else { head.policy.per_address_per_day };
    // Without the detail: a robot that writes as robot+1@, robot+2@ … is one robot.
    let scope = format!("address {}", address::without_detail(to));
    Ok(store::acknowledged::take(work, &scope, now.millis() / DAY, cap).await?.then_some(now))
}

/// A full hour delays to the next that has room; only the greatest age of the message ends the waiting.
async fn place_by_hour(
    work: &mut Work,
    head: &Letterhead,
    now: Moment,
    arrived: Moment,
) -> StoreResult<Option<Moment>> {
    let cap = head.policy.per_hour;
    let first = now.millis() / HOUR;
    // What claims to come from the future waits no longer than what comes now.
    let last = arrived.min(now).plus(head.policy.max_age).millis() / HOUR;
    let Some(from) = store::acknowledged::first_with_room(work, HOURS, first, last, cap).await? else {
        return Ok(None);
    };
    for hour in from..=last {
        if store::acknowledged::take(work, HOURS, hour, cap).await? {
            return Ok(Some(now.max(Moment::from_millis(hour * HOUR))));
        }
    }
    Ok(None)
}

/// Counts what a cap kept from being written, so that people are told.
async fn note_held(work: &mut Work, now: Moment) -> StoreResult<()> {
    store::acknowledged::take(work, HELD, now.millis() / DAY, i64::MAX).await.map(drop)
}

/// What the caps do at present.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Caps {
    /// Acknowledgements that wait for a later hour.
    pub waiting: i64,
    /// When the last of them may leave.
    pub until: Moment,
    /// Complaints of today that are not acknowledged because of a cap.
    pub held: i64,
}

/// What the caps do at present.
///
/// # Errors
/// When the database does not answer.
pub async fn caps(view: &mut View, now: Moment) -> StoreResult<Caps> {
    let next = now.millis() / HOUR + 1;
    let last = store::acknowledged::last(view, HOURS).await?.unwrap_or_default();
    Ok(Caps {
        waiting: store::acknowledged::taken(view, HOURS, next).await?,
        until: Moment::from_millis(last.max(next) * HOUR),
        held: store::acknowledged::taken(view, HELD, now.millis() / DAY).await?,
    })
}

/// The incoming subject is repeated only when its sender is proved: else anybody could make us send words to anybody.
fn subject(head: &Letterhead, reading: &Reading, ticket: i64) -> String {
    let token = subject_token::write(head.domain(), ticket);
    let theirs = reading.arrival.subject.trim();
    if reading.arrival.authenticated == Authenticated::Pass && !theirs.is_empty() {
        let theirs: String = theirs.chars().take(150).collect();
        format!("Re: {theirs} {token}")
    } else {
        format!("{token} We have received your report")
    }
}

#[expect(clippy::too_many_arguments, reason = "all of them are what the mail is made from, and used once")]
async fn compose(
    work: &mut Work,
    head: &Letterhead,
    arrived: &Arrived<'_>,
    reading: &Reading,
    ticket: i64,
    subject: String,
    id: i64,
    now: Moment,
) -> StoreResult<Outgoing> {
    let to = reading.arrival.answer_to();
    let answers = reading.arrival.message_id.clone();
    let received = arrived.internal_date.rfc3339();
    let number = format!("#{ticket}");
    let values = [
        ("ticket", number.as_str()),
        ("site", head.site.name.as_str()),
        ("postmaster", head.postmaster.as_str()),
        ("received", received.as_str()),
    ];
    let mut body = String::new();
    for language in [head.language.as_str(), "en"] {
        let name = format!("acknowledgement.{language}");
        if let Some(template) = store::template::get(work, &name).await? {
            if !body.is_empty() {
                body.push_str("\n\n-- English --\n\n");
            }
            body.push_str(&text::fill(&template.body, &values));
        }
        if language == "en" {
            break;
        }
    }
    Ok(Outgoing {
        from_name: format!("Postmaster, {}", head.site.name),
        from_address: arrived.mailbox_address.to_owned(),
        to_name: String::new(),
        to_address: to.address.clone(),
        subject,
        text: body,
        message_id: head.key.write(id, head.domain()),
        date: now,
        in_reply_to: answers.clone(),
        references: answers.into_iter().collect(),
        automatic: true,
    })
}
