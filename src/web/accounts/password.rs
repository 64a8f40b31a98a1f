//! `POST /accounts/{a}/password`.

use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::{
    proof::{change, proven, told},
    show::{Typed, page, theirs},
};
use crate::{
    access::Administrator,
    desk::account::set_password,
    domain::secret::Secret,
    password,
    web::{Errors, Form, Path, See, Visit, WebResult, extract::WRONG},
};

/// What was typed.
#[derive(Deserialize)]
pub(in crate::web) struct New {
    password: String,
    #[serde(default)]
    own_password: String,
}

/// Sets somebody else's password and ends their sessions; or asks for it, where it is an authorised postmaster's.
pub(in crate::web) async fn set(
    visit: Visit,
    may: Administrator,
    Path(id): Path<i64>,
    Form(typed): Form<New>,
) -> WebResult<Response> {
    let new = Secret::new(typed.password);
    let mut view = visit.web.store.read().await?;
    let account = theirs(&mut view, &may, id).await?;
    drop(view);
    if let Err(unfit) = password::check(&new, &account.login, &account.email) {
        let errors = Errors::one("password", unfit.to_string());
        return Ok(page(&visit, &may, id, Typed::default(), errors).await?.into_response());
    }
    let Some(fresh) = proven(&visit, typed.own_password).await? else {
        let errors = Errors::one("password-password", WRONG);
        return Ok(page(&visit, &may, id, Typed::default(), errors).await?.into_response());
    };
    let hash = visit.web.passwords.hash(&new).await?;
    let mut work = visit.web.store.write().await?;
    // Looked at again under the lock: the role may have come in between.
    let account = theirs(&mut work, &may, id).await?;
    let outcome = set_password(&mut work, &account, &hash, &change(&visit, &may, &fresh, "")).await?;
    work.commit().await?;
    let done = format!("The password of {} is set. Their sessions have ended.", account.login);
    let (kind, words) = told(outcome, done);
    visit.tell(kind, words).await?;
    Ok(See::other(format!("/accounts/{id}")).into_response())
}
