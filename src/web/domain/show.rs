//! `GET /domains/{domain}`: who sends as us, what passes, what fails, since when.

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;

use super::{
    by,
    figure::{self, DayText},
    graph::{self, Graph},
    sender::{self, SenderRow},
    served,
    tls::{self, SessionRow},
    today,
};
use crate::{
    access::Reader,
    domain::report::{
        Sort,
        dmarc::{Disposition, Verdict},
        worse::Cause,
    },
    store::{
        View,
        report::{self, Outcome, Reporter, Show},
    },
    web::{Chrome, FilterLink, Page, Pager, Path, Visit, WebResult, chart, line::line, line::line_or, link::link},
};

/// Senders of a page.
const SENDERS: usize = 50;
/// Reporters and TLS results shown.
const SHOWN: i64 = 100;

#[derive(Template)]
#[template(path = "domains/show.html")]
pub(in crate::web) struct DomainShow {
    page: Chrome,
    domain: String,
    sub: String,
    /// Whether there ever was a report.
    has_reports: bool,
    postmaster: String,
    concerns: Vec<ConcernFact>,
    tiles: Vec<Tile>,
    graph: Option<Graph>,
    tabs: Vec<FilterLink>,
    senders: Vec<SenderRow>,
    pager: Pager,
    why: Vec<(String, String, String, bool)>,
    done: Vec<(String, String, String)>,
    policy: Vec<(&'static str, String)>,
    tls_graph: Option<Graph>,
    sessions: Vec<SessionRow>,
    reporters: Vec<ReporterRow>,
}

/// Something that became worse.
#[derive(Debug)]
struct ConcernFact {
    title: &'static str,
    lines: Vec<String>,
    ticket: i64,
}

/// A number that is a link.
#[derive(Debug)]
struct Tile {
    href: String,
    label: &'static str,
    count: String,
    tone: &'static str,
    text: String,
}

/// Who reports.
#[derive(Debug)]
struct ReporterRow {
    n: usize,
    name: String,
    sort: &'static str,
    reports: i64,
    counted: String,
    proof: &'static str,
    tone: &'static str,
    /// What the newest broken report breaks; empty if none does.
    flaw: String,
    broken: i64,
    last: DayText,
    message: i64,
}

/// What is asked for. Words we do not know are no filter.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Asked {
    show: String,
    after: String,
}

