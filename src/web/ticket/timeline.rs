//! The newest entries of a ticket, oldest of them first; older ones by a link.

use super::{
    entry::{BUDGET, Mails, entry},
    seen,
};
use crate::{
    domain::ticket::Ticket,
    store::{self, View, message::Filter},
    web::{Entry, Visit, WebResult},
};

/// Entries of a page.
const ENTRIES: i64 = 100;
/// Messages of a ticket that entries look into.
const MESSAGES: i64 = 500;

/// A stretch of the timeline.
#[derive(Debug)]
pub(super) struct Stretch {
    pub(super) entries: Vec<Entry>,
    /// Where the older ones are; empty if there are none.
    pub(super) older: String,
    /// Where the newest are; empty if these are.
    pub(super) newest: String,
    /// This stretch alone.
    pub(super) here: String,
}

/// The entries before an event id, or the newest.
pub(super) async fn stretch(
    visit: &Visit,
    view: &mut View,
    ticket: &Ticket,
    before: Option<i64>,
) -> WebResult<Stretch> {
    let quarantine = seen::quarantine(visit);
    let number = ticket.number;
    let filter = Filter { ticket: Some(number), quarantine, ..Filter::default() };
    let mut mails = Mails {
        received: store::message::list(view, &filter, i64::MAX, MESSAGES).await?,
        written: store::outbox::of_ticket(view, number).await?,
        left: BUDGET,
    };
    let events = store::event::newest_of_ticket(view, number, before.unwrap_or(i64::MAX), ENTRIES + 1).await?;
    let shown = usize::try_from(ENTRIES).unwrap_or(usize::MAX);
    let older = if events.len() > shown {
        events.get(shown - 1).map_or_else(String::new, |last| format!("/tickets/{number}?before={}#timeline", last.id))
    } else {
        String::new()
    };
    let mut entries = Vec::new();
    // The newest first, so that the budget is spent on what is read first.
    for event in events.into_iter().take(shown) {
        entries.extend(entry(visit, view, &mut mails, quarantine, event).await?);
    }
    entries.reverse();
    let place = before.map_or_else(String::new, |id| format!("&before={id}"));
    let newest = before.map_or_else(String::new, |_| format!("/tickets/{number}#timeline"));
    Ok(Stretch { entries, older, newest, here: format!("/tickets/{number}?fragment=timeline{place}") })
}
