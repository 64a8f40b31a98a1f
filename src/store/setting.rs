//! Small facts of the installation: its secret key, switches.

use super::{StoreResult, View, Work, clean, on_db};

/// Reads a setting.
///
/// # Errors
/// When the database does not answer.
pub async fn get(view: &mut View, name: &str) -> StoreResult<Option<String>> {
    Ok(on_db!(view, c => sqlx::query_scalar("SELECT value FROM setting WHERE name = $1")
        .bind(name).fetch_optional(c).await)?)
}

/// Writes a setting if there is none yet, and gives the one that holds.
///
/// # Errors
/// When the database does not answer.
pub async fn get_or_set(work: &mut Work, name: &str, value: &str) -> StoreResult<String> {
    on_db!(work, c => sqlx::query("INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING")
        .bind(name).bind(clean(value)).execute(c).await.map(drop))?;
    Ok(get(work, name).await?.unwrap_or_else(|| value.to_owned()))
}

/// Replaces a setting if it still is `old`; whether it was.
///
/// # Errors
/// When the database does not answer.
pub async fn replace(work: &mut Work, name: &str, old: &str, new: &str) -> StoreResult<bool> {
    let done = on_db!(work, c => sqlx::query("UPDATE setting SET value = $3 WHERE name = $1 AND value = $2")
        .bind(name).bind(old).bind(clean(new)).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(done == 1)
}

/// Removes a setting; whether there was one.
///
/// # Errors
/// When the database does not answer.
pub async fn remove(work: &mut Work, name: &str) -> StoreResult<bool> {
    let done = on_db!(work, c => sqlx::query("DELETE FROM setting WHERE name = $1")
        .bind(name).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(done == 1)
}

/// Writes a setting.
///
/// # Errors
/// When the database does not answer.
pub async fn set(work: &mut Work, name: &str, value: &str) -> StoreResult<()> {
    on_db!(work, c => sqlx::query(
        "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    ).bind(name).bind(clean(value)).execute(c).await.map(drop))?;
    Ok(())
}
