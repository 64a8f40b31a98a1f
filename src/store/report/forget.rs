//! Old reports go, with what was counted of them.

use crate::store::{StoreResult, Work, on_db};

/// Reports taken at once: each may have thousands of rows, and nobody else writes meanwhile.
const AT_ONCE: i64 = 20;

/// Forgets some of what happened before a day; gives how many reports that were. Their messages stay.
///
/// # Errors
/// When the database does not answer.
pub async fn forget(work: &mut Work, before: i64) -> StoreResult<u64> {
    let gone = on_db!(work, c => sqlx::query(
        "DELETE FROM report WHERE id IN (SELECT id FROM report WHERE day < $1 ORDER BY day, id LIMIT $2)",
    ).bind(before).bind(AT_ONCE).execute(c).await.map(|done| done.rows_affected()))?;
    on_db!(work, c => sqlx::query("DELETE FROM report_day WHERE day < $1").bind(before).execute(c).await.map(drop))?;
    on_db!(work, c => sqlx::query("DELETE FROM report_sender WHERE last_day < $1").bind(before).execute(c).await.map(drop))?;
    Ok(gone)
}
