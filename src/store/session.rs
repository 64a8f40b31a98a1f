//! Sign-in sessions. Only the SHA-256 of the cookie's value is stored.

use sqlx::FromRow;

use super::{StoreResult, View, Work, clean, on_db};
use crate::domain::time::Moment;

/// A session as stored.
#[derive(Clone, Debug, FromRow)]
pub struct Session {
    /// Hash of the cookie's value, hex.
    pub id: String,
    /// Number by which a person ends it; says nothing of the cookie.
    pub number: i64,
    /// Whose it is; none before sign-in.
    pub account_id: Option<i64>,
    /// What the web keeps in it, JSON.
    pub data: String,
    /// Browser, as it called itself at sign-in.
    pub user_agent: String,
    /// Address at sign-in.
    pub address: String,
    /// When it began (ms).
    pub created_at: i64,
    /// When it was last used (ms).
    pub seen_at: i64,
    /// When it ends (ms).
    pub expires_at: i64,
}

/// Writes a session, new or known.
///
/// # Errors
/// When the database does not answer.
pub async fn save(work: &mut Work, session: &Session) -> StoreResult<()> {
    on_db!(work, c => sqlx::query(
        "INSERT INTO session (id, number, account_id, data, user_agent, address, created_at, seen_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (id) DO UPDATE SET account_id = excluded.account_id, data = excluded.data,
             user_agent = excluded.user_agent, address = excluded.address, seen_at = excluded.seen_at,
             expires_at = excluded.expires_at",
    ).bind(&session.id).bind(session.number).bind(session.account_id).bind(clean(&session.data)).bind(clean(&session.user_agent))
        .bind(clean(&session.address)).bind(session.created_at).bind(session.seen_at).bind(session.expires_at)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// Writes what changed in a session that is still there; `false` if it has been ended meanwhile, and stays ended.
///
/// # Errors
/// When the database does not answer.
pub async fn update(work: &mut Work, session: &Session) -> StoreResult<bool> {
    Ok(on_db!(work, c => sqlx::query(
        "UPDATE session SET account_id = $2, data = $3, seen_at = $4, expires_at = $5 WHERE id = $1",
    ).bind(&session.id).bind(session.account_id).bind(clean(&session.data)).bind(session.seen_at).bind(session.expires_at)
        .execute(c).await.map(|done| done.rows_affected()))?
        == 1)
}

/// A session that has not ended by `now`.
///
/// # Errors
/// When the database does not answer.
pub async fn load(view: &mut View, id: &str, now: Moment) -> StoreResult<Option<Session>> {
    Ok(on_db!(view, c => sqlx::query_as(
        "SELECT id, number, account_id, data, user_agent, address, created_at, seen_at, expires_at FROM session
         WHERE id = $1 AND expires_at > $2",
    ).bind(clean(id)).bind(now.millis()).fetch_optional(c).await)?)
}

/// Notes that a session is in use, and until when.
///
/// # Errors
/// When the database does not answer.
pub async fn seen(work: &mut Work, id: &str, now: Moment, expires_at: Moment) -> StoreResult<()> {
    on_db!(work, c => sqlx::query("UPDATE session SET seen_at = $2, expires_at = $3 WHERE id = $1")
        .bind(id).bind(now.millis()).bind(expires_at.millis()).execute(c).await.map(drop))?;
    Ok(())
}

/// Ends a session by its cookie's hash.
///
/// # Errors
/// When the database does not answer.
pub async fn delete(work: &mut Work, id: &str) -> StoreResult<()> {
    on_db!(work, c => sqlx::query("DELETE FROM session WHERE id = $1").bind(id).execute(c).await.map(drop))?;
    Ok(())
}

/// An account's sessions, last used first.
///
/// # Errors
/// When the database does not answer.
pub async fn of_account(view: &mut View, account: i64, now: Moment) -> StoreResult<Vec<Session>> {
    Ok(on_db!(view, c => sqlx::query_as(
        "SELECT id, number, account_id, data, user_agent, address, created_at, seen_at, expires_at FROM session
         WHERE account_id = $1 AND expires_at > $2 ORDER BY seen_at DESC LIMIT 100",
    ).bind(account).bind(now.millis()).fetch_all(c).await)?)
}

/// Ends one of an account's sessions by number; `false` if it has none such.
///
/// # Errors
/// When the database does not answer.
pub async fn end(work: &mut Work, account: i64, number: i64) -> StoreResult<bool> {
    Ok(on_db!(work, c => sqlx::query("DELETE FROM session WHERE account_id = $1 AND number = $2")
        .bind(account).bind(number).execute(c).await.map(|done| done.rows_affected()))?
        == 1)
}

/// Ends all of an account's sessions, but one if named.
///
/// # Errors
/// When the database does not answer.
pub async fn end_all(work: &mut Work, account: i64, but: Option<&str>) -> StoreResult<u64> {
    Ok(on_db!(work, c => sqlx::query("DELETE FROM session WHERE account_id = $1 AND id <> $2")
        .bind(account).bind(but.unwrap_or_default()).execute(c).await.map(|done| done.rows_affected()))?)
}

/// Removes sessions that have ended.
///
/// # Errors
/// When the database does not answer.
pub async fn purge(work: &mut Work, now: Moment) -> StoreResult<()> {
    on_db!(work, c => sqlx::query("DELETE FROM session WHERE expires_at <= $1").bind(now.millis()).execute(c).await.map(drop))?;
    Ok(())
}

/// Ends every session of everybody.
///
/// # Errors
/// When the database does not answer.
pub async fn end_everywhere(work: &mut Work) -> StoreResult<()> {
    on_db!(work, c => sqlx::query("DELETE FROM session").execute(c).await.map(drop))?;
    Ok(())
}
