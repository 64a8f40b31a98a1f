//! How many acknowledgements one address had in a day and how many leave in one hour. Counted inside the transaction
//! that writes the mail, by conditional updates, so that two processes cannot both take the last place.

use super::{StoreResult, View, Work, dialect, on_db};

/// Begins to take places. Works take turns from here to their end: each takes places of several addresses and hours, and
/// two that did so at once would wait for each other.
///
/// # Errors
/// When the database does not answer.
pub async fn take_turns(work: &mut Work) -> StoreResult<()> {
    dialect::lock_acknowledged(work).await
}

/// How many places are taken in the buckets of a scope from `from` on.
///
/// # Errors
/// When the database does not answer.
pub async fn taken(view: &mut View, scope: &str, from: i64) -> StoreResult<i64> {
    Ok(on_db!(view, c => sqlx::query_scalar(
        "SELECT CAST(COALESCE(SUM(count), 0) AS BIGINT) FROM acknowledged WHERE scope = $1 AND bucket >= $2",
    ).bind(scope).bind(from).fetch_one(c).await)?)
}

/// The last bucket of a scope in which a place is taken.
///
/// # Errors
/// When the database does not answer.
pub async fn last(view: &mut View, scope: &str) -> StoreResult<Option<i64>> {
    Ok(on_db!(view, c => sqlx::query_scalar("SELECT MAX(bucket) FROM acknowledged WHERE scope = $1")
        .bind(scope).fetch_one(c).await)?)
}

/// The first bucket of a scope in `from..=to` that has room; `None` if all are full.
///
/// # Errors
/// When the database does not answer.
pub async fn first_with_room(work: &mut Work, scope: &str, from: i64, to: i64, cap: i64) -> StoreResult<Option<i64>> {
    // What is full lies together: each hour fills up before the next is begun.
    let full: i64 = on_db!(work, c => sqlx::query_scalar(
        "SELECT COUNT(*) FROM acknowledged WHERE scope = $1 AND bucket >= $2 AND bucket <= $3 AND count >= $4",
    ).bind(scope).bind(from).bind(to).bind(cap).fetch_one(c).await)?;
    let first = from.saturating_add(full);
    Ok((first <= to).then_some(first))
}

/// Takes one place in a bucket that holds `cap`; `false` if it is full.
///
/// # Errors
/// When the database does not answer.
pub async fn take(work: &mut Work, scope: &str, bucket: i64, cap: i64) -> StoreResult<bool> {
    if cap < 1 {
        return Ok(false);
    }
    let done = on_db!(work, c => sqlx::query(
        "INSERT INTO acknowledged (scope, bucket, count) VALUES ($1, $2, 1)
         ON CONFLICT (scope, bucket) DO UPDATE SET count = acknowledged.count + 1 WHERE acknowledged.count < $3",
    ).bind(scope).bind(bucket).bind(cap).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(done == 1)
}

/// Forgets buckets of a scope's kind that are past: `prefix` as in `address `.
///
/// # Errors
/// When the database does not answer.
pub async fn forget(work: &mut Work, prefix: &str, before: i64) -> StoreResult<()> {
    on_db!(work, c => sqlx::query("DELETE FROM acknowledged WHERE scope >= $1 AND scope < $2 AND bucket < $3")
        .bind(prefix).bind(format!("{prefix}~")).bind(before).execute(c).await.map(drop))?;
    Ok(())
}
