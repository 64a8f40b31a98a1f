//! `/account/second-factor`: set up, replaced and taken away by its owner.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::show::page as my_account;
use crate::{
    desk::second_factor::{self, New},
    domain::{account::Account, second_factor::Key, secret::Secret},
    web::{
        Chrome, Errors, Form, Page, See, SignedIn, Visit, WebResult,
        extract::{FIELD, WRONG, owes_factor},
        second_factor::{KeyShown, codes_page, fresh_codes, pending, shown},
        session,
    },
};

#[derive(Template)]
#[template(path = "account/second_factor.html")]
struct SetUp {
    page: Chrome,
    replaces: bool,
    key: KeyShown,
    errors: Errors,
}

/// What was typed to set it up.
#[derive(Deserialize)]
pub(in crate::web) struct Typed {
    code: String,
    own_password: String,
}

/// What was typed for an act that needs the password only.
#[derive(Deserialize)]
pub(in crate::web) struct Proof {
    own_password: String,
}

/// A key to set up.
pub(in crate::web) async fn show(visit: Visit, SignedIn(mine): SignedIn) -> WebResult<Response> {
    let Some(key) = pending(&visit, true).await? else { return Ok(See::other("/account").into_response()) };
    page(&visit, &mine, &key, Errors::default()).await
}

async fn page(visit: &Visit, mine: &Account, key: &Key, errors: Errors) -> WebResult<Response> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut view = visit.web.store.read().await?;
    let page = visit.chrome(&mut view, "Set up a second factor").await?;
    let set_up = SetUp { page, replaces: mine.second_factor, key: shown(visit, key, &mine.login)?, errors };
    Ok(Page::new(set_up).status(status).into_response())
}

/// Sets it up, or replaces the one there is. All other sessions end.
pub(in crate::web) async fn set(
    visit: Visit,
    SignedIn(mine): SignedIn,
    Form(typed): Form<Typed>,
) -> WebResult<Response> {
    let (code, password) = (Secret::new(typed.code), Secret::new(typed.own_password));
    let Some(key) = pending(&visit, false).await? else {
        return Ok(See::other("/account/second-factor").into_response());
    };
    let Some(step) = key.step_of(code.expose(), visit.now) else {
        let words = "The code does not fit the key. Wait for the next one, and look at the clock of your telephone.";
        return page(&visit, &mine, &key, Errors::one("code", words)).await;
    };
    let Some(fresh) = visit.prove(&password).await? else {
        return page(&visit, &mine, &key, Errors::one(FIELD, WRONG)).await;
    };
    let codes = fresh_codes(&visit)?;
    let here = visit.session.id().map(|id| session::hashed(&id));
    let new = New { key: &key, step, codes: &codes, but: here.as_deref() };
    let mut work = visit.web.store.write().await?;
    second_factor::replace(&mut work, &mine, &fresh, new, visit.now).await?;
    work.commit().await?;
    visit.session.remove_value(session::ENROLMENT).await?;
    visit.session.insert(session::FACTOR, true).await?;
    visit.session.cycle_id().await?;
    let mut view = visit.web.store.read().await?;
    codes_page(&visit, &mut view, &codes, true, "/account").await
}

/// Makes new recovery codes and shows them.
pub(in crate::web) async fn renew_codes(
    visit: Visit,
    SignedIn(mine): SignedIn,
    Form(typed): Form<Proof>,
) -> WebResult<Response> {
    if !mine.second_factor {
        return Ok(See::other("/account").into_response());
    }
    let Some(fresh) = visit.prove(&Secret::new(typed.own_password)).await? else {
        return Ok(my_account(&visit, mine, Errors::one("codes-password", WRONG)).await?.into_response());
    };
    let codes = fresh_codes(&visit)?;
    let mut work = visit.web.store.write().await?;
    second_factor::renew_codes(&mut work, &mine, &fresh, &codes, visit.now).await?;
    work.commit().await?;
    let mut view = visit.web.store.read().await?;
    codes_page(&visit, &mut view, &codes, false, "/account").await
}

/// Takes it away, where it is not required.
pub(in crate::web) async fn remove(
    visit: Visit,
    SignedIn(mine): SignedIn,
    Form(typed): Form<Proof>,
) -> WebResult<Response> {
    let without = Account { second_factor: false, ..mine.clone() };
    if owes_factor(&without, false, &visit.web) {
        let words = "Your roles need a second factor. Replace it instead.";
        return Ok(my_account(&visit, mine, Errors::one("", words)).await?.into_response());
    }
    let Some(fresh) = visit.prove(&Secret::new(typed.own_password)).await? else {
        return Ok(my_account(&visit, mine, Errors::one("removal-password", WRONG)).await?.into_response());
    };
    let mut work = visit.web.store.write().await?;
    second_factor::remove(&mut work, &mine, &fresh, visit.now).await?;
    work.commit().await?;
    visit.tell("done", "The second factor is removed. You sign in with your password alone.").await?;
    Ok(See::other("/account").into_response())
}
