//! tsvector.

use std::collections::BTreeMap;

use sqlx::PgConnection;

use crate::store::StoreResult;

pub(super) async fn index(c: &mut PgConnection, words: &BTreeMap<i64, (i64, String)>) -> StoreResult<()> {
    let mut query = sqlx::QueryBuilder::new("INSERT INTO search (id, ticket_id, words) ");
    query.push_values(words, |mut row, (message, (ticket, words))| {
        row.push_bind(*message)
            .push_bind(*ticket)
            .push("array_to_tsvector(ARRAY(SELECT DISTINCT unnest(string_to_array(")
            .push_bind_unseparated(words.as_str())
            .push_unseparated(", ' '))))");
    });
    query.push(" ON CONFLICT (id) DO UPDATE SET ticket_id = excluded.ticket_id, words = excluded.words");
    query.build().persistent(false).execute(c).await?;
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
