//! Who sends in our name, by network, and what became of it.

use std::collections::BTreeMap;

use sqlx::{FromRow, QueryBuilder};

use crate::{
    domain::report::dmarc::{Disposition, Verdict},
    store::{StoreResult, View, Work, clean, on_db, word},
};

/// Rows a statement: fifteen binds each, and `SQLite` allows 32,766.
const ROWS: usize = 500;

/// Mails from one address with one result, about to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRow {
    /// Network the address is in; empty for many addresses in one.
    pub network: String,
    /// The address.
    pub source: String,
    /// A name that DKIM or SPF proved; may be empty.
    pub name: String,
    /// Mails.
    pub count: i64,
    /// How they fared.
    pub verdict: Verdict,
    /// What was done with them.
    pub disposition: Disposition,
    /// Whether the reporter excuses the failure.
    pub excused: bool,
    /// Why the policy was not applied, in the reporter's words.
    pub reason: String,
    /// Domain of the From field.
    pub header_from: String,
    /// Domain of MAIL FROM.
    pub envelope_from: String,
    /// Signatures, in words.
    pub dkim: String,
    /// SPF, in words.
    pub spf: String,
}

/// Keeps the rows of a new report, and notes who was seen.
///
/// # Errors
/// When the database does not answer.
pub async fn add_rows(work: &mut Work, report: i64, domain: &str, day: i64, rows: &[NewRow]) -> StoreResult<()> {
    let numbered: Vec<(i64, &NewRow)> = (1..).zip(rows).collect();
    for some in numbered.chunks(ROWS) {
        on_db!(work, c => {
            let mut query = QueryBuilder::new(
                "INSERT INTO report_row (report, n, domain, day, network, source, count, verdict, disposition, excused, reason,
                     header_from, envelope_from, dkim, spf) ",
            );
            query.push_values(some, |mut values, (n, row)| {
                values.push_bind(report).push_bind(*n).push_bind(clean(domain)).push_bind(day).push_bind(clean(&row.network))
                    .push_bind(clean(&row.source)).push_bind(row.count).push_bind(row.verdict.as_str())
                    .push_bind(row.disposition.as_str()).push_bind(row.excused).push_bind(clean(&row.reason))
                    .push_bind(clean(&row.header_from)).push_bind(clean(&row.envelope_from)).push_bind(clean(&row.dkim))
                    .push_bind(clean(&row.spf));
            });
            query.build().persistent(false).execute(c).await.map(drop)
        })?;
    }
    note_senders(work, domain, day, rows).await
}

async fn note_senders(work: &mut Work, domain: &str, day: i64, rows: &[NewRow]) -> StoreResult<()> {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for row in rows {
        let name = seen.entry(&row.network).or_default();
        if name.is_empty() {
            *name = &row.name;
        }
    }
    let seen: Vec<(&str, &str)> = seen.into_iter().collect();
    for some in seen.chunks(ROWS) {
        on_db!(work, c => {
            let mut query = QueryBuilder::new("INSERT INTO report_sender (domain, network, name, first_day, last_day) ");
            query.push_values(some, |mut values, (network, name)| {
                values.push_bind(clean(domain)).push_bind(clean(network)).push_bind(clean(name)).push_bind(day).push_bind(day);
            });
            query.push(
                " ON CONFLICT (domain, network) DO UPDATE SET
                      name = CASE WHEN excluded.name = '' THEN report_sender.name ELSE excluded.name END,
                      first_day = CASE WHEN excluded.first_day < report_sender.first_day THEN excluded.first_day
                                       ELSE report_sender.first_day END,
                      last_day = CASE WHEN excluded.last_day > report_sender.last_day THEN excluded.last_day
                                      ELSE report_sender.last_day END",
            );
            query.build().persistent(false).execute(c).await.map(drop)
        })?;
    }
    Ok(())
}

/// Mail in our name from one network.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Sender {
    /// The network; empty for what is no address, and for many in one.
    pub network: String,
    /// A name that DKIM or SPF proved; may be empty.
    pub name: String,
    /// Addresses.
    pub sources: i64,
    /// Mails.
    pub mails: i64,
    /// Those that passed DMARC.
    pub passed: i64,
    /// Those that failed because our signature did not verify.
    pub signature: i64,
    /// Those that passed for another domain only.
    pub alignment: i64,
    /// Those that passed for none.
    pub unproved: i64,
    /// Failed mails that the reporter excuses: forwarded, or from a list.
    pub excused: i64,
    /// Mails that were quarantined.
    pub quarantined: i64,
    /// Mails that were refused.
    pub refused: i64,
    /// The first day it was ever seen.
    pub first_day: i64,
    /// The last day.
    pub last_day: i64,
}

/// Which senders are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    /// All.
    All,
    /// Some of whose mail failed.
    Failing,
    /// All of whose mail passed.
    Passing,
}

/// A domain and the days looked at.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    /// The served domain.
    pub domain: &'a str,
    /// The first day.
    pub from: i64,
}

