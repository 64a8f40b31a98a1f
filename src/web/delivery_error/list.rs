//! `GET /delivery-errors`: who keeps writing to a wrong address; is something broken?

use askama::Template;
use axum::{
    extract::Query,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{
    incident,
    row::{self, LedgerRow},
    watched::{Watched, watched},
};
use crate::{
    access::Reader,
    domain::{
        address::fold,
        delivery::{Group, Reason},
    },
    store::{
        View, counter,
        ledger::{self, Filter},
    },
    web::{
        Choice, Chrome, FilterGroup, FilterLink, Page, Pager, Visit, WebResult,
        chart::{self, Chart},
        line::line,
        link::link,
    },
};

const PATH: &str = "/delivery-errors";
/// Lines of a page.
const LINES: usize = 50;

#[derive(Template)]
#[template(path = "delivery_errors/list.html", blocks = ["rows"])]
struct DeliveryErrors {
    page: Chrome,
    total: i64,
    tabs: Vec<FilterLink>,
    filters: Vec<FilterGroup>,
    chart: Option<Chart>,
    /// Left out where only some lines are asked for.
    watched: Option<Watched>,
    address_label: &'static str,
    /// Whether each line is one address's total.
    totals: bool,
    rows: Vec<LedgerRow>,
    pager: Pager,
    /// What is looked for, as typed.
    is_filtered: bool,
    recipient: String,
    sender: String,
    domain: String,
    group: String,
    reasons: Vec<Choice>,
    here: String,
}

/// What is asked for. Words we do not know are no filter.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Asked {
    by: String,
    recipient: String,
    sender: String,
    group: String,
    reason: String,
    domain: String,
    after: String,
    fragment: String,
}

/// How the page is ordered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Recipient,
    Sender,
    Line,
}

impl By {
    const fn word(self) -> &'static str {
        match self {
            Self::Recipient => "recipient",
            Self::Sender => "sender",
            Self::Line => "line",
        }
    }
}

impl Asked {
    fn by(&self) -> By {
        match self.by.as_str() {
            "sender" => By::Sender,
            "line" => By::Line,
            // Only lines have a reason or two sides.
            _ if self.is_filtered() => By::Line,
            _ => By::Recipient,
        }
    }

    fn filter(&self) -> Filter {
        let address = |text: &str| Some(fold(text)).filter(|address| !address.is_empty());
        Filter {
            recipient: address(&self.recipient),
            sender: address(&self.sender),
            group: self.group.parse().ok(),
            reason: self.reason.parse().ok(),
            domain: address(self.domain.trim().trim_start_matches('@')),
            ..Filter::default()
        }
    }

    fn is_filtered(&self) -> bool {
        let all = [&self.recipient, &self.sender, &self.group, &self.reason, &self.domain];
        all.iter().any(|text| !text.trim().is_empty())
    }

    fn here(&self, more: (&str, &str)) -> String {
        let mut pairs = self.pairs(&self.group).to_vec();
        pairs.push(more);
        link(PATH, &pairs)
    }

    /// What is asked for, with another group.
    fn pairs<'a>(&'a self, group: &'a str) -> [(&'a str, &'a str); 6] {
        [
            ("by", self.by().word()),
            ("recipient", &self.recipient),
            ("sender", &self.sender),
            ("group", group),
            ("reason", &self.reason),
            ("domain", &self.domain),
        ]
    }
}

