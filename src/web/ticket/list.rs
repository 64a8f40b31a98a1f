//! `GET /tickets`: what is waiting, and in which order?

use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::Query as Asked,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{
    filters::{self, Counts},
    key,
    query::{Owner, Query, encoded},
    row::TicketRow,
    saved_view::Views,
    seen, show,
};
use crate::{
    access::Reader,
    domain::ticket::Priority,
    store::{
        self, View,
        ticket::{Filter, Key},
    },
    web::{Choice, Chrome, FilterGroup, Page, Pager, Visit, WebResult},
};

/// Lines of a page.
const LINES: i64 = 50;
/// Findings of a search by words that are looked at.
const FOUND: i64 = 500;

#[derive(Template)]
#[template(path = "tickets/list.html", blocks = ["rows"])]
pub(crate) struct TicketList {
    page: Chrome,
    q: String,
    /// What of the search was not understood.
    q_error: String,
    total: i64,
    filters: Vec<FilterGroup>,
    /// The saved view that is shown: its number and name.
    saved: Option<(i64, String)>,
    rows: Vec<TicketRow>,
    pager: Pager,
    /// This view's own address with `fragment=rows`.
    here: String,
    may_act: bool,
    /// Where this page of the list begins.
    after: String,
    priorities: Vec<Choice>,
}

/// Search, place and part of the page.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default)]
    after: String,
    #[serde(default)]
    fragment: String,
}

/// The list, or its rows alone.
pub(in crate::web) async fn list(visit: Visit, _may: Reader, Asked(wanted): Asked<Wanted>) -> WebResult<Response> {
    let (query, q_error) = Query::read(&wanted.q);
    // Each statement for itself: a ticket that changes in between is told by the live stream anyway.
    let mut view = visit.web.store.glance().await?;
    let page = visit.chrome(&mut view, "Tickets").await?;
    let filter = filter(&visit, &mut view, &query).await?;
    let after = key::read(&wanted.after);
    let mut found = store::ticket::list(&mut view, &filter, after, LINES + 1).await?;
    let more = found.len() > usize::try_from(LINES).unwrap_or(usize::MAX);
    found.truncate(usize::try_from(LINES).unwrap_or(usize::MAX));
    let last = found.last().map(Key::of);
    let rows = rows(&visit, &mut view, &found).await?;
    let counts = Counts::load(&mut view, seen::quarantine(&visit)).await?;
    let views = Views::load(&visit, &mut view, &query).await?;
    drop(view);

    let href = query.href();
    let join = if href.contains('?') { '&' } else { '?' };
    let place = if after.is_some() { format!("&after={}", encoded(&wanted.after)) } else { String::new() };
    let pager = Pager {
        newer: if after.is_some() { href.clone() } else { String::new() },
        older: last.filter(|_| more).map_or_else(String::new, |last| format!("{href}{join}after={}", key::write(last))),
        text: "What is owed first".to_owned(),
    };
    let shown = TicketList {
        page,
        q: query.text(),
        q_error,
        total: counts.total(&query),
        filters: filters::groups(&query, &counts).into_iter().chain(views.group).collect(),
        saved: views.current,
        rows,
        pager,
        here: format!("{href}{join}fragment=rows{place}"),
        may_act: visit.rights.postmaster().is_some(),
        after: wanted.after,
        priorities: show::priorities(Priority::Normal),
    };
    Ok(if wanted.fragment == "rows" {
        Page::new(shown.as_rows()).into_response()
    } else {
        Page::new(shown).into_response()
    })
}

/// Tickets as lines, with their tags.
pub(super) async fn rows(
    visit: &Visit,
    view: &mut View,
    tickets: &[crate::domain::ticket::Ticket],
) -> WebResult<Vec<TicketRow>> {
    let numbers: Vec<i64> = tickets.iter().map(|ticket| ticket.number).collect();
    let mut tags: HashMap<i64, Vec<String>> = HashMap::new();
    for (number, tag) in store::ticket::tags_of(view, &numbers).await? {
        tags.entry(number).or_default().push(tag);
    }
    let row = |ticket| TicketRow::of(ticket, tags.remove(&ticket.number).unwrap_or_default(), visit);
    Ok(tickets.iter().map(row).collect())
}

async fn filter(visit: &Visit, view: &mut View, query: &Query) -> WebResult<Filter> {
    // Who looks for a person or for words looks for what was, too.
    let looks_back = !query.from.is_empty() || !query.words.is_empty();
    let (owner, unowned) = match &query.owner {
        Owner::Anybody => (None, false),
        Owner::Nobody => (None, true),
        Owner::Me => (Some(visit.account.as_ref().map_or(0, |account| account.id)), false),
        // A login that does not exist owns nothing.
        Owner::Login(login) => {
            (Some(store::account::by_login(view, login).await?.map_or(0, |account| account.id)), false)
        }
    };
    let mut words = query.words.clone();
    let by_address = query.from.contains('@');
    if !by_address {
        words.push(query.from.clone());
    }
    Ok(Filter {
        state: query.state,
        closed_too: query.any_state || looks_back,
        kind: query.kind,
        owner,
        unowned,
        reporter: by_address.then(|| query.from.clone()),
        tag: (!query.tag.is_empty()).then(|| query.tag.clone()),
        numbers: numbers(view, &words.join(" ")).await?,
        quarantine: seen::quarantine(visit),
    })
}

/// Tickets with these words; `#12` is the ticket of that number.
async fn numbers(view: &mut View, words: &str) -> WebResult<Option<Vec<i64>>> {
    let words = words.trim();
    if words.is_empty() {
        return Ok(None);
    }
    if let Some(number) = words.strip_prefix('#').and_then(|digits| digits.parse().ok()) {
        return Ok(Some(vec![number]));
    }
    let mut found = store::search::find(view, words, FOUND).await?;
    found.sort_unstable();
    found.dedup();
    Ok(Some(found))
}
