//! FTS5.

use sqlx::SqliteConnection;

use crate::store::StoreResult;

pub(super) async fn index(c: &mut SqliteConnection, message: i64, ticket: i64, words: &str) -> StoreResult<()> {
    sqlx::query("INSERT OR REPLACE INTO search (rowid, words, ticket_id) VALUES ($1, $2, $3)")
        .bind(message)
        .bind(words)
        .bind(ticket)
        .execute(c)
        .await?;
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
