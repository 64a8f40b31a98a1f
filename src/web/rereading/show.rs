//! `GET /rereading`.

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;

use crate::{
    access::AuthorisedPostmaster,
    desk::reread::rules,
    domain::rereading::{Rereading, Settled, State},
    store::rereading::{self, Difference, Sum},
    web::{Chrome, Page, Pager, Visit, WebResult, When, line::line_or, link::link},
};

/// Lines of a page.
const LINES: i64 = 50;

/// One way from kind to kind.
#[derive(Debug)]
struct SumRow {
    was: &'static str,
    would_be: &'static str,
    count: i64,
    became: &'static str,
}

/// One message that differs.
#[derive(Debug)]
struct DifferenceRow {
    message: i64,
    subject: String,
    ticket: i64,
    was: &'static str,
    would_be: &'static str,
    facts: String,
    became: &'static str,
    why: String,
}

/// The newest rereading.
#[derive(Debug)]
struct Standing {
    id: i64,
    state: &'static str,
    words: &'static str,
    open: bool,
    /// Whether this process reads by other rules, and so takes no step.
    elsewhere: bool,
    by: String,
    at: When,
    done: i64,
    total: i64,
    sums: Vec<SumRow>,
    rows: Vec<DifferenceRow>,
    pager: Pager,
}

#[derive(Template)]
#[template(path = "rereading/show.html")]
pub(in crate::web) struct Shown {
    page: Chrome,
    standing: Option<Standing>,
}

/// Where in the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Asked {
    after: String,
}

/// The newest rereading, and a form to begin one.
pub(in crate::web) async fn show(
    visit: Visit,
    _may: AuthorisedPostmaster,
    Query(asked): Query<Asked>,
) -> WebResult<Page<Shown>> {
    let after = asked.after.parse().unwrap_or(0);
    let mut view = visit.web.store.read().await?;
    let standing = match rereading::newest(&mut view).await? {
        None => None,
        Some(newest) => {
            let sums = rereading::sums(&mut view, newest.id).await?;
            let found = rereading::differences(&mut view, newest.id, after, LINES + 1).await?;
            Some(standing(&visit, newest, sums, found, after))
        }
    };
    let page = visit.chrome(&mut view, "Read again").await?;
    Ok(Page::new(Shown { page, standing }))
}

fn standing(visit: &Visit, newest: Rereading, sums: Vec<Sum>, mut found: Vec<Difference>, after: i64) -> Standing {
    let lines = usize::try_from(LINES).unwrap_or(usize::MAX);
    let more = found.len() > lines;
    found.truncate(lines);
    let older = match found.last() {
        Some(last) if more => link("/rereading", &[("after", &last.message.to_string())]),
        _ => String::new(),
    };
    let newer = if after == 0 { String::new() } else { "/rereading".to_owned() };
    let changing = matches!(newest.state, State::Changing | State::Done | State::Dropped);
    let became = |settled| match settled {
        Settled::Waiting if changing => "waits",
        Settled::Waiting => "would change",
        Settled::Changed => "changed",
        Settled::Left => "stays",
    };
    let sums = sums.into_iter().map(|sum| SumRow {
        was: sum.was.words(),
        would_be: sum.would_be.words(),
        count: sum.count,
        became: became(sum.settled),
    });
    let rows = found.into_iter().map(|one| DifferenceRow {
        message: one.message,
        subject: line_or(&one.subject, "(no subject)"),
        ticket: one.ticket.unwrap_or(0),
        was: one.was.words(),
        would_be: one.would_be.words(),
        facts: one.facts,
        became: became(one.settled),
        why: one.why,
    });
    Standing {
        id: newest.id,
        state: newest.state.as_str(),
        words: newest.state.words(),
        open: newest.state.is_open(),
        elsewhere: newest.state.is_open() && newest.rules != rules(&visit.web.head),
        at: visit.when(newest.started_at),
        by: newest.started_by,
        done: newest.done,
        total: newest.total.max(newest.done),
        sums: sums.collect(),
        rows: rows.collect(),
        pager: Pager { newer, older, text: String::new() },
    }
}
