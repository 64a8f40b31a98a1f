//! `POST /accounts/{a}/state`: disable and enable.

use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::{
    proof::{change, proven},
    role::LAST,
    show::{Typed, page, theirs},
};
use crate::{
    access::Administrator,
    desk::account::set_disabled,
    store::StoreError,
    web::{Errors, Form, Path, See, Visit, WebError, WebResult, extract::WRONG},
};

/// What was sent.
#[derive(Deserialize)]
pub(in crate::web) struct Sent {
    state: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    own_password: String,
}

/// Disables or enables somebody else's account. Sessions and tokens of a disabled one end, its tickets become unowned.
pub(in crate::web) async fn set(
    visit: Visit,
    may: Administrator,
    Path(id): Path<i64>,
    Form(sent): Form<Sent>,
) -> WebResult<Response> {
    let disabled = match sent.state.as_str() {
        "disabled" => true,
        "enabled" => false,
        _ => return Err(WebError::Invalid("Choose enable or disable.".into())),
    };
    let reason = sent.reason.trim();
    let typed = Typed { state_reason: reason.to_owned(), ..Typed::default() };
    if reason.is_empty() {
        let errors = Errors::one("state-reason", "Say why in a few words.");
        return Ok(page(&visit, &may, id, typed, errors).await?.into_response());
    }
    let Some(fresh) = proven(&visit, sent.own_password).await? else {
        return Ok(page(&visit, &may, id, typed, Errors::one("state-password", WRONG)).await?.into_response());
    };
    let mut work = visit.web.store.write().await?;
    let account = theirs(&mut work, &may, id).await?;
    match set_disabled(&mut work, &account, disabled, &change(&visit, &may, &fresh, reason)).await {
        Ok(()) => {}
        Err(StoreError::Conflict) => {
            drop(work);
            return Ok(page(&visit, &may, id, typed, Errors::one("", LAST)).await?.into_response());
        }
        Err(error) => return Err(error.into()),
    }
    work.commit().await?;
    visit.tell("done", format!("The account {} is {}.", account.login, sent.state)).await?;
    Ok(See::other(format!("/accounts/{id}")).into_response())
}