/// The page, or its lines alone.
pub(in crate::web) async fn list(visit: Visit, _: Reader, Query(asked): Query<Asked>) -> WebResult<Response> {
    let mut view = visit.web.store.read().await?;
    let by = asked.by();
    let (mut rows, older) = match by {
        By::Line => lines(&visit, &mut view, &asked).await?,
        By::Recipient | By::Sender => totals(&visit, &mut view, by, &asked).await?,
    };
    rows.truncate(LINES);
    let today = visit.now.secs() / 86_400;
    let days = ledger::days(&mut view, today - chart::DAYS + 1).await?;
    let unusual = incident::days(&mut view, today).await?;
    let shown = DeliveryErrors {
        total: counter::get(&mut view, "ledger.errors").await?,
        tabs: tabs(by),
        filters: vec![groups(&asked, by)],
        chart: chart::of_days(&days, today, &unusual),
        watched: if asked.fragment == "rows" || asked.is_filtered() {
            None
        } else {
            Some(watched(&visit, &mut view).await?)
        },
        address_label: if by == By::Sender { "Sender" } else { "Recipient" },
        totals: by != By::Line,
        rows,
        pager: Pager {
            newer: if asked.after.is_empty() { String::new() } else { asked.here(("after", "")) },
            older: older.map(|after| asked.here(("after", &after))).unwrap_or_default(),
            text: String::new(),
        },
        is_filtered: asked.is_filtered(),
        recipient: line(&asked.recipient),
        sender: line(&asked.sender),
        domain: line(&asked.domain),
        group: asked.group.clone(),
        reasons: reasons(&asked),
        here: asked.here(("fragment", "rows")),
        page: visit.chrome(&mut view, "Delivery errors").await?,
    };
    if asked.fragment == "rows" {
        return Ok(Page::new(shown.as_rows()).into_response());
    }
    Ok(Page::new(shown).into_response())
}

/// Lines, and the key of the last if there are more.
async fn lines(visit: &Visit, view: &mut View, asked: &Asked) -> WebResult<(Vec<LedgerRow>, Option<String>)> {
    let after = asked.after.split_once('.').and_then(|(at, id)| Some((at.parse().ok()?, id.parse().ok()?)));
    let found = ledger::list(view, &asked.filter(), after, one_more()).await?;
    let key = found.get(LINES - 1).filter(|_| found.len() > LINES);
    let key = key.map(|last| format!("{}.{}", last.last_at.millis(), last.id));
    Ok((found.iter().map(|entry| row::of_entry(visit, entry)).collect(), key))
}

/// Totals, and the key of the last if there are more.
async fn totals(visit: &Visit, view: &mut View, by: By, asked: &Asked) -> WebResult<(Vec<LedgerRow>, Option<String>)> {
    let after =
        asked.after.split_once('.').and_then(|(count, address)| Some((count.parse().ok()?, address.to_owned())));
    let found = ledger::totals(view, by.word(), after, one_more()).await?;
    let key = found.get(LINES - 1).filter(|_| found.len() > LINES);
    let key = key.map(|last| format!("{}.{}", last.count, last.address));
    Ok((found.iter().zip(1..).map(|(total, n)| row::of_total(visit, by.word(), total, n)).collect(), key))
}

fn one_more() -> i64 {
    i64::try_from(LINES + 1).unwrap_or(i64::MAX)
}

fn tabs(by: By) -> Vec<FilterLink> {
    let tab = |(to, label): (By, &str)| FilterLink {
        href: link(PATH, &[("by", to.word())]),
        label: label.to_owned(),
        count: -1,
        current: to == by,
    };
    [(By::Recipient, "By recipient"), (By::Sender, "By sender"), (By::Line, "Every pair")].map(tab).to_vec()
}

fn groups(asked: &Asked, by: By) -> FilterGroup {
    let present: Option<Group> = asked.group.parse().ok();
    let to = |group: &str, label: &str, current: bool| FilterLink {
        href: link(PATH, &[&[("by", "line")], &asked.pairs(group)[1..]].concat()),
        label: label.to_owned(),
        count: -1,
        current,
    };
    let mut links = vec![to("", "All reasons", present.is_none() && by == By::Line)];
    links.extend(Group::ALL.iter().map(|group| to(group.as_str(), group.words(), present == Some(*group))));
    FilterGroup { label: "Reason".into(), links }
}

/// The fine reasons, as the field's taxonomy calls them.
fn reasons(asked: &Asked) -> Vec<Choice> {
    let choice = |value: &str, label: &str| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        selected: value == asked.reason,
    };
    let mut all = vec![choice("", "Any")];
    all.extend(Reason::ALL.iter().map(|reason| choice(reason.as_str(), reason.as_str())));
    all
}
