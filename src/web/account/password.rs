//! `POST /account/password`.

use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::show::page;
use crate::{
    domain::{
        event::{Actor, NewEvent, What},
        secret::Secret,
    },
    password,
    store::{account, session},
    web::{Errors, Form, See, SignedIn, Visit, WebResult},
};

/// What was typed.
#[derive(Deserialize)]
pub(in crate::web) struct Typed {
    current: String,
    new: String,
    again: String,
}

/// Changes my password and ends all my sessions.
pub(in crate::web) async fn change(
    visit: Visit,
    SignedIn(mine): SignedIn,
    Form(typed): Form<Typed>,
) -> WebResult<Response> {
    let (current, new) = (Secret::new(typed.current), Secret::new(typed.new));
    let mut errors = Errors::default();
    if new.expose() != Secret::new(typed.again).expose() {
        errors.add("again", "The two new passwords are not the same.");
    }
    if let Err(unfit) = password::check(&new, &mine.login, &mine.email) {
        errors.add("new", unfit.to_string());
    }
    if !errors.is_empty() {
        return Ok(page(&visit, mine, errors).await?.into_response());
    }
    if visit.prove(&current).await?.is_none() {
        return Ok(page(&visit, mine, Errors::one("current", "This is not your password now.")).await?.into_response());
    }
    let hash = visit.web.passwords.hash(&new).await?;
    let mut work = visit.web.store.write().await?;
    account::set_password_hash(&mut work, mine.id, &hash, true, visit.now).await?;
    session::end_all(&mut work, mine.id, None).await?;
    let actor = Actor::Account { id: mine.id, name: mine.name };
    work.event(NewEvent::new(visit.now, actor, What::PasswordChanged, "their own; all sessions ended"));
    work.commit().await?;
    visit.session.flush().await?;
    Ok(See::other("/sign-in?changed=password").into_response())
}
