//! The daily review of the mailbox (D3).

use super::{StoreResult, View, Work, on_db};
use crate::domain::time::Moment;

/// A day's review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// Day as the site's calendar counts it, days since 1970-01-01.
    pub day: i64,
    /// Who.
    pub by: String,
    /// When.
    pub at: Moment,
    /// What was waiting.
    pub waiting: i64,
}

/// Notes the review; the first of a day stays.
///
/// # Errors
/// When the database does not answer.
pub async fn review(work: &mut Work, day: i64, account: i64, waiting: i64, now: Moment) -> StoreResult<bool> {
    let done = on_db!(work, c => sqlx::query(
        "INSERT INTO duty_review (day, account_id, at, waiting) VALUES ($1, $2, $3, $4) ON CONFLICT (day) DO NOTHING",
    ).bind(day).bind(account).bind(now.millis()).bind(waiting).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(done == 1)
}

/// The newest review.
///
/// # Errors
/// When the database does not answer.
pub async fn last(view: &mut View) -> StoreResult<Option<Review>> {
    let row: Option<(i64, String, i64, i64)> = on_db!(view, c => sqlx::query_as(
        "SELECT day, account.name, at, waiting FROM duty_review JOIN account ON account.id = account_id
         ORDER BY day DESC LIMIT 1",
    ).fetch_optional(c).await)?;
    Ok(row.map(|(day, by, at, waiting)| Review { day, by, at: Moment::from_millis(at), waiting }))
}
