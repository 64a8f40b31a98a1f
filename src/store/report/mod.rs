//! What others report about mail in our name: reports, their rows, sums by day, who sends, what became worse.
//!
//! Days are numbers since 1970-01-01 in UTC, as reporters count them.

mod concern;
mod day;
mod forget;
mod history;
mod sender;
mod tls;

pub use self::{
    concern::{Concern, concern, concerns, note_concern, open_concerns},
    day::{Day, DomainSum, Overview, days, first_day, overview, policies},
    forget::{forget, take_back},
    history::history,
    sender::{Address, By, NewRow, Outcome, Sender, Show, add_rows, addresses, outcomes, senders},
    tls::{NewSessions, Sessions, add_sessions, sessions},
};

use sqlx::FromRow;

use super::{StoreResult, View, Work, clean, dialect, on_db, word};
use crate::domain::{
    report::{Proof, Sort},
    time::Moment,
};

/// A report about to be kept.
#[derive(Clone, Debug)]
pub struct NewReport<'a> {
    /// Which sort.
    pub sort: Sort,
    /// Who reports, as given.
    pub organisation: &'a str,
    /// The served domain it is counted under.
    pub domain: &'a str,
    /// The domain it is about: that one, or one under it.
    pub about: &'a str,
    /// The reporter's own id. With organisation and domain it tells one report from another.
    pub id: &'a str,
    /// Begin of the span.
    pub begin: Moment,
    /// Its end.
    pub end: Moment,
    /// The day it is counted under.
    pub day: i64,
    /// The message it came in.
    pub message: i64,
    /// How we know who sent it.
    pub proof: Proof,
    /// Whether it keeps its standard.
    pub conforming: bool,
    /// The first breach, in words; empty if there is none.
    pub flaw: &'a str,
    /// The policy it found, in words; empty if it says none.
    pub policy: &'a str,
    /// How much that policy asks for, 0 to 200.
    pub strength: Option<i64>,
    /// Mails or sessions that passed.
    pub passed: i64,
    /// Mails or sessions that failed.
    pub failed: i64,
    /// Records in it.
    pub records: i64,
    /// Records that were not read.
    pub left_out: i64,
    /// When it came.
    pub received: Moment,
}

/// Begins to add reports. Works take turns from here to their end: each adds to several days and senders, and two that
/// did so at once would wait for each other.
///
/// # Errors
/// When the database does not answer.
pub async fn take_turns(work: &mut Work) -> StoreResult<()> {
    dialect::lock_reports(work).await
}

/// Keeps a report and adds it to its day; `None` if it is known, and then nothing is counted.
///
/// # Errors
/// When the database does not answer.
pub async fn add(work: &mut Work, new: &NewReport<'_>) -> StoreResult<Option<i64>> {
    let key = new.organisation.trim().to_lowercase();
    let id: Option<i64> = on_db!(work, c => sqlx::query_scalar(
        "INSERT INTO report (kind, organisation, organisation_key, domain, about, reporter_id, begin_at, end_at, day, message_id,
             proof, conforming, flaw, policy, strength, passed, failed, records, left_out, received_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
         ON CONFLICT (kind, domain, organisation_key, reporter_id) DO NOTHING RETURNING id",
    ).bind(new.sort.as_str()).bind(clean(new.organisation)).bind(clean(&key)).bind(clean(new.domain))
        .bind(clean(new.about)).bind(clean(new.id)).bind(new.begin.millis()).bind(new.end.millis()).bind(new.day)
        .bind(new.message).bind(new.proof.as_str()).bind(new.conforming).bind(clean(new.flaw)).bind(clean(new.policy))
        .bind(new.strength).bind(new.passed).bind(new.failed).bind(new.records).bind(new.left_out)
        .bind(new.received.millis()).fetch_optional(c).await)?;
    if id.is_some() {
        on_db!(work, c => sqlx::query(
            "INSERT INTO report_day (domain, kind, day, reports, passed, failed) VALUES ($1, $2, $3, 1, $4, $5)
             ON CONFLICT (domain, kind, day) DO UPDATE SET reports = report_day.reports + 1,
                 passed = report_day.passed + excluded.passed, failed = report_day.failed + excluded.failed",
        ).bind(clean(new.domain)).bind(new.sort.as_str()).bind(new.day).bind(new.passed).bind(new.failed)
            .execute(c).await.map(drop))?;
    }
    Ok(id)
}

/// Who reports on a domain.
#[derive(Clone, Debug)]
pub struct Reporter {
    /// As it calls itself.
    pub organisation: String,
    /// Which sort of report.
    pub sort: Sort,
    /// How many reports.
    pub reports: i64,
    /// How many of them are known to come from it.
    pub verified: i64,
    /// How many break their standard.
    pub broken: i64,
    /// What the newest of those breaks; empty if none does.
    pub flaw: String,
    /// Mails or sessions it tells of.
    pub counted: i64,
    /// The last day it tells of.
    pub last_day: i64,
    /// The newest message of it.
    pub message: i64,
}

#[derive(FromRow)]
struct ReporterRow {
    organisation: String,
    kind: String,
    reports: i64,
    verified: i64,
    broken: i64,
    flaw: String,
    counted: i64,
    last_day: i64,
    message: i64,
}

/// Who reported on a domain from a day on, who tells of most first, at most `limit`.
///
/// # Errors
/// When the database does not answer.
pub async fn reporters(view: &mut View, domain: &str, from: i64, limit: i64) -> StoreResult<Vec<Reporter>> {
    let rows: Vec<ReporterRow> = on_db!(view, c => sqlx::query_as(
        "SELECT MAX(organisation) AS organisation, kind, COUNT(*) AS reports,
             CAST(SUM(CASE WHEN proof <> 'unverified' THEN 1 ELSE 0 END) AS BIGINT) AS verified,
             CAST(SUM(CASE WHEN conforming THEN 0 ELSE 1 END) AS BIGINT) AS broken, MAX(flaw) AS flaw,
             CAST(SUM(passed) + SUM(failed) AS BIGINT) AS counted, MAX(day) AS last_day, MAX(message_id) AS message
         FROM report WHERE domain = $1 AND day >= $2 GROUP BY organisation_key, kind
         ORDER BY counted DESC, organisation_key, kind LIMIT $3",
    ).bind(clean(domain)).bind(from).bind(limit).fetch_all(c).await)?;
    rows.into_iter()
        .map(|row| {
            Ok(Reporter {
                organisation: row.organisation,
                sort: word(&row.kind, "report.kind")?,
                reports: row.reports,
                verified: row.verified,
                broken: row.broken,
                flaw: row.flaw,
                counted: row.counted,
                last_day: row.last_day,
                message: row.message,
            })
        })
        .collect()
}
