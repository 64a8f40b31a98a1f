//! `GET /accounts`.

use askama::Template;
use axum::http::StatusCode;

use super::role::{RoleChoice, choices};
use crate::{
    access::Administrator,
    domain::{
        event::What,
        role::{Role, words},
    },
    store::{account, event},
    web::{Chrome, Errors, Page, Visit, WebResult, When},
};

/// One account in the list.
#[derive(Clone, Debug)]
pub(super) struct AccountRow {
    id: i64,
    login: String,
    name: String,
    email: String,
    roles: String,
    enabled: bool,
    seen: Option<When>,
}

/// The fields of a new account, as typed. Never the password.
#[derive(Clone, Debug, Default)]
pub(super) struct AccountForm {
    pub login: String,
    pub name: String,
    pub email: String,
}

#[derive(Template)]
#[template(path = "accounts/list.html")]
pub(in crate::web) struct AccountList {
    page: Chrome,
    total: i64,
    rows: Vec<AccountRow>,
    roles: Vec<RoleChoice>,
    fields: AccountForm,
    errors: Errors,
}

/// All accounts, and the form for a new one.
pub(in crate::web) async fn list(visit: Visit, _may: Administrator) -> WebResult<Page<AccountList>> {
    page(&visit, AccountForm::default(), &[Role::Reader], Errors::default()).await
}

/// The page, with what was typed and what was wrong with it.
pub(super) async fn page(
    visit: &Visit,
    fields: AccountForm,
    ticked: &[Role],
    errors: Errors,
) -> WebResult<Page<AccountList>> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut view = visit.web.store.read().await?;
    let seen = event::last_by_account(&mut view, What::SignedIn).await?;
    let rows: Vec<AccountRow> = account::all(&mut view)
        .await?
        .into_iter()
        .map(|account| AccountRow {
            seen: seen.iter().find(|(who, _)| *who == account.id).map(|(_, at)| visit.when(*at)),
            id: account.id,
            login: account.login,
            name: account.name,
            email: account.email,
            roles: words(&account.roles),
            enabled: !account.disabled,
        })
        .collect();
    let page = visit.chrome(&mut view, "Accounts").await?;
    let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    Ok(Page::new(AccountList { page, total, rows, roles: choices(ticked), fields, errors }).status(status))
}
