//! What this person may see at all. Refused looks like absent (D12).

use crate::{
    domain::{kind::Kind, ticket::Ticket},
    store::{self, View},
    web::{Visit, WebError, WebResult},
};

/// Whether quarantine notices are for this person.
pub(super) fn quarantine(visit: &Visit) -> bool {
    visit.rights.authorised_postmaster().is_some()
}

/// A ticket, if this person may see it.
pub(super) async fn ticket(visit: &Visit, view: &mut View, number: i64) -> WebResult<Ticket> {
    let found = store::ticket::get(view, number).await?;
    found.filter(|ticket| may_see(visit, ticket)).ok_or(WebError::NotFound)
}

/// Whether this person may see a ticket at all.
pub(super) fn may_see(visit: &Visit, ticket: &Ticket) -> bool {
    ticket.kind != Kind::QuarantineNotice || quarantine(visit)
}
