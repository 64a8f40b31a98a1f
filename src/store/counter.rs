//! Counts that are kept, not counted. They change in the transaction of what they count.

use super::{StoreResult, View, Work, on_db};

/// Adds to a count. Called by [`Work::commit`] in the order of names, so that two transactions cannot wait for each other.
pub(super) async fn add(work: &mut Work, name: &str, delta: i64) -> StoreResult<()> {
    on_db!(work, c => sqlx::query(
        "INSERT INTO counter (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value",
    ).bind(name).bind(delta).execute(c).await.map(drop))?;
    Ok(())
}

/// All counts whose name begins with `prefix`, the prefix cut off.
///
/// # Errors
/// When the database does not answer.
pub async fn all(view: &mut View, prefix: &str) -> StoreResult<Vec<(String, i64)>> {
    // `~` sorts after every character that stands in a name.
    let rows: Vec<(String, i64)> = on_db!(view, c => sqlx::query_as(
        "SELECT name, value FROM counter WHERE name >= $1 AND name < $2 ORDER BY name",
    ).bind(prefix).bind(format!("{prefix}~")).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(name, value)| (name[prefix.len()..].to_owned(), value)).collect())
}

/// One count.
///
/// # Errors
/// When the database does not answer.
pub async fn get(view: &mut View, name: &str) -> StoreResult<i64> {
    let value: Option<i64> = on_db!(view, c => sqlx::query_scalar("SELECT value FROM counter WHERE name = $1")
        .bind(name).fetch_optional(c).await)?;
    Ok(value.unwrap_or(0))
}

/// Some counts, in the order of their names; 0 for one that was never counted.
///
/// # Errors
/// When the database does not answer.
pub async fn several<const N: usize>(view: &mut View, names: [&str; N]) -> StoreResult<[i64; N]> {
    let rows: Vec<(String, i64)> = on_db!(view, c => {
        let mut query = sqlx::QueryBuilder::new("SELECT name, value FROM counter WHERE name IN (");
        let mut list = query.separated(", ");
        for name in names {
            list.push_bind(name);
        }
        query.push(")").build_query_as().fetch_all(c).await
    })?;
    Ok(names.map(|name| rows.iter().find(|row| row.0 == name).map_or(0, |row| row.1)))
}
