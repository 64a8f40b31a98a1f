//! `GET /sign-in`.

use askama::Template;
use axum::{
    extract::Query,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::next;
use crate::{
    store::account,
    web::{Chrome, Errors, Notice, Page, See, Visit, WebResult, cookie, csrf},
};

#[derive(Template)]
#[template(path = "sign_in/show.html")]
struct SignIn {
    page: Chrome,
    form_login: String,
    next: String,
    errors: Errors,
    no_account: bool,
    wait: String,
}

/// What the sign-in page shows again.
#[derive(Debug, Default)]
pub(super) struct Shown {
    pub login: String,
    pub next: String,
    pub errors: Errors,
    pub wait: String,
    pub status: StatusCode,
    pub changed: bool,
}

/// Where to go afterwards.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct Asked {
    #[serde(default)]
    pub(super) next: String,
    /// What the person has just done, so that they know why they sign in again.
    #[serde(default)]
    changed: String,
}

/// The form, or on to the page for who is signed in already.
pub(in crate::web) async fn show(visit: Visit, Query(asked): Query<Asked>) -> WebResult<Response> {
    let next = next::own(&asked.next).to_owned();
    if visit.account.is_some() {
        return Ok(See::other(next).into_response());
    }
    if visit.half.is_some() {
        return Ok(See::other(next::path_of_code(&next)).into_response());
    }
    let changed = asked.changed == "password";
    page(&visit, Shown { next, changed, ..Shown::default() }).await
}

/// The page, with a visitor's cookie for its form if there is none yet.
pub(super) async fn page(visit: &Visit, shown: Shown) -> WebResult<Response> {
    let mut view = visit.web.store.read().await?;
    let mut page = visit.chrome(&mut view, "Sign in").await?;
    let mut planted = None;
    if page.csrf.is_empty() || visit.account.is_some() {
        let visitor = csrf::fresh(&visit.web.clock)?;
        page.csrf = csrf::of_visitor(&visitor);
        planted = cookie::write(&visit.web.settings, csrf::VISITOR, &visitor, None);
    }
    let no_account = !account::any(&mut view).await?;
    let Shown { login, next, errors, wait, status, changed } = shown;
    if changed {
        let text = "The password is changed. Sign in with the new one.".to_owned();
        page.notice = Some(Notice { kind: "done", text, undo: None });
    }
    let answer = Page::new(SignIn { page, form_login: login, next, errors, no_account, wait }).status(status);
    Ok(match planted {
        Some(cookie) => answer.header(header::SET_COOKIE, cookie).into_response(),
        None => answer.into_response(),
    })
}
