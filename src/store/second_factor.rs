//! Second factors and their recovery codes. A time step is used once, and so is a code: both by conditional updates, so
//! that of two sign-ins at once one is refused.

use sqlx::QueryBuilder;

use super::{StoreError, StoreResult, View, Work, on_db};
use crate::domain::{second_factor::Key, secret::Secret, time::Moment};

/// A second factor as stored. `Debug` shows nothing of its key.
#[derive(Clone, Debug)]
pub struct SecondFactor {
    /// What the authenticator holds.
    pub key: Key,
    /// Since when.
    pub enrolled_at: Moment,
}

/// An account's second factor.
///
/// # Errors
/// When the database does not answer, or what it holds is no key.
pub async fn get(view: &mut View, account: i64) -> StoreResult<Option<SecondFactor>> {
    let row: Option<(String, i64)> = on_db!(view, c => sqlx::query_as("SELECT secret, enrolled_at FROM second_factor WHERE account_id = $1")
            .bind(account).fetch_optional(c).await)?;
    let Some((secret, at)) = row else { return Ok(None) };
    let key = Key::written(&Secret::new(secret));
    let key = key.ok_or_else(|| StoreError::Inconsistent { column: "second_factor.secret", found: "no key".into() })?;
    Ok(Some(SecondFactor { key, enrolled_at: Moment::from_millis(at) }))
}

/// Sets up a second factor with the step of its first code; `false` if there is one already.
///
/// # Errors
/// When the database does not answer.
pub async fn enrol(work: &mut Work, account: i64, key: &Key, step: i64, now: Moment) -> StoreResult<bool> {
    Ok(on_db!(work, c => sqlx::query(
        "INSERT INTO second_factor (account_id, secret, enrolled_at, last_step) VALUES ($1, $2, $3, $4)
         ON CONFLICT (account_id) DO NOTHING",
    ).bind(account).bind(key.base32().expose()).bind(now.millis()).bind(step).execute(c).await.map(|done| done.rows_affected()))?
        == 1)
}

/// Uses up a time step; `false` if it, or a later one, was used before.
///
/// # Errors
/// When the database does not answer.
pub async fn use_step(work: &mut Work, account: i64, step: i64) -> StoreResult<bool> {
    Ok(on_db!(work, c => sqlx::query(
        "UPDATE second_factor SET last_step = $2 WHERE account_id = $1 AND last_step < $2",
    ).bind(account).bind(step).execute(c).await.map(|done| done.rows_affected()))?
        == 1)
}

/// Takes a second factor away with its recovery codes; `false` if there is none.
///
/// # Errors
/// When the database does not answer.
pub async fn remove(work: &mut Work, account: i64) -> StoreResult<bool> {
    on_db!(work, c => sqlx::query("DELETE FROM recovery_code WHERE account_id = $1").bind(account).execute(c).await.map(drop))?;
    Ok(on_db!(work, c => sqlx::query("DELETE FROM second_factor WHERE account_id = $1")
        .bind(account).execute(c).await.map(|done| done.rows_affected()))?
        == 1)
}

/// Stores a set of recovery codes by their hashes; all earlier ones end.
///
/// # Errors
/// When the database does not answer.
pub async fn set_recovery_codes(work: &mut Work, account: i64, hashes: &[String]) -> StoreResult<()> {
    on_db!(work, c => sqlx::query("DELETE FROM recovery_code WHERE account_id = $1").bind(account).execute(c).await.map(drop))?;
    if hashes.is_empty() {
        return Ok(());
    }
    on_db!(work, c => {
        let mut query = QueryBuilder::new("INSERT INTO recovery_code (account_id, hash) ");
        query.push_values(hashes, |mut row, hash| {
            row.push_bind(account).push_bind(hash);
        });
        query.build().persistent(false).execute(c).await.map(drop)
    })?;
    Ok(())
}

/// Uses up a recovery code; `false` if there is none such that was not used.
///
/// # Errors
/// When the database does not answer.
pub async fn use_recovery_code(work: &mut Work, account: i64, hash: &str, now: Moment) -> StoreResult<bool> {
    Ok(on_db!(work, c => sqlx::query(
        "UPDATE recovery_code SET used_at = $3 WHERE account_id = $1 AND hash = $2 AND used_at IS NULL",
    ).bind(account).bind(hash).bind(now.millis()).execute(c).await.map(|done| done.rows_affected()))?
        == 1)
}

/// How many recovery codes were not used.
///
/// # Errors
/// When the database does not answer.
pub async fn recovery_codes_left(view: &mut View, account: i64) -> StoreResult<i64> {
    Ok(
        on_db!(view, c => sqlx::query_scalar("SELECT COUNT(*) FROM recovery_code WHERE account_id = $1 AND used_at IS NULL")
        .bind(account).fetch_one(c).await)?,
    )
}
