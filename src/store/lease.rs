//! Leases: one owner at a time, with a fence that grows with each new owner.

use std::time::Duration;

use super::{StoreError, StoreResult, View, Work, dialect, on_db};
use crate::domain::time::Moment;

/// A lease held by this process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// What is leased, such as `mailbox 3`.
    pub name: String,
    /// This process.
    pub owner: String,
    /// Grows with each new owner.
    pub fence: i64,
}

/// Takes the lease if it is free, past its time, or ours already; `None` if another holds it.
///
/// # Errors
/// When the database does not answer.
pub async fn take(
    work: &mut Work,
    name: &str,
    owner: &str,
    now: Moment,
    time_to_live: Duration,
) -> StoreResult<Option<Lease>> {
    let now = dialect::lease_now(work, now.millis()).await?;
    let until = Moment::from_millis(now).plus(time_to_live).millis();
    let fence: Option<i64> = on_db!(work, c => sqlx::query_scalar(
        "INSERT INTO lease (name, owner, fence, expires_at) VALUES ($1, $2, 1, $4)
         ON CONFLICT (name) DO UPDATE SET
             fence = CASE WHEN lease.owner = excluded.owner THEN lease.fence ELSE lease.fence + 1 END,
             owner = excluded.owner, expires_at = excluded.expires_at
         WHERE lease.owner = excluded.owner OR lease.expires_at <= $3
         RETURNING fence",
    ).bind(name).bind(owner).bind(now).bind(until).fetch_optional(c).await)?;
    Ok(fence.map(|fence| Lease { name: name.to_owned(), owner: owner.to_owned(), fence }))
}

/// Gives the lease back, so that another may take it at once.
///
/// # Errors
/// When the database does not answer.
pub async fn release(work: &mut Work, lease: &Lease) -> StoreResult<()> {
    on_db!(work, c => sqlx::query("UPDATE lease SET expires_at = 0 WHERE name = $1 AND owner = $2 AND fence = $3")
        .bind(&lease.name).bind(&lease.owner).bind(lease.fence).execute(c).await.map(drop))?;
    Ok(())
}

/// Ends the leases of processes whose session with the server is gone (`PostgreSQL`; see `Store::live`).
///
/// # Errors
/// When the database does not answer.
pub async fn bury(work: &mut Work, now: Moment) -> StoreResult<()> {
    let now = dialect::lease_now(work, now.millis()).await?;
    dialect::bury(work, now).await
}

/// Ends all leases of owners that are known to be dead.
///
/// # Errors
/// When the database does not answer.
pub async fn end_all(work: &mut Work) -> StoreResult<()> {
    on_db!(work, c => sqlx::query("UPDATE lease SET expires_at = 0").execute(c).await.map(drop))?;
    Ok(())
}

/// Makes this transaction depend on the lease: if another took it, nothing of the transaction happens.
///
/// # Errors
/// [`StoreError::Fenced`] if the lease is not ours any more.
pub async fn fence(work: &mut Work, lease: &Lease) -> StoreResult<()> {
    let text = dialect::lease_fence(work);
    let fence: Option<i64> = on_db!(work, c => sqlx::query_scalar(text)
        .bind(&lease.name).bind(&lease.owner).fetch_optional(c).await)?;
    if fence == Some(lease.fence) { Ok(()) } else { Err(StoreError::Fenced(lease.name.clone())) }
}

/// The leases of work, each with its fence: how often it has changed its owner. Not those by which processes show that
/// they live, whose names have no end.
///
/// # Errors
/// When the database does not answer.
pub async fn fences(view: &mut View) -> StoreResult<Vec<(String, i64)>> {
    Ok(
        on_db!(view, c => sqlx::query_as("SELECT name, fence FROM lease WHERE name NOT LIKE 'process %' ORDER BY name LIMIT 1000")
        .fetch_all(c).await)?,
    )
}
