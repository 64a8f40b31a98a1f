//! `GET /delivery-errors`: who keeps writing to a wrong address; is something broken?

use askama::Template;
use axum::{
    extract::Query,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::row::{self, LedgerRow};
use crate::{
    access::Reader,
    domain::{address::fold, delivery::Group},
    store::{
        View, counter,
        ledger::{self, Filter},
    },
    web::{
        Chrome, FilterGroup, FilterLink, Page, Pager, Visit, WebResult,
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
    address_label: &'static str,
    /// Whether each line is one address's total.
    totals: bool,
    rows: Vec<LedgerRow>,
    pager: Pager,
    /// The one address that is looked at, else empty.
    only: String,
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
            _ if !(self.recipient.is_empty() && self.sender.is_empty() && self.group.is_empty()) => By::Line,
            _ => By::Recipient,
        }
    }

    fn filter(&self) -> Filter {
        let address = |text: &str| Some(fold(text)).filter(|address| !address.is_empty());
        Filter { recipient: address(&self.recipient), sender: address(&self.sender), group: self.group.parse().ok() }
    }

    fn here(&self, more: (&str, &str)) -> String {
        let (recipient, sender) = (self.recipient.as_str(), self.sender.as_str());
        let by = self.by().word();
        link(PATH, &[("by", by), ("recipient", recipient), ("sender", sender), ("group", &self.group), more])
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
    let shown = DeliveryErrors {
        total: counter::get(&mut view, "ledger.errors").await?,
        tabs: tabs(by),
        filters: vec![groups(&asked, by)],
        chart: chart::of_days(&days, today),
        address_label: if by == By::Sender { "Sender" } else { "Recipient" },
        totals: by != By::Line,
        rows,
        pager: Pager {
            newer: if asked.after.is_empty() { String::new() } else { asked.here(("after", "")) },
            older: older.map(|after| asked.here(("after", &after))).unwrap_or_default(),
            text: String::new(),
        },
        only: line(if asked.recipient.is_empty() { &asked.sender } else { &asked.recipient }),
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
        href: link(
            PATH,
            &[("by", "line"), ("recipient", &asked.recipient), ("sender", &asked.sender), ("group", group)],
        ),
        label: label.to_owned(),
        count: -1,
        current,
    };
    let mut links = vec![to("", "All reasons", present.is_none() && by == By::Line)];
    links.extend(Group::ALL.iter().map(|group| to(group.as_str(), group.words(), present == Some(*group))));
    FilterGroup { label: "Reason".into(), links }
}
