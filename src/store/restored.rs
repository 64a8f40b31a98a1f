//! Whether this database is a copy of another that went on after the copy was made.

use super::{StoreResult, View, Work, dialect, setting};
use crate::domain::time::Moment;

/// A copy made by `postdesk backup` says so of itself: when it was made (ms).
pub(super) const COPY_MADE_AT: &str = "copy_made_at";
/// When this database was last restored (ms).
const RESTORED_AT: &str = "restored_at";
/// Which database this was when it was last used (`PostgreSQL`).
const IDENTITY: &str = "database_identity";

/// Numbers left out after a restore: more than can have been given between the copy and the end. Ticket numbers and
/// Message-IDs that went out in that time must not come to mean something else.
const GAP: i64 = 100_000;
/// Tables whose numbers are known outside, each with its column.
const NUMBERED: [(&str, &str); 4] = [("ticket", "number"), ("message", "id"), ("outbox", "id"), ("event", "id")];

/// When this database was last restored from a copy.
///
/// # Errors
/// When the database does not answer.
pub async fn at(view: &mut View) -> StoreResult<Option<Moment>> {
    let kept = setting::get(view, RESTORED_AT).await?;
    Ok(kept.and_then(|text| text.parse().ok()).map(Moment::from_millis))
}

/// Whether this is a copy that was not marked as restored yet. Of several processes that ask at once, one is told.
///
/// # Errors
/// When the database does not answer.
pub async fn is_unmarked_copy(work: &mut Work) -> StoreResult<bool> {
    if setting::remove(work, COPY_MADE_AT).await? {
        settle_identity(work).await?;
        return Ok(true);
    }
    let Some(now) = dialect::identity(work).await? else { return Ok(false) };
    let before = setting::get_or_set(work, IDENTITY, &now).await?;
    Ok(before != now && setting::replace(work, IDENTITY, &before, &now).await?)
}

/// Says that this very database is the one to go on with, whatever it was before.
///
/// # Errors
/// When the database does not answer.
pub async fn settle_identity(work: &mut Work) -> StoreResult<()> {
    setting::remove(work, COPY_MADE_AT).await?;
    if let Some(now) = dialect::identity(work).await? {
        setting::set(work, IDENTITY, &now).await?;
    }
    Ok(())
}

/// Notes the restore and leaves out the numbers that may be known outside.
///
/// # Errors
/// When the database does not answer.
pub async fn note(work: &mut Work, now: Moment) -> StoreResult<()> {
    setting::set(work, RESTORED_AT, &now.millis().to_string()).await?;
    for (table, column) in NUMBERED {
        dialect::skip_numbers(work, table, column, GAP).await?;
    }
    Ok(())
}
