//! Who has a ticket open. Not part of its history: a row is forgotten soon after its page was left.

use sqlx::FromRow;

use super::{StoreResult, View, Work, on_db};
use crate::domain::time::Moment;

/// Somebody who has a ticket open.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Present {
    /// Their name.
    pub name: String,
    /// Whether they are writing a reply or a note.
    pub writing: bool,
}

/// Notes that somebody has a ticket open.
///
/// # Errors
/// When the database does not answer.
pub async fn note(work: &mut Work, ticket: i64, account: i64, writing: bool, now: Moment) -> StoreResult<()> {
    on_db!(work, c => sqlx::query(
        "INSERT INTO presence (ticket_id, account_id, writing, seen_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (ticket_id, account_id) DO UPDATE SET writing = excluded.writing, seen_at = excluded.seen_at",
    ).bind(ticket).bind(account).bind(writing).bind(now.millis()).execute(c).await.map(drop))?;
    Ok(())
}

/// Who else has had a ticket open since a moment: who writes first, then by name.
///
/// # Errors
/// When the database does not answer.
pub async fn others(view: &mut View, ticket: i64, but: i64, since: Moment) -> StoreResult<Vec<Present>> {
    Ok(on_db!(view, c => sqlx::query_as(
        "SELECT account.name, writing FROM presence JOIN account ON account.id = account_id
         WHERE ticket_id = $1 AND account_id <> $2 AND seen_at > $3 AND NOT account.disabled
         ORDER BY writing DESC, account.name, account.id",
    ).bind(ticket).bind(but).bind(since.millis()).fetch_all(c).await)?)
}

/// Forgets who was there before a moment.
///
/// # Errors
/// When the database does not answer.
pub async fn forget(work: &mut Work, before: Moment) -> StoreResult<()> {
    on_db!(work, c => sqlx::query("DELETE FROM presence WHERE seen_at < $1").bind(before.millis()).execute(c).await.map(drop))?;
    Ok(())
}
