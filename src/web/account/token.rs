//! `POST /account/tokens` and `/account/tokens/{id}/revoke`.

use std::time::Duration;

use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::show::page as my_account;
use crate::{
    domain::{
        event::{Actor, NewEvent, What},
        secret::Secret,
        token::{hashed, valid_name, written},
    },
    store::token,
    web::{Chrome, Errors, Form, Page, Path, See, SignedIn, Visit, WebError, WebResult, extract::WRONG},
};

/// How long a token may hold, in days.
const DAYS: std::ops::RangeInclusive<u64> = 1..=3_650;

/// What was typed.
#[derive(Deserialize)]
pub(in crate::web) struct Typed {
    name: String,
    days: String,
    own_password: String,
}

#[derive(Template)]
#[template(path = "account/token.html")]
struct Made {
    page: Chrome,
    name: String,
    token: Secret,
    ends: String,
}

/// Makes a token with my rights and shows it, this once. It cannot release from quarantine: such a one is made at the
/// shell.
pub(in crate::web) async fn add(
    visit: Visit,
    SignedIn(mine): SignedIn,
    Form(typed): Form<Typed>,
) -> WebResult<Response> {
    let name = typed.name.trim();
    let days = typed.days.trim().parse::<u64>().ok().filter(|days| DAYS.contains(days));
    let mut errors = Errors::default();
    if !valid_name(name) {
        errors.add("token-name", "Say what the token is for, in 100 characters at most.");
    }
    if days.is_none() {
        errors.add("days", "Write a number of days from 1 to 3650.");
    }
    let Some(days) = days.filter(|_| errors.is_empty()) else {
        return Ok(my_account(&visit, mine, errors).await?.into_response());
    };
    let Some(_fresh) = visit.prove(&Secret::new(typed.own_password)).await? else {
        return Ok(my_account(&visit, mine, Errors::one("token-password", WRONG)).await?.into_response());
    };
    let secret = written(&visit.web.clock.unguessable()?);
    let ends = visit.now.plus(Duration::from_hours(days * 24));
    let mut work = visit.web.store.write().await?;
    let id = token::add(&mut work, mine.id, name, &hashed(secret.expose()), false, visit.now, ends).await?;
    let actor = Actor::Account { id: mine.id, name: mine.name.clone() };
    let why = format!("token {id} ({name}) of {}, until {ends}", mine.login);
    work.event(NewEvent::new(visit.now, actor, What::TokenAdded, why));
    work.commit().await?;
    let mut view = visit.web.store.read().await?;
    let page = visit.chrome(&mut view, "The token").await?;
    let made = Made { page, name: name.to_owned(), token: secret, ends: visit.when(ends).exact };
    Ok(Page::new(made).into_response())
}

/// Revokes one of my tokens.
pub(in crate::web) async fn revoke(
    visit: Visit,
    SignedIn(mine): SignedIn,
    Path(id): Path<i64>,
    _form: Form<Vec<(String, String)>>,
) -> WebResult<See> {
    let mut work = visit.web.store.write().await?;
    if !token::revoke(&mut work, id, Some(mine.id), visit.now).await? {
        return Err(WebError::NotFound);
    }
    let actor = Actor::Account { id: mine.id, name: mine.name };
    work.event(NewEvent::new(visit.now, actor, What::TokenRevoked, format!("token {id}, by its owner")));
    work.commit().await?;
    visit.tell("done", "The token is revoked. Programs that use it are refused from now on.").await?;
    Ok(See::other("/account"))
}