/// Senders, those of most mail first, after (mails, network) of the page before.
///
/// # Errors
/// When the database does not answer.
pub async fn senders(
    view: &mut View,
    by: By<'_>,
    show: Show,
    after: Option<(i64, &str)>,
    limit: i64,
) -> StoreResult<Vec<Sender>> {
    Ok(on_db!(view, c => {
        let mut query = QueryBuilder::new(
            "SELECT found.network, COALESCE(name, '') AS name, sources, mails, passed, signature, alignment, unproved, excused,
                 quarantined, refused, COALESCE(first_day, 0) AS first_day, COALESCE(last_day, 0) AS last_day
             FROM (SELECT network, COUNT(DISTINCT source) AS sources, CAST(SUM(count) AS BIGINT) AS mails,
                 CAST(SUM(CASE WHEN verdict IN ('both', 'dkim', 'spf') THEN count ELSE 0 END) AS BIGINT) AS passed,
                 CAST(SUM(CASE WHEN verdict = 'signature' THEN count ELSE 0 END) AS BIGINT) AS signature,
                 CAST(SUM(CASE WHEN verdict = 'alignment' THEN count ELSE 0 END) AS BIGINT) AS alignment,
                 CAST(SUM(CASE WHEN verdict = 'nothing' THEN count ELSE 0 END) AS BIGINT) AS unproved,
                 CAST(SUM(CASE WHEN excused THEN count ELSE 0 END) AS BIGINT) AS excused,
                 CAST(SUM(CASE WHEN disposition = 'quarantine' THEN count ELSE 0 END) AS BIGINT) AS quarantined,
                 CAST(SUM(CASE WHEN disposition = 'reject' THEN count ELSE 0 END) AS BIGINT) AS refused
             FROM report_row WHERE domain = ",
        );
        query.push_bind(clean(by.domain)).push(" AND day >= ").push_bind(by.from);
        query.push(" GROUP BY network) AS found LEFT JOIN report_sender ON report_sender.network = found.network AND domain = ");
        query.push_bind(clean(by.domain)).push(" WHERE TRUE");
        match show {
            Show::All => {}
            Show::Failing => { query.push(" AND passed < mails"); }
            Show::Passing => { query.push(" AND passed = mails"); }
        }
        if let Some((mails, network)) = after {
            query.push(" AND (mails, found.network) < (").push_bind(mails).push(", ").push_bind(clean(network)).push(")");
        }
        query.push(" ORDER BY mails DESC, found.network DESC LIMIT ").push_bind(limit);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// Mails from one address with one result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Its network.
    pub network: String,
    /// The address.
    pub source: String,
    /// How they fared.
    pub verdict: Verdict,
    /// What was done.
    pub disposition: Disposition,
    /// Why the policy was not applied.
    pub reason: String,
    /// Domain of the From field.
    pub header_from: String,
    /// Domain of MAIL FROM.
    pub envelope_from: String,
    /// Signatures, in words.
    pub dkim: String,
    /// SPF, in words.
    pub spf: String,
    /// Mails.
    pub mails: i64,
    /// First and last of the days looked at.
    pub first_day: i64,
    /// The last.
    pub last_day: i64,
}

#[derive(FromRow)]
struct AddressRow {
    network: String,
    source: String,
    verdict: String,
    disposition: String,
    reason: String,
    header_from: String,
    envelope_from: String,
    dkim: String,
    spf: String,
    mails: i64,
    first_day: i64,
    last_day: i64,
}

/// Addresses with their results, of one network or of all, the most mail first, at most `limit`.
///
/// # Errors
/// When the database does not answer.
pub async fn addresses(view: &mut View, by: By<'_>, network: Option<&str>, limit: i64) -> StoreResult<Vec<Address>> {
    let rows: Vec<AddressRow> = on_db!(view, c => {
        let mut query = QueryBuilder::new(
            "SELECT network, source, verdict, disposition, reason, header_from, envelope_from, dkim, spf,
                 CAST(SUM(count) AS BIGINT) AS mails, MIN(day) AS first_day, MAX(day) AS last_day
             FROM report_row WHERE domain = ",
        );
        query.push_bind(clean(by.domain)).push(" AND day >= ").push_bind(by.from);
        if let Some(network) = network {
            query.push(" AND network = ").push_bind(clean(network));
        }
        query.push(
            " GROUP BY network, source, verdict, disposition, reason, header_from, envelope_from, dkim, spf
              ORDER BY mails DESC, source, verdict, disposition LIMIT ",
        );
        query.push_bind(limit).build_query_as().fetch_all(c).await
    })?;
    rows.into_iter()
        .map(|row| {
            Ok(Address {
                network: row.network,
                source: row.source,
                verdict: word(&row.verdict, "report_row.verdict")?,
                disposition: word(&row.disposition, "report_row.disposition")?,
                reason: row.reason,
                header_from: row.header_from,
                envelope_from: row.envelope_from,
                dkim: row.dkim,
                spf: row.spf,
                mails: row.mails,
                first_day: row.first_day,
                last_day: row.last_day,
            })
        })
        .collect()
}

/// How mail of a domain fared, and what was done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How it fared.
    pub verdict: Verdict,
    /// What was done.
    pub disposition: Disposition,
    /// Whether the reporter excuses the failure.
    pub excused: bool,
    /// Mails.
    pub mails: i64,
}

/// Mail of a domain by outcome, from a day on.
///
/// # Errors
/// When the database does not answer.
pub async fn outcomes(view: &mut View, by: By<'_>) -> StoreResult<Vec<Outcome>> {
    let rows: Vec<(String, String, bool, i64)> = on_db!(view, c => sqlx::query_as(
        "SELECT verdict, disposition, excused, CAST(SUM(count) AS BIGINT) AS mails FROM report_row
         WHERE domain = $1 AND day >= $2 GROUP BY verdict, disposition, excused ORDER BY mails DESC, verdict, disposition",
    ).bind(clean(by.domain)).bind(by.from).fetch_all(c).await)?;
    rows.into_iter()
        .map(|(verdict, disposition, excused, mails)| {
            let verdict = word(&verdict, "report_row.verdict")?;
            Ok(Outcome { verdict, disposition: word(&disposition, "report_row.disposition")?, excused, mails })
        })
        .collect()
}
