//! What is known about a ticket besides its timeline: clocks, reading, links, earlier tickets.

use super::{
    row::{Clock, age},
    seen,
};
use crate::{
    domain::{
        acknowledgement::{Acknowledgement, Decision},
        kind::Kind,
        ticket::{LinkKind, State, Ticket},
    },
    store::{
        self, View, message,
        ticket::{Filter, Link},
    },
    web::{
        Visit, WebResult,
        evidence::{Reason, reasons},
        line::line,
    },
};

/// Earlier tickets of the same person that are named.
const EARLIER: i64 = 6;

/// Another ticket.
#[derive(Clone, Debug)]
pub(crate) struct TicketLink {
    /// Names the link in the form that removes it.
    pub(crate) id: String,
    pub(crate) number: i64,
    pub(crate) subject: String,
    pub(crate) state: &'static str,
    /// `related to`, `duplicate of`, `claims`.
    pub(crate) relation: String,
    pub(crate) removable: bool,
}

/// How the message that opened the ticket was read.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) evidence: Vec<Reason>,
    /// The acknowledgement's decision and its reason, in words.
    pub(super) acknowledgement: String,
    /// Where an answer to it goes.
    pub(super) answer_to: String,
}

pub(super) fn clocks(visit: &Visit, ticket: &Ticket) -> Vec<(String, Clock)> {
    let mut clocks = vec![(String::new(), Clock::of(ticket, visit))];
    if let Some(at) = ticket.acknowledged_at {
        let text = format!("{} later", age(at.since(ticket.opened_at)));
        clocks.push(("First answer".to_owned(), Clock::new(text, "done", at, visit)));
    }
    clocks
}

pub(super) async fn read(view: &mut View, ticket: &Ticket) -> WebResult<Read> {
    let Some(opening) = message::opening(view, ticket.number).await? else { return Ok(Read::default()) };
    let acknowledgement = opening.acknowledgement.as_ref().map(decided).unwrap_or_default();
    let Some(reading) = message::reading(view, opening.id).await? else {
        return Ok(Read { acknowledgement, ..Read::default() });
    };
    let answer_to = reading.arrival.answer_to().address.clone();
    Ok(Read { evidence: reasons(&reading.evidence), acknowledgement, answer_to })
}

fn decided(decided: &Acknowledgement) -> String {
    let words = match decided.decision {
        Decision::Send => "Acknowledged by mail",
        Decision::Record => "Not acknowledged by itself",
        Decision::Never => "No acknowledgement is owed",
    };
    format!("{words}: {}.", decided.reason)
}

pub(super) fn links(visit: &Visit, found: Vec<Link>) -> Vec<TicketLink> {
    let seen = found.into_iter().filter(|link| link.of != Kind::QuarantineNotice || seen::quarantine(visit));
    seen.map(|link| TicketLink {
        id: format!("{}.{}.{}", link.kind, if link.outward { "to" } else { "from" }, link.number),
        number: link.number,
        subject: line(&link.subject),
        state: link.state.as_str(),
        relation: relation(link.kind, link.outward).to_owned(),
        removable: link.kind != LinkKind::Claims,
    })
    .collect()
}

const fn relation(kind: LinkKind, outward: bool) -> &'static str {
    match (kind, outward) {
        (LinkKind::Related, _) => "related to",
        (LinkKind::DuplicateOf, true) => "duplicate of",
        (LinkKind::DuplicateOf, false) => "has the duplicate",
        (LinkKind::Claims, true) => "says it belongs to",
        (LinkKind::Claims, false) => "is claimed by",
    }
}

/// The id of a link, read back: how, whether outward, to which ticket.
pub(super) fn link_of(id: &str) -> Option<(LinkKind, bool, i64)> {
    let mut parts = id.split('.');
    let (kind, way, number) = (parts.next()?, parts.next()?, parts.next()?);
    Some((kind.parse().ok()?, way == "to", number.parse().ok()?))
}

pub(super) async fn earlier(visit: &Visit, view: &mut View, ticket: &Ticket) -> WebResult<Vec<TicketLink>> {
    if ticket.reporter.is_empty() {
        return Ok(Vec::new());
    }
    let filter = Filter {
        reporter: Some(ticket.reporter.clone()),
        closed_too: true,
        quarantine: seen::quarantine(visit),
        ..Filter::default()
    };
    let found = store::ticket::list(view, &filter, None, EARLIER).await?;
    let link = |other: Ticket| TicketLink {
        id: String::new(),
        number: other.number,
        subject: line(&other.subject),
        state: State::as_str(other.state),
        relation: String::new(),
        removable: false,
    };
    Ok(found.into_iter().filter(|other| other.number != ticket.number).map(link).collect())
}
