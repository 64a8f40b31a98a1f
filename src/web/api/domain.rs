//! `GET /api/v1/domains` and `GET /api/v1/domains/{domain}`.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::list::Listing;
use crate::{
    access::Reader,
    domain::report::Sort,
    store::report::{self, By, Show},
    web::{
        Path, Visit, WebResult, chart,
        domain::{Known, day_of, known, served, today},
    },
};

/// Senders, reporters and TLS results of one domain at most.
const MOST: i64 = 200;

/// A served domain in the figures of the last 30 days.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Domain)]
pub(in crate::web) struct Line {
    /// Its name.
    domain: String,
    /// Mails in its name that passed DMARC.
    passed: i64,
    /// Mails in its name that failed DMARC.
    failed: i64,
    /// The DMARC policy as the newest report found it; empty if none tells.
    policy: String,
    /// Sessions of other servers with good TLS.
    tls_passed: i64,
    /// Sessions of other servers that failed.
    tls_failed: i64,
    /// The TLS policy as the newest report found it; empty if none tells.
    tls_policy: String,
    /// The last day that a report tells of, as `2026-11-24`; null if there is none.
    last_day: Option<String>,
    /// Open tickets about something that changed for the worse.
    worse: i64,
}

fn line(domain: String, known: &Known) -> Line {
    let last = known.dmarc.last_day.max(known.tls.last_day);
    Line {
        domain,
        passed: known.dmarc.passed,
        failed: known.dmarc.failed,
        policy: known.policy.clone(),
        tls_passed: known.tls.passed,
        tls_failed: known.tls.failed,
        tls_policy: known.tls_policy.clone(),
        last_day: (last > 0).then(|| day_of(last)),
        worse: known.worse,
    }
}

/// The served domains, in the configuration's order, all in one part.
#[utoipa::path(get, path = "/api/v1/domains", tag = "domains", security(("token" = [])),
    responses((status = 200, description = "All of them", body = Listing<Line>),
              (status = 401, description = "No token that holds"), (status = 403, description = "No right to read")))]
pub(in crate::web) async fn domains(visit: Visit, _may: Reader) -> WebResult<Json<Listing<Line>>> {
    let mut view = visit.web.store.read().await?;
    let known = known(&mut view, first_day(&visit)).await?;
    let none = Known::default();
    let domains = visit.web.settings.site.domains.clone();
    let limit = i64::try_from(domains.len()).unwrap_or(i64::MAX);
    Ok(Json(Listing::of(
        domains,
        limit,
        |_| Vec::new(),
        |domain| {
            let known = known.get(&domain).unwrap_or(&none);
            line(domain, known)
        },
    )))
}

fn first_day(visit: &Visit) -> i64 {
    today(visit) - chart::DAYS + 1
}

/// One domain with its days, senders, TLS results and reporters.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DomainDetail)]
pub(in crate::web) struct Detail {
    /// The figures of the last 30 days.
    #[serde(flatten)]
    line: Line,
    /// Mail by day.
    days: Vec<DayLine>,
    /// Who sent, by network, those of most mail first; 200 at most.
    senders: Vec<SenderLine>,
    /// TLS sessions by result; 200 at most.
    tls: Vec<SessionLine>,
    /// Who reported; 200 at most.
    reporters: Vec<ReporterLine>,
}

/// Mail of one day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DomainDay)]
pub(in crate::web) struct DayLine {
    /// As `2026-11-24`, in UTC.
    day: String,
    /// Mails that passed DMARC.
    passed: i64,
    /// Mails that failed.
    failed: i64,
}