/// The page.
pub(in crate::web) async fn show(
    visit: Visit,
    _: Reader,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> WebResult<Page<DomainShow>> {
    let domain = served(&visit, &name)?;
    let mut view = visit.web.store.read().await?;
    let (today, by) = (today(&visit), by(&visit, &domain));
    let since = report::first_day(&mut view, &domain).await?;
    let days = report::days(&mut view, &domain, Sort::Dmarc, by.from).await?;
    let tls_days = report::days(&mut view, &domain, Sort::Tls, by.from).await?;
    let outcomes = report::outcomes(&mut view, by).await?;
    let reporters = report::reporters(&mut view, &domain, by.from, SHOWN).await?;
    let sessions = report::sessions(&mut view, by, SHOWN).await?;
    let (senders, pager) = senders(&mut view, by, &asked, today, since.unwrap_or(today)).await?;
    let sum = |days: &[report::Day]| {
        days.iter().fold((0_i64, 0_i64), |(p, f), day| (p.saturating_add(day.passed), f.saturating_add(day.failed)))
    };
    Ok(Page::new(DomainShow {
        sub: sub(since),
        has_reports: since.is_some(),
        postmaster: visit.web.settings.postmaster.clone(),
        concerns: concerns(&mut view, &domain).await?,
        tiles: tiles(&domain, sum(&days), sum(&tls_days), &outcomes),
        graph: graph::of_days(&days, today, "Mail in our name by day", "mails"),
        tabs: tabs(&domain, &asked),
        senders,
        pager,
        why: why(&outcomes),
        done: done(&outcomes),
        policy: policy(&mut view, &domain, by.from).await?,
        tls_graph: graph::of_days(&tls_days, today, "TLS sessions by day", "TLS sessions"),
        sessions: sessions.iter().enumerate().map(|(n, one)| tls::row(n, one)).collect(),
        reporters: reporters.iter().enumerate().map(|(n, one)| reporter(n, one)).collect(),
        page: visit.chrome(&mut view, domain.clone()).await?,
        domain,
    }))
}

async fn senders(
    view: &mut View,
    by: report::By<'_>,
    asked: &Asked,
    today: i64,
    since: i64,
) -> WebResult<(Vec<SenderRow>, Pager)> {
    let after = asked.after.split_once('.').and_then(|(mails, network)| Some((mails.parse().ok()?, network)));
    let limit = i64::try_from(SENDERS + 1).unwrap_or(i64::MAX);
    let mut found = report::senders(view, by, shown(asked), after, limit).await?;
    let more = found.len() > SENDERS;
    found.truncate(SENDERS);
    let here = |after: &str| link(&format!("/domains/{}", by.domain), &[("show", &asked.show), ("after", after)]);
    let older = found.last().filter(|_| more).map(|last| here(&format!("{}.{}", last.mails, last.network)));
    let pager = Pager {
        newer: if after.is_none() { String::new() } else { here("") },
        older: older.unwrap_or_default(),
        text: String::new(),
    };
    let rows = found.iter().enumerate().map(|(n, one)| sender::row(by.domain, n, one, today, since));
    Ok((rows.collect(), pager))
}

fn shown(asked: &Asked) -> Show {
    match asked.show.as_str() {
        "failing" => Show::Failing,
        "passing" => Show::Passing,
        _ => Show::All,
    }
}

fn tabs(domain: &str, asked: &Asked) -> Vec<FilterLink> {
    let tab = |(word, to, label): (&str, Show, &str)| FilterLink {
        href: link(&format!("/domains/{domain}"), &[("show", word)]),
        label: label.to_owned(),
        count: -1,
        current: to == shown(asked),
    };
    [("", Show::All, "All"), ("failing", Show::Failing, "With failures"), ("passing", Show::Passing, "Passing")]
        .map(tab)
        .to_vec()
}

async fn concerns(view: &mut View, domain: &str) -> WebResult<Vec<ConcernFact>> {
    let found = report::concerns(view, domain).await?;
    let fact = |concern: report::Concern| ConcernFact {
        title: Cause::words(concern.cause),
        lines: concern.words.lines().map(line).collect(),
        ticket: concern.ticket,
    };
    Ok(found.into_iter().map(fact).collect())
}

fn tiles(domain: &str, mail: (i64, i64), tls: (i64, i64), outcomes: &[Outcome]) -> Vec<Tile> {
    let to = |show: &str| link(&format!("/domains/{domain}"), &[("show", show)]);
    let all = mail.0.saturating_add(mail.1);
    let sessions = tls.0.saturating_add(tls.1);
    let held = outcomes.iter().filter(|one| one.disposition != Disposition::None).map(|one| one.mails).sum::<i64>();
    let bad = |count: i64| if count > 0 { "late" } else { "done" };
    vec![
        Tile {
            href: to(""),
            label: "Mails in our name",
            count: figure::count(all),
            tone: "quiet",
            text: String::new(),
        },
        Tile {
            href: to("passing"),
            label: "Passed DMARC",
            count: figure::count(mail.0),
            tone: "done",
            text: figure::share(mail.0, all),
        },
        Tile {
            href: to("failing"),
            label: "Failed DMARC",
            count: figure::count(mail.1),
            tone: bad(mail.1),
            text: figure::share(mail.1, all),
        },
        Tile {
            href: "#done-title".to_owned(),
            label: "Quarantined or refused",
            count: figure::count(held),
            tone: "waiting",
            text: figure::share(held, all),
        },
        Tile {
            href: "#tls-title".to_owned(),
            label: "TLS sessions failed",
            count: figure::count(tls.1),
            tone: bad(tls.1),
            text: format!("of {}", figure::count(sessions)),
        },
    ]
}

/// Verdicts with mails and share; whether each is a failure.
fn why(outcomes: &[Outcome]) -> Vec<(String, String, String, bool)> {
    let all = outcomes.iter().map(|one| one.mails).sum();
    let line = |verdict: &Verdict| {
        let mails = outcomes.iter().filter(|one| one.verdict == *verdict).map(|one| one.mails).sum::<i64>();
        let words = verdict.words();
        let words =
            words.chars().next().map_or_else(String::new, |c| c.to_uppercase().to_string() + &words[c.len_utf8()..]);
        (mails > 0).then(|| (words, figure::count(mails), figure::share(mails, all), !verdict.passes()))
    };
    Verdict::ALL.iter().filter_map(line).collect()
}

/// What was done with mail that failed.
fn done(outcomes: &[Outcome]) -> Vec<(String, String, String)> {
    let failed: Vec<&Outcome> = outcomes.iter().filter(|one| !one.verdict.passes()).collect();
    let all = failed.iter().map(|one| one.mails).sum::<i64>();
    let sum =
        |wanted: &dyn Fn(&Outcome) -> bool| failed.iter().filter(|one| wanted(one)).map(|one| one.mails).sum::<i64>();
    let excused = sum(&|one| one.disposition == Disposition::None && one.excused);
    let lines = [
        ("Refused", sum(&|one| one.disposition == Disposition::Reject)),
        ("Quarantined", sum(&|one| one.disposition == Disposition::Quarantine)),
        ("Delivered: forwarded, from a list, or let pass by the receiver's own rules", excused),
        ("Delivered all the same", sum(&|one| one.disposition == Disposition::None) - excused),
    ];
    let lines = lines.into_iter().filter(|(_, mails)| *mails > 0);
    lines.map(|(words, mails)| (words.to_owned(), figure::count(mails), figure::share(mails, all))).collect()
}

async fn policy(view: &mut View, domain: &str, from: i64) -> WebResult<Vec<(&'static str, String)>> {
    let found = report::policies(view, from).await?;
    let of = |sort: Sort| {
        let policy = found.iter().find(|(name, found, _)| name == domain && *found == sort);
        policy.map_or_else(|| "not reported".to_owned(), |(.., words)| line(words))
    };
    Ok(vec![("DMARC", of(Sort::Dmarc)), ("TLS", of(Sort::Tls))])
}

fn reporter(n: usize, one: &Reporter) -> ReporterRow {
    let (proof, tone) = if one.verified == one.reports {
        ("verified", "done")
    } else if one.verified == 0 {
        ("unverified", "waiting")
    } else {
        ("partly verified", "waiting")
    };
    ReporterRow {
        n,
        name: line_or(&one.organisation, "(no name given)"),
        sort: match one.sort {
            Sort::Dmarc => "DMARC",
            Sort::Failure => "single failures",
            Sort::Tls => "TLS",
        },
        reports: one.reports,
        counted: figure::count(one.counted),
        proof,
        tone,
        flaw: line(&one.flaw),
        broken: one.broken,
        last: figure::day(one.last_day),
        message: one.message,
    }
}

fn sub(since: Option<i64>) -> String {
    let since = since.map(|day| format!(" There are reports since {}.", figure::day(day).text)).unwrap_or_default();
    format!("Mail in the name of this domain in the last {} days, as other mail systems report it.{since}", chart::DAYS)
}
