//! `GET /domains/{domain}/addresses`: each address of a network, what became of its mail, and why.

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;

use super::{
    by,
    figure::{self, DayText},
    sender::MANY,
    served,
};
use crate::{
    access::Reader,
    store::report::{self, Address},
    web::{
        Chrome, Page, Path, Visit, WebResult, chart,
        line::{line, line_or},
        link::link,
    },
};

/// Lines shown; more are in the CSV.
const LINES: usize = 200;

#[derive(Template)]
#[template(path = "domains/addresses.html")]
pub(in crate::web) struct Addresses {
    page: Chrome,
    domain: String,
    heading: String,
    sub: String,
    rows: Vec<AddressRow>,
    /// Whether there are more lines than are shown.
    cut: bool,
    csv: String,
}

/// Mails from one address with one result.
#[derive(Debug)]
struct AddressRow {
    n: usize,
    source: String,
    verdict: &'static str,
    is_bad: bool,
    done: &'static str,
    /// Domain of the From field, where it is another than the page's.
    from: String,
    dkim: String,
    spf: String,
    reason: String,
    mails: String,
    first: DayText,
    last: DayText,
}

/// Which network.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Asked {
    pub(super) network: String,
}

impl Asked {
    /// The network as it is kept; `None` asks for all.
    pub(super) fn network(&self) -> Option<&str> {
        match self.network.as_str() {
            "" => None,
            "other" => Some(""),
            network => Some(network),
        }
    }
}

/// The page.
pub(in crate::web) async fn addresses(
    visit: Visit,
    _: Reader,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> WebResult<Page<Addresses>> {
    let domain = served(&visit, &name)?;
    let mut view = visit.web.store.read().await?;
    let limit = i64::try_from(LINES + 1).unwrap_or(i64::MAX);
    let mut found = report::addresses(&mut view, by(&visit, &domain), asked.network(), limit).await?;
    let cut = found.len() > LINES;
    found.truncate(LINES);
    let heading = match asked.network() {
        None => "All addresses".to_owned(),
        Some("") => MANY.to_owned(),
        Some(network) => line(network),
    };
    Ok(Page::new(Addresses {
        sub: format!("Mail in the name of {domain} in the last {} days, as others report it.", chart::DAYS),
        rows: found.iter().enumerate().map(|(n, one)| row(&domain, n, one)).collect(),
        cut,
        csv: link(&format!("/domains/{domain}/addresses.csv"), &[("network", &asked.network)]),
        page: visit.chrome(&mut view, format!("{heading} · {domain}")).await?,
        heading,
        domain,
    }))
}

fn row(domain: &str, n: usize, one: &Address) -> AddressRow {
    AddressRow {
        n,
        source: line_or(&one.source, "(addresses not kept)"),
        verdict: one.verdict.words(),
        is_bad: !one.verdict.passes(),
        done: one.disposition.words(),
        from: if one.header_from == domain { String::new() } else { line(&one.header_from) },
        dkim: line_or(&one.dkim, "none"),
        spf: line_or(&one.spf, "none"),
        reason: line(&one.reason),
        mails: figure::count(one.mails),
        first: figure::day(one.first_day),
        last: figure::day(one.last_day),
    }
}
