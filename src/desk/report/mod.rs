//! What an arriving report says goes into tables, in the transaction that files its message (D11, D19). It makes no
//! ticket, unless something changed for the worse.

mod figures;
mod watch;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::{
    domain::{
        address::domain_of,
        arrival::Authenticated,
        reading::Reading,
        report::{Content, Proof, Report, Sort, served, worse::LATELY},
        time::Moment,
    },
    store::{
        self, StoreResult, Work,
        report::{NewReport, NewRow, NewSessions},
    },
};

use super::{apply::Arrived, letterhead::Letterhead};

/// Longest name of a reporter and longest id, in characters.
const CHARS: usize = 200;
/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// Whether a message brings figures that may be counted.
pub(super) fn counts(reading: &Reading) -> bool {
    reading.report.as_ref().is_some_and(|report| report.figures.is_some() || report.report_type == "dmarc-failure")
}

/// Keeps what reports of a batch say, and looks whether something became worse.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn take_all(
    work: &mut Work,
    head: &Letterhead,
    filed: &[(&Arrived<'_>, &Reading)],
    now: Moment,
) -> StoreResult<()> {
    // By domain, the mailbox and message of the last report of these days.
    let mut touched: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    let today = now.millis() / DAY;
    for (arrived, reading) in filed {
        for part in parts(head, arrived, reading, now) {
            let new = part.kept();
            let Some(report) = store::report::add(work, &new).await? else { continue };
            store::report::add_rows(work, report, new.domain, new.day, &part.rows).await?;
            store::report::add_sessions(work, report, new.domain, new.day, &part.sessions).await?;
            if new.day > today - LATELY {
                touched.insert(part.domain, (arrived.mailbox, arrived.id));
            }
        }
    }
    for (domain, (mailbox, message)) in touched {
        let place = watch::Place { domain: &domain, mailbox, message };
        watch::look(work, &place, today, now).await?;
    }
    Ok(())
}

/// What a report says of one served domain.
#[derive(Debug, Default)]
struct Part {
    domain: String,
    about: String,
    policy: String,
    strength: Option<i64>,
    passed: i64,
    failed: i64,
    records: i64,
    left_out: i64,
    rows: Vec<NewRow>,
    sessions: Vec<NewSessions>,
    outside: Outside,
}

/// What is the same for all parts of a report.
#[derive(Clone, Debug)]
struct Outside {
    sort: Sort,
    organisation: String,
    id: String,
    begin: Moment,
    end: Moment,
    day: i64,
    message: i64,
    proof: Proof,
    conforming: bool,
    flaw: String,
    received: Moment,
}

impl Default for Outside {
    fn default() -> Self {
        let zero = Moment::default();
        Self {
            sort: Sort::Dmarc,
            organisation: String::new(),
            id: String::new(),
            begin: zero,
            end: zero,
            day: 0,
            message: 0,
            proof: Proof::Unverified,
            conforming: false,
            flaw: String::new(),
            received: zero,
        }
    }
}

impl Part {
    fn kept(&self) -> NewReport<'_> {
        let outside = &self.outside;
        NewReport {
            sort: outside.sort,
            organisation: &outside.organisation,
            domain: &self.domain,
            about: &self.about,
            id: &outside.id,
            begin: outside.begin,
            end: outside.end,
            day: outside.day,
            message: outside.message,
            proof: outside.proof,
            conforming: outside.conforming,
            flaw: &outside.flaw,
            policy: &self.policy,
            strength: self.strength,
            passed: self.passed,
            failed: self.failed,
            records: self.records,
            left_out: self.left_out,
            received: outside.received,
        }
    }
}

/// What a message's report says, by served domain; nothing if it is about others.
fn parts(head: &Letterhead, arrived: &Arrived<'_>, reading: &Reading, now: Moment) -> Vec<Part> {
    let Some(report) = &reading.report else { return Vec::new() };
    let domains = &head.site.domains;
    let outside = outside(arrived, reading, report, now);
    let mut parts = match report.figures.as_ref().map(|figures| &figures.content) {
        Some(Content::Dmarc(aggregate)) => figures::of_aggregate(aggregate, domains).into_iter().collect(),
        Some(Content::Tls(tls)) => figures::of_tls(tls, domains),
        None => failure(report, domains).into_iter().collect(),
    };
    for part in &mut parts {
        part.outside = outside.clone();
    }
    parts
}

/// A report about one mail that failed (RFC 6591, RFC 9991).
fn failure(report: &Report, domains: &[String]) -> Option<Part> {
    let about = report.domain.as_deref()?;
    let domain = served(about, domains)?.to_owned();
    Some(Part { domain, about: about.to_lowercase(), failed: 1, records: 1, ..Part::default() })
}

fn outside(arrived: &Arrived<'_>, reading: &Reading, report: &Report, now: Moment) -> Outside {
    let cut = |text: &str| text.trim().chars().take(CHARS).collect::<String>();
    let from = domain_of(&reading.arrival.from.address).unwrap_or_default();
    let received = arrived.internal_date.min(now);
    // A report that tells no time, or a time to come, tells of the day it came on.
    let begin = report.begin.unwrap_or(received).min(received);
    let end = report.end.unwrap_or(begin).clamp(begin, received.max(begin));
    let id = report.id.as_deref().map(cut).filter(|id| !id.is_empty());
    Outside {
        sort: report.report_type.parse().unwrap_or(Sort::Dmarc),
        organisation: cut(report.organisation.as_deref().unwrap_or(&from)),
        id: id.unwrap_or_else(|| format!("{}-{}", begin.secs(), end.secs())),
        begin,
        end,
        day: begin.millis().midpoint(end.millis()) / DAY,
        message: arrived.id,
        proof: if reading.arrival.authenticated == Authenticated::Pass { Proof::Dmarc } else { Proof::Unverified },
        conforming: report.conforming,
        flaw: report.figures.as_ref().and_then(|figures| figures.flaws.first()).cloned().unwrap_or_default(),
        received,
    }
}
