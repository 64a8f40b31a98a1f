//! `GET /confirmations`.

use askama::Template;
use axum::http::StatusCode;

use crate::{
    access::AuthorisedPostmaster,
    domain::confirmation::{Confirmation, Waiting},
    store::{View, account, confirmation, second_factor},
    web::{Chrome, Errors, Page, Visit, WebResult, When},
};

/// One thing that waits.
pub(super) struct Row {
    id: i64,
    title: String,
    consequence: &'static str,
    asker: String,
    reason: String,
    asked: When,
    facts: Vec<(String, String)>,
    /// Why this person cannot confirm it; empty if they can.
    why_not: String,
    /// Why it was refused, as typed, when the form is shown again.
    typed: String,
}

#[derive(Template)]
#[template(path = "confirmations/list.html")]
pub(in crate::web) struct Confirmations {
    page: Chrome,
    own_login: String,
    total: i64,
    hours: u64,
    rows: Vec<Row>,
    errors: Errors,
}

/// All that waits.
pub(in crate::web) async fn list(visit: Visit, may: AuthorisedPostmaster) -> WebResult<Page<Confirmations>> {
    page(&visit, &may, (0, ""), Errors::default()).await
}

const fn consequence(change: Waiting) -> &'static str {
    match change {
        Waiting::Role => "They see quarantine and logs, and may release.",
        Waiting::Password => "The new password holds, the old one does not. All their sessions end.",
        Waiting::SecondFactor => {
            "At the next sign-in the password alone lets them set up a new one. All their sessions end."
        }
    }
}

async fn row(
    visit: &Visit,
    view: &mut View,
    may: &AuthorisedPostmaster,
    found: Confirmation,
    typed: (i64, &str),
) -> WebResult<Row> {
    let circle = confirmation::circle(view, found.account, found.asked_by).await?;
    let why_not = if circle.contains(&may.account_id()) {
        "Somebody else has to confirm this: it is about your own account, or one that you made or whose password you set, \
         or you asked for it. You can refuse it."
            .to_owned()
    } else if may.acts_from() > visit.now {
        format!("You confirm others from {} on.", visit.when(may.acts_from()).exact)
    } else {
        String::new()
    };
    let made = account::get(view, found.account).await?.map(|account| account.created_at);
    let set = account::password_changed(view, found.account).await?;
    let factor = second_factor::get(view, found.account).await?.map(|kept| kept.enrolled_at);
    let exact = |at: Option<_>| at.map_or_else(|| "none".to_owned(), |at| visit.when(at).exact);
    let fact = |label: &str, value: String| (label.to_owned(), value);
    Ok(Row {
        id: found.id,
        title: format!("{} for {} ({})", capital(found.change.words()), found.name, found.login),
        consequence: consequence(found.change),
        asker: found.asker,
        reason: found.reason,
        asked: visit.when(found.asked_at),
        facts: vec![
            fact("Account made", exact(made)),
            fact("Password set", exact(set)),
            fact("Second factor set up", exact(factor)),
        ],
        why_not,
        typed: if typed.0 == found.id { typed.1.to_owned() } else { String::new() },
    })
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The page, with the reason that was typed for one of them and what was wrong with it.
pub(super) async fn page(
    visit: &Visit,
    may: &AuthorisedPostmaster,
    typed: (i64, &str),
    errors: Errors,
) -> WebResult<Page<Confirmations>> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut view = visit.web.store.read().await?;
    let mut rows = Vec::new();
    for found in confirmation::waiting(&mut view, None).await? {
        rows.push(row(visit, &mut view, may, found, typed).await?);
    }
    let page = visit.chrome(&mut view, "Confirmations").await?;
    let own_login = visit.account.as_ref().map(|own| own.login.clone()).unwrap_or_default();
    let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let hours = visit.web.settings.accounts.waiting.as_secs() / 3600;
    Ok(Page::new(Confirmations { page, own_login, total, hours, rows, errors }).status(status))
}
