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
