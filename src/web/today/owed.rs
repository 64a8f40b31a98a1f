//! The first few tickets in the order of what is owed, the late ones before the others.

use crate::{
    domain::{kind::Kind, ticket::State},
    store::{
        View,
        ticket::{self, Filter},
    },
    web::{Visit, WebResult, ticket::TicketRow},
};

/// Tickets looked at for lateness.
const LOOKED_AT: i64 = 500;
/// Tickets shown.
const SHOWN: usize = 8;

/// What waits, and which of it is late.
#[derive(Debug, Default)]
pub(super) struct Owed {
    pub(super) rows: Vec<TicketRow>,
    /// Kinds of the late ones.
    pub(super) late: Vec<Kind>,
}

/// Open tickets that nobody has begun to work on.
pub(super) async fn owed(visit: &Visit, view: &mut View) -> WebResult<Owed> {
    let quarantine = visit.rights.authorised_postmaster().is_some();
    let mut tickets = ticket::list(view, &Filter { quarantine, ..Filter::default() }, None, LOOKED_AT).await?;
    tickets.retain(|t| t.state != State::Investigating);
    let mut rows: Vec<(Kind, TicketRow)> =
        tickets.iter().map(|t| (t.kind, TicketRow::of(t, Vec::new(), visit))).collect();
    let is_late = |row: &TicketRow| row.clock.as_ref().is_some_and(|clock| clock.tone == "late");
    let late = rows.iter().filter(|(_, row)| is_late(row)).map(|(kind, _)| *kind).collect();
    // Within the late and the others, the order of what is owed stays.
    rows.sort_by_key(|(_, row)| !is_late(row));
    rows.truncate(SHOWN);
    let numbers: Vec<i64> = rows.iter().map(|(_, row)| row.number).collect();
    for (number, tag) in ticket::tags_of(view, &numbers).await? {
        if let Some((_, row)) = rows.iter_mut().find(|(_, row)| row.number == number) {
            row.tags.push(tag);
        }
    }
    Ok(Owed { rows: rows.into_iter().map(|(_, row)| row).collect(), late })
}
