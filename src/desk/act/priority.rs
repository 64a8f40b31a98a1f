//! How much a ticket presses.

use super::{ActResult, held};
use crate::{
    access::Postmaster,
    domain::{event::What, ticket::Priority, time::Moment},
    store::{Work, ticket::Change},
};

/// Sets the priority.
///
/// # Errors
/// [`super::ActError`]: somebody was first.
pub async fn set_priority(
    work: &mut Work,
    may: &Postmaster,
    (number, version): (i64, i64),
    priority: Priority,
    now: Moment,
) -> ActResult<()> {
    let ticket = held::held(work, number, version).await?;
    if ticket.priority == priority {
        return Ok(());
    }
    let why = format!("{} → {priority}", ticket.priority);
    held::write(work, may, &ticket, Change { priority, ..(&ticket).into() }, (What::PriorityChanged, why), now).await
}
