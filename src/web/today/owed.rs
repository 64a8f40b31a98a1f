//! The first few tickets in the order of what is owed, each with its clock.

use std::time::Duration;

use crate::{
    domain::{
        kind::Kind,
        ticket::{State, Ticket},
        time::Moment,
    },
    store::{View, ticket},
    web::{
        Visit, WebResult, When,
        line::{line, line_or},
    },
};

/// Tickets looked at for lateness.
const LOOKED_AT: i64 = 500;
/// Tickets shown.
const SHOWN: usize = 8;
/// A complaint is acknowledged at once (D9): later than this is late.
const AT_ONCE: Duration = Duration::from_hours(1);
/// The mailbox is reviewed once a day (D3): what nobody has touched for longer is late.
const DAY: Duration = Duration::from_hours(24);

/// A clock that runs on a ticket.
#[derive(Debug)]
pub(super) struct Clock {
    pub(super) text: String,
    /// `late`, `waiting`, `done` or `quiet`.
    pub(super) tone: &'static str,
    pub(super) iso: String,
    pub(super) exact: String,
}

/// One line.
#[derive(Debug)]
pub(super) struct TicketRow {
    pub(super) number: i64,
    pub(super) subject: String,
    pub(super) state: &'static str,
    pub(super) kind: &'static str,
    pub(super) kind_label: &'static str,
    pub(super) priority: &'static str,
    pub(super) who: String,
    pub(super) address: String,
    pub(super) owner: String,
    pub(super) tags: Vec<String>,
    pub(super) clock: Option<Clock>,
    pub(super) opened: When,
}

/// What waits, and which of it is late.
#[derive(Debug, Default)]
pub(super) struct Owed {
    pub(super) rows: Vec<TicketRow>,
    /// Kinds of the late ones.
    pub(super) late: Vec<Kind>,
}

/// Open tickets that nobody has begun to work on, what is owed first.
pub(super) async fn owed(visit: &Visit, view: &mut View) -> WebResult<Owed> {
    let authorised = visit.rights.authorised_postmaster().is_some();
    let mut tickets = ticket::list(view, &ticket::Filter::default(), None, LOOKED_AT).await?;
    tickets.retain(|t| t.state != State::Investigating && (authorised || t.kind != Kind::QuarantineNotice));
    let late = tickets.iter().filter(|t| is_late(t, visit.now)).map(|t| t.kind).collect();
    // Late ones first; within each, the order of what is owed.
    tickets.sort_by_key(|t| !is_late(t, visit.now));
    tickets.truncate(SHOWN);
    Ok(Owed { rows: tickets.iter().map(|t| row(visit, t)).collect(), late })
}

/// When a ticket should have had its first step; only new ones have such a clock.
fn due(ticket: &Ticket) -> Option<Moment> {
    let span = if ticket.kind.is_acknowledged() { AT_ONCE } else { DAY };
    (ticket.state == State::New).then(|| ticket.opened_at.plus(span))
}

fn is_late(ticket: &Ticket, now: Moment) -> bool {
    due(ticket).is_some_and(|due| due < now)
}

fn clock(visit: &Visit, due: Moment) -> Clock {
    let words = |span: Duration| match span.as_secs() / 60 {
        minutes @ 0..120 => format!("{} min", minutes.max(1)),
        minutes @ 120..2_880 => format!("{} h", minutes / 60),
        minutes => format!("{} d", minutes / 1_440),
    };
    let when = visit.when(due);
    let late = due < visit.now;
    let text = if late {
        format!("{} late", words(visit.now.since(due)))
    } else {
        format!("due in {}", words(due.since(visit.now)))
    };
    Clock { text, tone: if late { "late" } else { "waiting" }, iso: when.iso, exact: when.exact }
}

fn row(visit: &Visit, ticket: &Ticket) -> TicketRow {
    TicketRow {
        number: ticket.number,
        subject: line_or(&ticket.subject, "(no subject)"),
        state: ticket.state.as_str(),
        kind: ticket.kind.as_str(),
        kind_label: ticket.kind.words(),
        priority: ticket.priority.as_str(),
        who: line(if ticket.reporter_name.is_empty() { &ticket.reporter } else { &ticket.reporter_name }),
        address: line(&ticket.reporter),
        owner: ticket.owner_name.clone().unwrap_or_default(),
        tags: Vec::new(),
        clock: due(ticket).map(|due| clock(visit, due)),
        opened: visit.when(ticket.opened_at),
    }
}
