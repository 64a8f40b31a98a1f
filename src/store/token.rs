//! API tokens. Only the SHA-256 of a token is stored.

use sqlx::FromRow;

use super::{StoreResult, View, Work, clean, on_db};
use crate::domain::time::Moment;

/// A token as stored.
#[derive(Clone, Debug, FromRow)]
pub struct Token {
    /// Row id.
    pub id: i64,
    /// Whose rights it has.
    pub account_id: i64,
    /// That account's login.
    pub login: String,
    /// What it is for.
    pub name: String,
    /// Whether it may release from quarantine.
    pub may_release: bool,
    /// When it was made (ms).
    pub created_at: i64,
    /// When it ends (ms).
    pub expires_at: i64,
    /// When it was revoked (ms).
    pub revoked_at: Option<i64>,
    /// When it was last used (ms).
    pub used_at: Option<i64>,
}

/// Keeps a new token's hash.
///
/// # Errors
/// When the database does not answer.
pub async fn add(
    work: &mut Work,
    account: i64,
    name: &str,
    hash: &str,
    may_release: bool,
    now: Moment,
    expires_at: Moment,
) -> StoreResult<i64> {
    Ok(on_db!(work, c => sqlx::query_scalar(
        "INSERT INTO token (account_id, name, hash, may_release, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
         RETURNING id",
    ).bind(account).bind(clean(name)).bind(clean(hash)).bind(may_release).bind(now.millis()).bind(expires_at.millis())
        .fetch_one(c).await)?)
}

/// A token that may be used now, by its hash.
///
/// # Errors
/// When the database does not answer.
pub async fn by_hash(view: &mut View, hash: &str, now: Moment) -> StoreResult<Option<Token>> {
    Ok(on_db!(view, c => sqlx::query_as(
        "SELECT token.id, account_id, login, token.name, may_release, token.created_at, expires_at, revoked_at, used_at
         FROM token JOIN account ON account.id = account_id
         WHERE hash = $1 AND revoked_at IS NULL AND expires_at > $2",
    ).bind(clean(hash)).bind(now.millis()).fetch_optional(c).await)?)
}

/// Notes that a token was used.
///
/// # Errors
/// When the database does not answer.
pub async fn used(work: &mut Work, id: i64, now: Moment) -> StoreResult<()> {
    on_db!(work, c => sqlx::query("UPDATE token SET used_at = $2 WHERE id = $1").bind(id).bind(now.millis())
        .execute(c).await.map(drop))?;
    Ok(())
}

/// Tokens of one account, or of all, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(view: &mut View, account: Option<i64>) -> StoreResult<Vec<Token>> {
    Ok(on_db!(view, c => sqlx::query_as(
        "SELECT token.id, account_id, login, token.name, may_release, token.created_at, expires_at, revoked_at, used_at
         FROM token JOIN account ON account.id = account_id WHERE $1 = 0 OR account_id = $1 ORDER BY token.id DESC LIMIT 500",
    ).bind(account.unwrap_or(0)).fetch_all(c).await)?)
}

/// Revokes all tokens of an account.
///
/// # Errors
/// When the database does not answer.
pub async fn revoke_all(work: &mut Work, account: i64, now: Moment) -> StoreResult<()> {
    on_db!(work, c => sqlx::query("UPDATE token SET revoked_at = $2 WHERE account_id = $1 AND revoked_at IS NULL")
        .bind(account).bind(now.millis()).execute(c).await.map(drop))?;
    Ok(())
}

/// Revokes a token (of one account, if named); `false` if there is none such that still holds.
///
/// # Errors
/// When the database does not answer.
pub async fn revoke(work: &mut Work, id: i64, account: Option<i64>, now: Moment) -> StoreResult<bool> {
    Ok(on_db!(work, c => sqlx::query(
        "UPDATE token SET revoked_at = $3 WHERE id = $1 AND ($2 = 0 OR account_id = $2) AND revoked_at IS NULL",
    ).bind(id).bind(account.unwrap_or(0)).bind(now.millis()).execute(c).await.map(|done| done.rows_affected()))?
        == 1)
}
