//! Sessions of other servers with ours, by result.

use sqlx::{FromRow, QueryBuilder};

use super::By;
use crate::store::{StoreResult, View, Work, clean, on_db};

/// Rows a statement.
const ROWS: usize = 500;

/// Sessions with one result, about to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSessions {
    /// The policy they were under, in words.
    pub policy: String,
    /// The result type; `success` for good ones.
    pub result: String,
    /// The mail exchanger; may be empty.
    pub mx: String,
    /// Sessions.
    pub count: i64,
    /// The reporter's code and words.
    pub detail: String,
}

/// Keeps what a new report says.
///
/// # Errors
/// When the database does not answer.
pub async fn add_sessions(
    work: &mut Work,
    report: i64,
    domain: &str,
    day: i64,
    sessions: &[NewSessions],
) -> StoreResult<()> {
    let numbered: Vec<(i64, &NewSessions)> = (1..).zip(sessions).collect();
    for some in numbered.chunks(ROWS) {
        on_db!(work, c => {
            let mut query =
                QueryBuilder::new("INSERT INTO report_tls (report, n, domain, day, policy, result, mx, count, detail) ");
            query.push_values(some, |mut values, (n, row)| {
                values.push_bind(report).push_bind(*n).push_bind(clean(domain)).push_bind(day).push_bind(clean(&row.policy))
                    .push_bind(clean(&row.result)).push_bind(clean(&row.mx)).push_bind(row.count)
                    .push_bind(clean(&row.detail));
            });
            query.build().persistent(false).execute(c).await.map(drop)
        })?;
    }
    Ok(())
}

/// Sessions with one result.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Sessions {
    /// The policy they were under, in words.
    pub policy: String,
    /// The result type.
    pub result: String,
    /// The mail exchanger; may be empty.
    pub mx: String,
    /// Sessions.
    pub count: i64,
    /// One reporter's code and words.
    pub detail: String,
    /// First and last of the days looked at.
    pub first_day: i64,
    /// The last.
    pub last_day: i64,
}

/// Sessions by result, the failed first, then the most, at most `limit`.
///
/// # Errors
/// When the database does not answer.
pub async fn sessions(view: &mut View, by: By<'_>, limit: i64) -> StoreResult<Vec<Sessions>> {
    Ok(on_db!(view, c => sqlx::query_as(
        "SELECT policy, result, mx, CAST(SUM(count) AS BIGINT) AS count, MAX(detail) AS detail, MIN(day) AS first_day,
             MAX(day) AS last_day
         FROM report_tls WHERE domain = $1 AND day >= $2 GROUP BY policy, result, mx
         ORDER BY CASE WHEN result = 'success' THEN 1 ELSE 0 END, SUM(count) DESC, result, mx, policy LIMIT $3",
    ).bind(clean(by.domain)).bind(by.from).bind(limit).fetch_all(c).await)?)
}
