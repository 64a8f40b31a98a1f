//! `GET /account`.

use askama::Template;
use axum::http::StatusCode;

use super::browser;
use crate::{
    domain::{account::Account, role::Role, time::Moment},
    store::{second_factor, session, token},
    web::{
        Chrome, Errors, Page, SignedIn, Visit, WebResult, When,
        extract::owes_factor,
        session::{self as session_keys, hashed},
    },
};

/// One sign-in of mine.
#[derive(Clone, Debug)]
pub(super) struct SessionRow {
    /// A number that says nothing of the cookie.
    id: i64,
    browser: String,
    address: String,
    since: When,
    used: When,
    current: bool,
    /// Somebody typed my password there and owes the second factor.
    half: bool,
}

/// My second factor.
pub(super) struct Factor {
    since: When,
    codes_left: i64,
}

/// An API token of mine.
#[derive(Clone, Debug)]
pub(super) struct TokenRow {
    id: i64,
    name: String,
    text: String,
    expires: String,
}

#[derive(Template)]
#[template(path = "account/show.html")]
pub(in crate::web) struct MyAccount {
    page: Chrome,
    login: String,
    facts: Vec<(String, String)>,
    factor: Option<Factor>,
    /// Whether the roles need a second factor.
    factor_required: bool,
    errors: Errors,
    sessions: Vec<SessionRow>,
    tokens: Vec<TokenRow>,
}

/// The page.
pub(in crate::web) async fn show(visit: Visit, SignedIn(account): SignedIn) -> WebResult<Page<MyAccount>> {
    page(&visit, account, Errors::default()).await
}

/// The page, with what was wrong with its form.
pub(super) async fn page(visit: &Visit, account: Account, errors: Errors) -> WebResult<Page<MyAccount>> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut view = visit.web.store.read().await?;
    let current = visit.session.id().map(|id| hashed(&id));
    let at = |millis| visit.when(Moment::from_millis(millis));
    let sessions = session::of_account(&mut view, account.id, visit.now).await?;
    let sessions = sessions.into_iter().map(|kept| SessionRow {
        id: kept.number,
        browser: browser::named(&kept.user_agent),
        address: kept.address,
        since: at(kept.created_at),
        used: at(kept.seen_at),
        current: Some(kept.id) == current,
        half: account.second_factor && !shown_in(&kept.data),
    });
    let tokens = token::list(&mut view, Some(account.id)).await?;
    let tokens = tokens.into_iter().filter(|token| token.revoked_at.is_none() && token.expires_at > visit.now.millis());
    let tokens = tokens.map(|token| TokenRow {
        id: token.id,
        text: {
            let used =
                token.used_at.map_or_else(|| "never used".into(), |used| format!("last used {}", at(used).relative));
            let release = if token.may_release { ", may release from quarantine" } else { "" };
            format!("made {}, {used}{release}", at(token.created_at).relative)
        },
        expires: format!("ends {}", at(token.expires_at).exact),
        name: token.name,
    });
    let (sessions, tokens) = (sessions.collect(), tokens.collect());
    let fact = |label: &str, value: String| (label.to_owned(), value);
    let facts = vec![
        fact("Login", account.login.clone()),
        fact("Name", account.name.clone()),
        fact("Mail address", account.email.clone()),
        fact("Roles", account.roles.iter().copied().map(Role::words).collect::<Vec<_>>().join(", ")),
    ];
    let factor = match second_factor::get(&mut view, account.id).await? {
        None => None,
        Some(kept) => Some(Factor {
            since: visit.when(kept.enrolled_at),
            codes_left: second_factor::recovery_codes_left(&mut view, account.id).await?,
        }),
    };
    let without = Account { second_factor: false, ..account.clone() };
    let factor_required = owes_factor(&without, false, &visit.web);
    let page = visit.chrome(&mut view, "My account").await?;
    let mine = MyAccount { page, login: account.login, facts, factor, factor_required, errors, sessions, tokens };
    Ok(Page::new(mine).status(status))
}

/// Whether a kept session has shown the second factor.
fn shown_in(data: &str) -> bool {
    let data: serde_json::Value = serde_json::from_str(data).unwrap_or_default();
    data.get(session_keys::FACTOR).and_then(serde_json::Value::as_bool).unwrap_or(false)
}
