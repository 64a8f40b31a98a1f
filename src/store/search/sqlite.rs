//! FTS5.

use std::collections::BTreeMap;

use sqlx::SqliteConnection;

use crate::store::StoreResult;

pub(super) async fn index(c: &mut SqliteConnection, words: &BTreeMap<i64, (i64, String)>) -> StoreResult<()> {
    let mut query = sqlx::QueryBuilder::new("INSERT OR REPLACE INTO search (rowid, words, ticket_id) ");
    query.push_values(words, |mut row, (message, (ticket, words))| {
        row.push_bind(*message).push_bind(words.as_str()).push_bind(*ticket);
    });
    query.build().persistent(false).execute(c).await?;
    Ok(())
}

pub(super) async fn find(c: &mut SqliteConnection, words: &[&str], limit: i64) -> StoreResult<Vec<i64>> {
    // Words are letters and digits only, so quoting them makes any of them a plain term.
    let query: Vec<String> = words.iter().map(|word| format!("\"{word}\"*")).collect();
    Ok(sqlx::query_scalar(
        "SELECT ticket_id FROM search WHERE search MATCH $1 GROUP BY ticket_id ORDER BY MAX(rowid) DESC LIMIT $2",
    )
    .bind(query.join(" "))
    .bind(limit)
    .fetch_all(c)
    .await?)
}
