//! Mail texts, edited by people, every saved version kept.

use super::{StoreError, StoreResult, View, Work, clean, on_db};
use crate::domain::time::Moment;

/// One saved version of a mail text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Its name, such as `acknowledgement.en`.
    pub name: String,
    /// Counts from 1.
    pub version: i64,
    /// The text, with `{{name}}` where a value goes.
    pub body: String,
    /// When it was saved.
    pub saved_at: Moment,
    /// Who saved it.
    pub saved_by: String,
}

fn template((name, version, body, saved_at, saved_by): (String, i64, String, i64, String)) -> Template {
    Template { name, version, body, saved_at: Moment::from_millis(saved_at), saved_by }
}

/// The newest version of every text.
///
/// # Errors
/// When the database does not answer.
pub async fn all(view: &mut View) -> StoreResult<Vec<Template>> {
    let rows: Vec<_> = on_db!(view, c => sqlx::query_as(
        "SELECT name, version, body, saved_at, saved_by FROM mail_template AS t
         WHERE version = (SELECT MAX(version) FROM mail_template WHERE name = t.name) ORDER BY name",
    ).fetch_all(c).await)?;
    Ok(rows.into_iter().map(template).collect())
}

/// All versions of one text, newest first, at most 50.
///
/// # Errors
/// When the database does not answer.
pub async fn history(view: &mut View, name: &str) -> StoreResult<Vec<Template>> {
    let rows: Vec<_> = on_db!(view, c => sqlx::query_as(
        "SELECT name, version, body, saved_at, saved_by FROM mail_template WHERE name = $1 ORDER BY version DESC LIMIT 50",
    ).bind(clean(name)).fetch_all(c).await)?;
    Ok(rows.into_iter().map(template).collect())
}

/// The newest version of one text.
///
/// # Errors
/// When the database does not answer.
pub async fn get(view: &mut View, name: &str) -> StoreResult<Option<Template>> {
    Ok(history(view, name).await?.into_iter().next())
}

/// Saves the version after `based_on` (0 for the first).
///
/// # Errors
/// [`StoreError::Conflict`] if somebody saved that version before.
pub async fn save(work: &mut Work, name: &str, based_on: i64, body: &str, by: &str, now: Moment) -> StoreResult<()> {
    let done = on_db!(work, c => sqlx::query(
        "INSERT INTO mail_template (name, version, body, saved_at, saved_by)
         SELECT $1, $2, $3, $4, $5 WHERE COALESCE((SELECT MAX(version) FROM mail_template WHERE name = $1), 0) = $6
         ON CONFLICT (name, version) DO NOTHING",
    ).bind(clean(name)).bind(based_on + 1).bind(clean(body)).bind(now.millis()).bind(clean(by)).bind(based_on)
        .execute(c).await.map(|done| done.rows_affected()))?;
    if done == 1 { Ok(()) } else { Err(StoreError::Conflict) }
}
