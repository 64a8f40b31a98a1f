//! Old reports go, with what was counted of them.

use crate::store::{StoreResult, Work, clean, on_db};

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

/// Takes back what the reports of one message say, because it is read again.
///
/// # Errors
/// When the database does not answer.
pub async fn take_back(work: &mut Work, message: i64) -> StoreResult<()> {
    let gone: Vec<(String, String, i64, i64, i64)> = on_db!(work, c => sqlx::query_as(
        "DELETE FROM report WHERE message_id = $1 RETURNING domain, kind, day, passed, failed",
    ).bind(message).fetch_all(c).await)?;
    for (domain, kind, day, passed, failed) in gone {
        on_db!(work, c => sqlx::query(
            "UPDATE report_day SET reports = reports - 1, passed = passed - $4, failed = failed - $5
             WHERE domain = $1 AND kind = $2 AND day = $3",
        ).bind(clean(&domain)).bind(kind).bind(day).bind(passed).bind(failed).execute(c).await.map(drop))?;
    }
    Ok(())
}
