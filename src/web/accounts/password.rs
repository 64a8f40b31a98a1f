//! `POST /accounts/{a}/password`.

use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::{
    role::from_the_web,
    show::{page, theirs},
};
use crate::{
    access::Administrator,
    desk::account::set_password,
    domain::{role::Role, secret::Secret},
    password,
    web::{Errors, Form, Path, See, Visit, WebResult},
};

/// What was typed.
#[derive(Deserialize)]
pub(in crate::web) struct Typed {
    password: String,
}

/// Sets somebody else's password and ends their sessions. Not that of an authorised postmaster: who sets it could be two
/// people in one.
pub(in crate::web) async fn set(
    visit: Visit,
    may: Administrator,
    Path(id): Path<i64>,
    Form(typed): Form<Typed>,
) -> WebResult<Response> {
    let new = Secret::new(typed.password);
    let mut view = visit.web.store.read().await?;
    let account = theirs(&mut view, &may, id).await?;
    drop(view);
    if let Err(unfit) = password::check(&new, &account.login, &account.email) {
        return Ok(page(&visit, &may, id, Errors::one("password", unfit.to_string())).await?.into_response());
    }
    let hash = visit.web.passwords.hash(&new).await?;
    let mut work = visit.web.store.write().await?;
    // Looked at again under the lock: the role may have come in between.
    let account = theirs(&mut work, &may, id).await?;
    if account.has(Role::AuthorisedPostmaster) {
        drop(work);
        let words = "The web does not set the password of an authorised postmaster. On the server, run postdesk account password.";
        return Ok(page(&visit, &may, id, Errors::one("", words)).await?.into_response());
    }
    set_password(&mut work, &account, &hash, &from_the_web(&visit, &may, "")).await?;
    work.commit().await?;
    visit.tell("done", format!("The password of {} is set. Their sessions have ended.", account.login)).await?;
    Ok(See::other(format!("/accounts/{id}")).into_response())
}
