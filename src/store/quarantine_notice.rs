//! How much a count would tell of quarantine notices, to be taken from it for who may not see them (D12).

use super::{StoreResult, View, on_db};
use crate::domain::{kind::Kind, message::Stage};

/// How many messages, of one kind or of all, are no quarantine notices but joined the ticket of one: who may not see
/// quarantine is not told of them by a count either (D12).
///
/// # Errors
/// When the database does not answer.
pub async fn joined(view: &mut View, kind: Option<Kind>) -> StoreResult<i64> {
    Ok(on_db!(view, c => {
        let mut query = sqlx::QueryBuilder::new(
            "SELECT COUNT(*) FROM ticket JOIN message ON message.ticket_id = ticket.number
             WHERE ticket.kind = 'quarantine_notice' AND message.kind <> 'quarantine_notice'",
        );
        if let Some(kind) = kind {
            query.push(" AND message.kind = ").push_bind(kind.as_str());
        }
        query.build_query_scalar().fetch_one(c).await
    })?)
}

/// How many quarantine notices are not imported, and how many are too large: who may not see quarantine is not told of
/// them by a count either (D12).
///
/// # Errors
/// When the database does not answer.
pub async fn stuck(view: &mut View) -> StoreResult<[i64; 2]> {
    let rows: Vec<(String, i64)> = on_db!(view, c => sqlx::query_as(
        "SELECT stage, COUNT(*) FROM message WHERE stage IN ('not_imported', 'too_large') AND kind = 'quarantine_notice'
         GROUP BY stage",
    ).fetch_all(c).await)?;
    let of = |stage: Stage| rows.iter().find(|row| row.0 == stage.as_str()).map_or(0, |row| row.1);
    Ok([of(Stage::NotImported), of(Stage::TooLarge)])
}
