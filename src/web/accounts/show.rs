//! `GET /accounts/{a}`.

use askama::Template;
use axum::http::StatusCode;

use super::role::{RoleChoice, choices};
use crate::{
    access::Administrator,
    domain::{account::Account, event::What, role::Role},
    store::{View, account, event},
    web::{Chrome, Entry, Errors, Page, Path, Visit, WebError, WebResult},
};

#[derive(Template)]
#[template(path = "accounts/show.html")]
pub(in crate::web) struct AccountShow {
    page: Chrome,
    id: i64,
    login: String,
    enabled: bool,
    facts: Vec<(String, String)>,
    roles: Vec<RoleChoice>,
    may_change: bool,
    /// Whether the web may set a password.
    may_set_password: bool,
    why_not: String,
    state_action: String,
    state_consequence: String,
    errors: Errors,
    history: Vec<Entry>,
}

/// One account.
pub(in crate::web) async fn show(
    visit: Visit,
    may: Administrator,
    Path(id): Path<i64>,
) -> WebResult<Page<AccountShow>> {
    page(&visit, &may, id, Errors::default()).await
}

/// An account of somebody else. Nobody changes their own.
pub(super) async fn theirs(view: &mut View, may: &Administrator, id: i64) -> WebResult<Account> {
    if id == may.account_id() {
        return Err(WebError::Invalid(OWN.to_owned()));
    }
    account::get(view, id).await?.ok_or(WebError::NotFound)
}

const OWN: &str = "This is your own account. Nobody changes their own roles; your password is under My account.";

/// The page, with what was wrong with one of its forms.
pub(super) async fn page(visit: &Visit, may: &Administrator, id: i64, errors: Errors) -> WebResult<Page<AccountShow>> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut view = visit.web.store.read().await?;
    let account = account::get(&mut view, id).await?.ok_or(WebError::NotFound)?;
    let seen = event::last_by_account(&mut view, What::SignedIn).await?.into_iter().find(|(who, _)| *who == id);
    let own = id == may.account_id();
    let authorised = account.has(Role::AuthorisedPostmaster);
    let why_not = match (own, authorised) {
        (true, _) => OWN,
        (false, true) => {
            "This is an authorised postmaster: a new password is set from the shell only, with postdesk account password."
        }
        _ => "",
    };
    let consequence = if account.disabled {
        format!("{} can sign in again. Sessions and tokens that ended do not come back.", account.login)
    } else {
        format!("All sessions and tokens of {} end at once, and their tickets become unowned.", account.login)
    };
    let fact = |label: &str, value: String| (label.to_owned(), value);
    let facts = vec![
        fact("Login", account.login.clone()),
        fact("Mail address", account.email.clone()),
        fact("Made", visit.when(account.created_at).exact),
        fact("Last signed in", seen.map_or_else(|| "never".to_owned(), |(_, at)| visit.when(at).exact)),
    ];
    let page = visit.chrome(&mut view, account.name.clone()).await?;
    let shown = AccountShow {
        page,
        id,
        enabled: !account.disabled,
        facts,
        roles: choices(&account.roles),
        may_change: !own,
        may_set_password: !own && !authorised,
        why_not: why_not.to_owned(),
        state_action: format!("/accounts/{id}/state"),
        state_consequence: consequence,
        errors,
        history: Vec::new(),
        login: account.login,
    };
    Ok(Page::new(shown).status(status))
}
