//! How many acknowledgements one address had in a day and how many leave in one hour. Counted inside the transaction
//! that writes the mail, by conditional updates, so that two processes cannot both take the last place.

use super::{StoreResult, Work, on_db};

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
