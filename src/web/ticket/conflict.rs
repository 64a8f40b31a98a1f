//! What happened between the page and the form that was sent from it.

use super::event_words;
use crate::{
    domain::{event::What, ticket::Ticket},
    store::{self, View},
    web::{Visit, WebResult, line::line},
};

/// Events that are named.
const NAMED: i64 = 5;

/// The newest events in words: as many as the version grew since. Empty if there was no conflict.
pub(super) async fn words(visit: &Visit, view: &mut View, ticket: &Ticket, seen: Option<i64>) -> WebResult<String> {
    let Some(seen) = seen else { return Ok(String::new()) };
    let grown = ticket.version.saturating_sub(seen).clamp(1, NAMED);
    let events = store::event::newest_of_ticket(view, ticket.number, i64::MAX, grown).await?;
    let told: Vec<String> = events
        .iter()
        .rev()
        .map(|event| {
            let (_, what) = event_words::words(event.what);
            let why = if event.what == What::NoteAdded || event.why.is_empty() {
                String::new()
            } else {
                format!(" ({})", line(&event.why).chars().take(120).collect::<String>())
            };
            format!("{} {what}{why}, {}.", event_words::actor(event), visit.when(event.at).relative)
        })
        .collect();
    Ok(told.join(" "))
}
