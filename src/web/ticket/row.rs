//! A ticket in one line, and the clock that runs on it.

use std::time::Duration;

use crate::{
    domain::{
        ticket::{State, Ticket},
        time::Moment,
    },
    web::{Visit, When, line::line},
};

/// The mailbox is looked at once a day (D3): what waited longer was passed over.
const DAY: Duration = Duration::from_hours(24);
/// An investigation without a word for so long may have been forgotten.
const WEEK: Duration = Duration::from_hours(7 * 24);

/// A clock that runs on a ticket.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    /// `3 h unanswered`.
    pub(crate) text: String,
    /// `late`, `waiting`, `done` or `quiet`.
    pub(crate) tone: &'static str,
    /// Since when, RFC 3339.
    pub(crate) iso: String,
    /// Since when, exact local time.
    pub(crate) exact: String,
}

/// One line of a list of tickets; also the head of a ticket's page.
#[derive(Clone, Debug)]
pub(crate) struct TicketRow {
    pub(crate) number: i64,
    pub(crate) subject: String,
    pub(crate) state: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) kind_label: String,
    pub(crate) priority: &'static str,
    /// Name, else address.
    pub(crate) who: String,
    pub(crate) address: String,
    /// Empty when nobody.
    pub(crate) owner: String,
    pub(crate) tags: Vec<String>,
    pub(crate) clock: Option<Clock>,
    pub(crate) opened: When,
    pub(crate) version: i64,
}

impl TicketRow {
    /// A ticket as this person reads it.
    pub(crate) fn of(ticket: &Ticket, tags: Vec<String>, visit: &Visit) -> Self {
        let who = [&ticket.reporter_name, &ticket.reporter].into_iter().find(|text| !text.trim().is_empty());
        Self {
            number: ticket.number,
            subject: line(&ticket.subject),
            state: ticket.state.as_str(),
            kind: ticket.kind.as_str(),
            kind_label: ticket.kind.words().to_owned(),
            priority: ticket.priority.as_str(),
            who: who.map_or_else(|| "somebody unknown".to_owned(), |who| line(who)),
            address: line(&ticket.reporter),
            owner: ticket.owner_name.clone().unwrap_or_default(),
            tags,
            clock: Some(Clock::of(ticket, visit)),
            opened: visit.when(ticket.opened_at),
            version: ticket.version,
        }
    }
}

impl Clock {
    /// What is owed on a ticket, and since when.
    pub(super) fn of(ticket: &Ticket, visit: &Visit) -> Self {
        let now = visit.now;
        let (since, words, tone) = match ticket.state {
            State::New => {
                let words = if ticket.kind.is_acknowledged() { "unanswered" } else { "untouched" };
                (ticket.opened_at, words, if now.since(ticket.opened_at) > DAY { "late" } else { "waiting" })
            }
            State::Acknowledged => {
                let since = ticket.acknowledged_at.unwrap_or(ticket.opened_at);
                (since, "not begun", if now.since(since) > DAY { "waiting" } else { "quiet" })
            }
            State::Investigating => {
                (ticket.updated_at, "idle", if now.since(ticket.updated_at) > WEEK { "waiting" } else { "quiet" })
            }
            State::Closed => (ticket.closed_at.unwrap_or(ticket.updated_at), "closed", "done"),
        };
        Self::new(format!("{} {words}", age(now.since(since))), tone, since, visit)
    }

    /// A clock with its own words.
    pub(super) fn new(text: String, tone: &'static str, at: Moment, visit: &Visit) -> Self {
        let when = visit.when(at);
        Self { text, tone, iso: when.iso, exact: when.exact }
    }
}

/// A span in one unit.
pub(super) fn age(span: Duration) -> String {
    match span.as_secs() {
        0 => "under 1 s".to_owned(),
        s @ 1..60 => format!("{s} s"),
        s @ 60..3_600 => format!("{} min", s / 60),
        s @ 3_600..172_800 => format!("{} h", s / 3_600),
        s => format!("{} d", s / 86_400),
    }
}
