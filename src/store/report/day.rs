//! Sums by day and domain.

use sqlx::FromRow;

use crate::{
    domain::report::Sort,
    store::{StoreResult, View, clean, on_db, word},
};

/// What passed and failed on one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromRow)]
pub struct Day {
    /// The day.
    pub day: i64,
    /// Mails or sessions that passed.
    pub passed: i64,
    /// Those that failed.
    pub failed: i64,
}

/// The days of a domain from a day on, the oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn days(view: &mut View, domain: &str, sort: Sort, from: i64) -> StoreResult<Vec<Day>> {
    Ok(on_db!(view, c => sqlx::query_as(
        "SELECT day, passed, failed FROM report_day WHERE domain = $1 AND kind = $2 AND day >= $3 ORDER BY day",
    ).bind(clean(domain)).bind(sort.as_str()).bind(from).fetch_all(c).await)?)
}

/// The first day that any report kept tells of.
///
/// # Errors
/// When the database does not answer.
pub async fn first_day(view: &mut View, domain: &str) -> StoreResult<Option<i64>> {
    Ok(on_db!(view, c => sqlx::query_scalar("SELECT MIN(day) FROM report_day WHERE domain = $1")
        .bind(clean(domain)).fetch_one(c).await)?)
}

/// What one sort of reports says of a domain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DomainSum {
    /// Reports.
    pub reports: i64,
    /// Mails or sessions that passed.
    pub passed: i64,
    /// Those that failed.
    pub failed: i64,
    /// The last day they tell of.
    pub last_day: i64,
}

/// A domain in figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// The served domain.
    pub domain: String,
    /// Which sort of reports.
    pub sort: Sort,
    /// What they say.
    pub sum: DomainSum,
}

/// All domains in figures from a day on.
///
/// # Errors
/// When the database does not answer.
pub async fn overview(view: &mut View, from: i64) -> StoreResult<Vec<Overview>> {
    let rows: Vec<(String, String, i64, i64, i64, i64)> = on_db!(view, c => sqlx::query_as(
        "SELECT domain, kind, CAST(SUM(reports) AS BIGINT), CAST(SUM(passed) AS BIGINT), CAST(SUM(failed) AS BIGINT), MAX(day)
         FROM report_day WHERE day >= $1 GROUP BY domain, kind ORDER BY domain, kind",
    ).bind(from).fetch_all(c).await)?;
    rows.into_iter()
        .map(|(domain, kind, reports, passed, failed, last_day)| {
            let sum = DomainSum { reports, passed, failed, last_day };
            Ok(Overview { domain, sort: word(&kind, "report_day.kind")?, sum })
        })
        .collect()
}

/// The policy that the newest report of each domain and sort found from a day on: domain, sort, words.
///
/// # Errors
/// When the database does not answer.
pub async fn policies(view: &mut View, from: i64) -> StoreResult<Vec<(String, Sort, String)>> {
    let rows: Vec<(String, String, String)> = on_db!(view, c => sqlx::query_as(
        "SELECT domain, kind, policy FROM report JOIN (
             SELECT MAX(id) AS newest FROM report WHERE day >= $1 AND policy <> '' AND about = domain GROUP BY domain, kind
         ) AS found ON found.newest = report.id",
    ).bind(from).fetch_all(c).await)?;
    rows.into_iter().map(|(domain, kind, policy)| Ok((domain, word(&kind, "report.kind")?, policy))).collect()
}
