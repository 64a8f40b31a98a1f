//! tsvector.

use sqlx::PgConnection;

use crate::store::StoreResult;

pub(super) async fn index(c: &mut PgConnection, message: i64, ticket: i64, words: &str) -> StoreResult<()> {
    sqlx::query(
        "INSERT INTO search (id, ticket_id, words) VALUES ($1, $2, array_to_tsvector(ARRAY(SELECT DISTINCT unnest(string_to_array($3, ' ')))))
         ON CONFLICT (id) DO UPDATE SET ticket_id = excluded.ticket_id, words = excluded.words",
    )
    .bind(message)
    .bind(ticket)
    .bind(words)
    .execute(c)
    .await?;
    Ok(())
}

pub(super) async fn find(c: &mut PgConnection, words: &[&str], limit: i64) -> StoreResult<Vec<i64>> {
    // Words are letters and digits only, so quoting them makes any of them a plain lexeme.
    let query: Vec<String> = words.iter().map(|word| format!("'{word}':*")).collect();
    Ok(sqlx::query_scalar(
        "SELECT ticket_id FROM search WHERE words @@ $1::tsquery GROUP BY ticket_id ORDER BY MAX(id) DESC LIMIT $2",
    )
    .bind(query.join(" & "))
    .bind(limit)
    .fetch_all(c)
    .await?)
}
