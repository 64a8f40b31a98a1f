//! `GET /accounts/{a}`.

use askama::Template;
use axum::http::StatusCode;

use super::{
    about::{SessionRow, TokenRow, facts, sessions, tokens},
    role::{RoleChoice, choices},
};
use crate::{
    access::Administrator,
    domain::{account::Account, role::Role},
    store::{View, account, confirmation},
    web::{Chrome, Errors, Page, Path, Visit, WebError, WebResult},
};

#[derive(Template)]
#[template(path = "accounts/show.html")]
pub(in crate::web) struct AccountShow {
    page: Chrome,
    id: i64,
    login: String,
    /// The administrator's own, for their password manager.
    own_login: String,
    enabled: bool,
    facts: Vec<(String, String)>,
    roles: Vec<RoleChoice>,
    may_change: bool,
    /// Whether there is a second factor to remove.
    factor: bool,
    /// What another authorised postmaster has to confirm.
    waits: Vec<String>,
    why_not: String,
    state_action: String,
    state_consequence: String,
    factor_consequence: String,
    sessions: Vec<SessionRow>,
    tokens: Vec<TokenRow>,
    typed: Typed,
    errors: Errors,
}

/// What was typed into one of the forms, to be shown again. Never a password.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub roles: Option<Vec<Role>>,
    pub roles_reason: String,
    pub state_reason: String,
    pub factor_reason: String,
    /// Whether the form that ends all sessions stands open.
    pub sessions: bool,
    /// The token whose form stands open, or 0.
    pub token: i64,
}

/// One account.
pub(in crate::web) async fn show(
    visit: Visit,
    may: Administrator,
    Path(id): Path<i64>,
) -> WebResult<Page<AccountShow>> {
    page(&visit, &may, id, Typed::default(), Errors::default()).await
}

/// An account of somebody else. Nobody changes their own.
pub(super) async fn theirs(view: &mut View, may: &Administrator, id: i64) -> WebResult<Account> {
    if id == may.account_id() {
        return Err(WebError::Invalid(OWN.to_owned()));
    }
    account::get(view, id).await?.ok_or(WebError::NotFound)
}

const OWN: &str = "This is your own account. Nobody changes their own roles; your password and your second factor are \
                   under My account.";
const WEIGHTY: &str = "This is an authorised postmaster. A new password or the removal of the second factor takes effect \
                       when another authorised postmaster confirms it.";

/// The page, with what was typed into one of its forms and what was wrong with it.
pub(super) async fn page(
    visit: &Visit,
    may: &Administrator,
    id: i64,
    typed: Typed,
    errors: Errors,
) -> WebResult<Page<AccountShow>> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut view = visit.web.store.read().await?;
    let account = account::get(&mut view, id).await?.ok_or(WebError::NotFound)?;
    let own = id == may.account_id();
    let why_not = match (own, account.has(Role::AuthorisedPostmaster)) {
        (true, _) => OWN,
        (false, true) => WEIGHTY,
        _ => "",
    };
    let state_consequence = if account.disabled {
        format!("{} can sign in again. Sessions and tokens that ended do not come back.", account.login)
    } else {
        format!("All sessions and tokens of {} end at once, and their tickets become unowned.", account.login)
    };
    let waiting = confirmation::waiting(&mut view, Some(id)).await?;
    let waits = waiting.iter().map(|found| {
        format!("{}, asked by {} ({}).", found.change.words(), found.asker, visit.when(found.asked_at).relative)
    });
    let (sessions, tokens) = if own {
        (Vec::new(), Vec::new())
    } else {
        (sessions(visit, &mut view, id).await?, tokens(visit, &mut view, id).await?)
    };
    let shown = AccountShow {
        page: visit.chrome(&mut view, account.name.clone()).await?,
        id,
        own_login: visit.account.as_ref().map(|own| own.login.clone()).unwrap_or_default(),
        enabled: !account.disabled,
        facts: facts(visit, &mut view, &account).await?,
        roles: choices(typed.roles.as_deref().unwrap_or(&account.roles)),
        may_change: !own,
        factor: account.second_factor,
        waits: waits.collect(),
        why_not: why_not.to_owned(),
        state_action: format!("/accounts/{id}/state"),
        state_consequence,
        factor_consequence: format!(
            "All sessions of {} end. At the next sign-in the password alone lets them set up a new one.",
            account.login
        ),
        sessions,
        tokens,
        typed,
        errors,
        login: account.login,
    };
    Ok(Page::new(shown).status(status))
}
