//! The first round: what would change.

use std::sync::Arc;

use super::read;
use crate::{
    desk::letterhead::Letterhead,
    domain::rereading::{Rereading, Settled, State, difference},
    store::{
        self, Store, StoreResult,
        rereading::{Before, Found},
    },
};

/// Messages a step. They are loaded one by one.
const MESSAGES: i64 = 50;
/// Why a message stays what it is.
pub(super) const BY_PERSON: &str = "a person said what it is";

/// Reads the next messages and notes what differs; after the last, a person has the word.
///
/// # Errors
/// When the database does not answer; `Conflict` if another process was first.
pub async fn compare(store: &Store, head: &Arc<Letterhead>, rereading: &Rereading) -> StoreResult<()> {
    let mut view = store.read().await?;
    let batch = store::rereading::next(&mut view, rereading, MESSAGES).await?;
    let mut found = Vec::new();
    for before in &batch {
        if let Some(now) = read(&mut view, head, &before.sha256).await? {
            found.extend(differs(before, &now));
        }
    }
    drop(view);
    let mut work = store.write().await?;
    if let Some(last) = batch.last() {
        let looked_at = i64::try_from(batch.len()).unwrap_or(i64::MAX);
        store::rereading::compared(&mut work, rereading, last.message, looked_at, &found).await?;
    } else {
        // Without a difference there is nothing to decide.
        let differs = !store::rereading::waiting(&mut work, rereading.id, 1).await?.is_empty();
        let to = if differs { State::Compared } else { State::Done };
        store::rereading::restate(&mut work, rereading.id, State::Comparing, to).await?;
    }
    work.commit().await
}

fn differs(before: &Before, now: &crate::domain::reading::Reading) -> Option<Found> {
    let facts = match &before.reading {
        Some(old) => difference(old, now)?,
        None => "everything; the earlier reading is of an older version".to_owned(),
    };
    // What a person said differs from every reading; that is no change of the rules.
    if before.by_person && before.reading.as_ref().is_some_and(|old| old.kind == now.kind) && facts.is_empty() {
        return None;
    }
    let (settled, why) = if before.by_person { (Settled::Left, BY_PERSON) } else { (Settled::Waiting, "") };
    Some(Found { message: before.message, was: before.kind, would_be: now.kind, facts, settled, why })
}
