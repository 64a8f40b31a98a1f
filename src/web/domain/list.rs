//! `GET /domains`: how does mail in our name fare?

use std::collections::BTreeMap;

use askama::Template;

use super::{
    figure::{self, DayText},
    today,
};
use crate::{
    access::Reader,
    domain::report::Sort,
    store::report::{self, DomainSum},
    web::{Chrome, Page, Visit, WebResult, chart, link::escaped},
};

#[derive(Template)]
#[template(path = "domains/list.html")]
pub(in crate::web) struct Domains {
    page: Chrome,
    days: i64,
    rows: Vec<DomainRow>,
}

/// One served domain.
#[derive(Debug)]
struct DomainRow {
    domain: String,
    href: String,
    /// Tickets of what became worse.
    worse: i64,
    mails: String,
    passed: String,
    failed: String,
    /// Whether anything failed.
    is_bad: bool,
    policy: String,
    tls: String,
    tls_is_bad: bool,
    last: Option<DayText>,
}

/// What is known of one domain from a day on.
#[derive(Debug, Default)]
pub(in crate::web) struct Known {
    pub(in crate::web) dmarc: DomainSum,
    pub(in crate::web) tls: DomainSum,
    pub(in crate::web) policy: String,
    pub(in crate::web) tls_policy: String,
    pub(in crate::web) worse: i64,
}

/// All that is known, by domain.
pub(in crate::web) async fn known(view: &mut crate::store::View, from: i64) -> WebResult<BTreeMap<String, Known>> {
    let mut all: BTreeMap<String, Known> = BTreeMap::new();
    for one in report::overview(view, from).await? {
        let known = all.entry(one.domain).or_default();
        match one.sort {
            Sort::Dmarc => known.dmarc = one.sum,
            Sort::Tls => known.tls = one.sum,
            Sort::Failure => {}
        }
    }
    for (domain, sort, policy) in report::policies(view, from).await? {
        let known = all.entry(domain).or_default();
        match sort {
            Sort::Dmarc => known.policy = policy,
            Sort::Tls => known.tls_policy = policy,
            Sort::Failure => {}
        }
    }
    for (domain, worse) in report::open_concerns(view).await? {
        all.entry(domain).or_default().worse = worse;
    }
    Ok(all)
}

/// The page: every served domain, in the configuration's order.
pub(in crate::web) async fn list(visit: Visit, _: Reader) -> WebResult<Page<Domains>> {
    let mut view = visit.web.store.read().await?;
    let mut known = known(&mut view, today(&visit) - chart::DAYS + 1).await?;
    let rows =
        visit.web.settings.site.domains.iter().map(|domain| row(domain, known.remove(domain).unwrap_or_default()));
    Ok(Page::new(Domains { rows: rows.collect(), days: chart::DAYS, page: visit.chrome(&mut view, "Domains").await? }))
}

fn row(domain: &str, known: Known) -> DomainRow {
    let Known { dmarc, tls, policy, worse, .. } = known;
    let mut href = "/domains/".to_owned();
    escaped(&mut href, domain);
    let mails = dmarc.passed.saturating_add(dmarc.failed);
    let sessions = tls.passed.saturating_add(tls.failed);
    let last = dmarc.last_day.max(tls.last_day);
    DomainRow {
        domain: domain.to_owned(),
        href,
        worse,
        mails: figure::count(mails),
        passed: figure::share(dmarc.passed, mails),
        failed: figure::count(dmarc.failed),
        is_bad: dmarc.failed > 0,
        policy: policy.split("; ").next().unwrap_or_default().trim_start_matches("p=").to_owned(),
        tls: if sessions == 0 { "–".to_owned() } else { figure::share(tls.passed, sessions) },
        tls_is_bad: tls.failed > 0,
        last: (last > 0).then(|| figure::day(last)),
    }
}
