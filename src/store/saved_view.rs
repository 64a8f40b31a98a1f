//! Searches of the ticket list that somebody wants to come back to. Everybody has their own.

use sqlx::FromRow;

use super::{StoreError, StoreResult, View, Work, clean, on_db};

/// Most views of one account.
pub const MOST: i64 = 20;

/// A search with a name.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct SavedView {
    /// Row id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// The search, as it would be typed.
    pub query: String,
}

/// The views of an account, by name.
///
/// # Errors
/// When the database does not answer.
pub async fn of(view: &mut View, account: i64) -> StoreResult<Vec<SavedView>> {
    Ok(
        on_db!(view, c => sqlx::query_as("SELECT id, name, query FROM saved_view WHERE account_id = $1 ORDER BY name, id LIMIT $2")
        .bind(account).bind(MOST).fetch_all(c).await)?,
    )
}

/// Saves a search under a name; the same name again has the new search. `Conflict` if the account has [`MOST`] others.
///
/// # Errors
/// When the database does not answer, or [`StoreError::Conflict`].
pub async fn save(work: &mut Work, account: i64, name: &str, query: &str) -> StoreResult<()> {
    let done = on_db!(work, c => sqlx::query(
        "INSERT INTO saved_view (account_id, name, query) SELECT $1, $2, $3
         WHERE (SELECT COUNT(*) FROM saved_view WHERE account_id = $1 AND name <> $2) < $4
         ON CONFLICT (account_id, name) DO UPDATE SET query = excluded.query",
    ).bind(account).bind(clean(name)).bind(clean(query)).bind(MOST).execute(c).await
        .map(|done| done.rows_affected()))?;
    if done == 1 { Ok(()) } else { Err(StoreError::Conflict) }
}

/// Forgets a view of an account; whether there was one.
///
/// # Errors
/// When the database does not answer.
pub async fn forget(work: &mut Work, account: i64, id: i64) -> StoreResult<bool> {
    let done = on_db!(work, c => sqlx::query("DELETE FROM saved_view WHERE id = $1 AND account_id = $2")
        .bind(id).bind(account).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(done == 1)
}
