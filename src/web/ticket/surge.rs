//! The chart of a surge on its ticket (D6).

use std::time::Duration;

use crate::{
    desk::surge,
    domain::ticket::Ticket,
    store::{self, View},
    web::{
        Visit, WebResult,
        chart::Chart,
        delivery_error::{hours, incident},
    },
};

/// Hours shown before it began, and after that.
const BEFORE: i64 = 12;
const AFTER: i64 = 35;

/// What a fault ticket shows of its incident.
#[derive(Debug)]
pub(crate) struct Surge {
    /// In words.
    pub(crate) text: String,
    pub(crate) chart: Chart,
    /// Its errors in the ledger.
    pub(crate) running: bool,
}

/// The incident that a ticket is about, if it is about one.
pub(super) async fn surge(visit: &Visit, view: &mut View, ticket: &Ticket) -> WebResult<Option<Surge>> {
    let Some(found) = store::surge::of_ticket(view, ticket.number).await? else { return Ok(None) };
    let began = found.started_at.secs() / 3_600;
    let last = (began + AFTER).min(visit.now.secs() / 3_600);
    // As it was known a day later at most: the rates at hand then reach over the chart.
    let known_at = found.started_at.plus(Duration::from_hours(24)).min(visit.now);
    let (rhythm, incidents) = surge::rhythm(view, &visit.web.head.zone, known_at).await?;
    let counts = store::ledger::hours(view, began - BEFORE).await?;
    let chart = hours::chart(visit, &counts, &rhythm, &incidents, (began - BEFORE, last.max(began)));
    Ok(Some(Surge { text: incident::words(visit, &found), chart, running: found.ended_at.is_none() }))
}