/// Mail from one network.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DomainSender)]
pub(in crate::web) struct SenderLine {
    /// The network, as `192.0.2.0/24`; empty for many in one.
    network: String,
    /// A name that DKIM or SPF proved; may be empty.
    name: String,
    /// Addresses.
    addresses: i64,
    /// Mails.
    mails: i64,
    /// Those that passed DMARC.
    passed: i64,
    /// Failed: our signature did not verify.
    failed_signature: i64,
    /// Failed: DKIM or SPF passed for another domain.
    failed_alignment: i64,
    /// Failed: neither passed.
    failed_nothing: i64,
    /// Failed mails that the reporter excuses.
    excused: i64,
    /// Mails that were quarantined.
    quarantined: i64,
    /// Mails that were refused.
    refused: i64,
    /// The first day it was ever seen.
    first_day: String,
    /// The last day.
    last_day: String,
}

/// TLS sessions with one result.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DomainSessions)]
pub(in crate::web) struct SessionLine {
    /// The result type of RFC 8460, or `success`.
    result: String,
    /// Our mail exchanger; may be empty.
    mx: String,
    /// The policy they were under, in words.
    policy: String,
    /// Sessions.
    count: i64,
    /// First and last day.
    first_day: String,
    /// The last.
    last_day: String,
}

/// Who reported.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DomainReporter)]
pub(in crate::web) struct ReporterLine {
    /// As it calls itself.
    organisation: String,
    /// `dmarc`, `dmarc-failure` or `tls`.
    kind: &'static str,
    /// Reports.
    reports: i64,
    /// Those known to come from it.
    verified: i64,
    /// Those that break their standard.
    not_conforming: i64,
}

/// One served domain.
#[utoipa::path(get, path = "/api/v1/domains/{domain}", tag = "domains", security(("token" = [])),
    params(("domain" = String, Path, description = "A served domain")),
    responses((status = 200, description = "The domain", body = Detail),
              (status = 401, description = "No token that holds"), (status = 403, description = "No right to read"),
              (status = 404, description = "Not served")))]
pub(in crate::web) async fn domain(visit: Visit, _may: Reader, Path(name): Path<String>) -> WebResult<Json<Detail>> {
    let domain = served(&visit, &name)?;
    let mut view = visit.web.store.read().await?;
    let from = first_day(&visit);
    let by = By { domain: &domain, from };
    let known = known(&mut view, from).await?.remove(&domain).unwrap_or_default();
    let days = report::days(&mut view, &domain, Sort::Dmarc, from).await?;
    let senders = report::senders(&mut view, by, Show::All, None, MOST).await?;
    let sessions = report::sessions(&mut view, by, MOST).await?;
    let reporters = report::reporters(&mut view, &domain, from, MOST).await?;
    let day = |day: report::Day| DayLine { day: day_of(day.day), passed: day.passed, failed: day.failed };
    Ok(Json(Detail {
        days: days.into_iter().map(day).collect(),
        senders: senders.into_iter().map(SenderLine::from).collect(),
        tls: sessions.into_iter().map(SessionLine::from).collect(),
        reporters: reporters.into_iter().map(ReporterLine::from).collect(),
        line: line(domain, &known),
    }))
}

impl From<report::Sender> for SenderLine {
    fn from(sender: report::Sender) -> Self {
        Self {
            network: sender.network,
            name: sender.name,
            addresses: sender.sources,
            mails: sender.mails,
            passed: sender.passed,
            failed_signature: sender.signature,
            failed_alignment: sender.alignment,
            failed_nothing: sender.unproved,
            excused: sender.excused,
            quarantined: sender.quarantined,
            refused: sender.refused,
            first_day: day_of(sender.first_day),
            last_day: day_of(sender.last_day),
        }
    }
}

impl From<report::Sessions> for SessionLine {
    fn from(sessions: report::Sessions) -> Self {
        let report::Sessions { policy, result, mx, count, first_day, last_day, .. } = sessions;
        Self { result, mx, policy, count, first_day: day_of(first_day), last_day: day_of(last_day) }
    }
}

impl From<report::Reporter> for ReporterLine {
    fn from(reporter: report::Reporter) -> Self {
        Self {
            organisation: reporter.organisation,
            kind: reporter.sort.as_str(),
            reports: reporter.reports,
            verified: reporter.verified,
            not_conforming: reporter.broken,
        }
    }
}
