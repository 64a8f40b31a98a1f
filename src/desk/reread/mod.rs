//! Kept messages read again, when the rules by which they were read have changed.
//!
//! In two rounds, so that a person sees what would change before anything does: `compare` reads and only notes what
//! differs; `change` carries it out when it is ordered. Nothing is ever sent, and what a person decided stays. Both go
//! in steps that several processes may take at once: who is second notices it by `Conflict` and has done nothing.

mod change;
mod compare;

use std::sync::Arc;

pub use self::{change::change, compare::compare};

use sha2::{Digest, Sha256};

use super::letterhead::Letterhead;
use crate::{
    domain::{
        event::{Actor, NewEvent, What},
        reading::Reading,
        rereading::{Rereading, State},
        time::Moment,
    },
    reading,
    store::{self, StoreError, StoreResult, View, Work},
};

/// Begins a rereading; `Conflict` if one is open.
///
/// # Errors
/// When the database does not answer, or [`StoreError::Conflict`].
pub async fn begin(work: &mut Work, head: &Letterhead, actor: &Actor, now: Moment) -> StoreResult<i64> {
    let id = store::rereading::begin(work, &rules(head), actor.name(), now).await?;
    work.event(NewEvent::new(now, actor.clone(), What::Rereading, "kept messages are read again and compared"));
    Ok(id)
}

/// Orders that what differs is changed. `Conflict` if nothing waits for the order.
///
/// # Errors
/// When the database does not answer, or [`StoreError::Conflict`].
pub async fn order(work: &mut Work, rereading: i64, actor: &Actor, now: Moment) -> StoreResult<()> {
    store::rereading::restate(work, rereading, State::Compared, State::Changing).await?;
    work.event(NewEvent::new(now, actor.clone(), What::Rereading, "what differs is changed"));
    Ok(())
}

/// Leaves everything as it is, also in the middle of either round. `Conflict` if it is over.
///
/// # Errors
/// When the database does not answer, or [`StoreError::Conflict`].
pub async fn leave(work: &mut Work, rereading: &Rereading, actor: &Actor, now: Moment) -> StoreResult<()> {
    if !rereading.state.is_open() {
        return Err(StoreError::Conflict);
    }
    store::rereading::restate(work, rereading.id, rereading.state, State::Dropped).await?;
    work.event(NewEvent::new(now, actor.clone(), What::Rereading, "what has not changed yet is left as it is"));
    Ok(())
}

/// The rules by which this process reads: its version and the site's facts. Another configuration reads otherwise, and
/// one rereading must not mix two.
#[must_use]
pub fn rules(head: &Letterhead) -> String {
    let text = format!("{} {:?}", env!("CARGO_PKG_VERSION"), head.site);
    Sha256::digest(text).iter().take(8).fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// One step of the newest rereading; whether there may be another.
///
/// # Errors
/// When the database does not answer.
pub async fn step(store: &store::Store, head: &Arc<Letterhead>, now: Moment) -> StoreResult<bool> {
    let newest = store::rereading::newest(&mut store.read().await?).await?;
    let Some(rereading) = newest.filter(|newest| newest.state.is_open() && newest.rules == rules(head)) else {
        return Ok(false);
    };
    let done = match rereading.state {
        State::Comparing => compare(store, head, &rereading).await,
        State::Changing => change(store, head, &rereading, now).await,
        State::Compared | State::Done | State::Dropped => return Ok(false),
    };
    match done {
        // Another process took the same step, or a person put an end to it.
        Err(StoreError::Conflict) => Ok(true),
        other => other.map(|()| true),
    }
}

/// Reads kept bytes off the async threads; `None` if they are gone or the reader broke.
async fn read(view: &mut View, head: &Arc<Letterhead>, sha256: &[u8]) -> StoreResult<Option<Reading>> {
    let Some(bytes) = store::blob::load(view, sha256).await? else { return Ok(None) };
    let head = Arc::clone(head);
    Ok(tokio::task::spawn_blocking(move || reading::read(&bytes, &head.site)).await.ok())
}
