//! `POST /accounts/{a}/second-factor`: taken away, so that its owner sets up a new one at the next sign-in.

use axum::response::{IntoResponse, Response};

use super::{
    proof::{Sent, change, proven, told},
    show::{Typed, page, theirs},
};
use crate::{
    access::Administrator,
    desk::account::reset_second_factor,
    web::{Errors, Form, Path, See, Visit, WebResult, extract::WRONG},
};

/// Takes the second factor of somebody else away, or asks for it where it is an authorised postmaster's.
pub(in crate::web) async fn reset(
    visit: Visit,
    may: Administrator,
    Path(id): Path<i64>,
    Form(sent): Form<Sent>,
) -> WebResult<Response> {
    let typed = Typed { factor_reason: sent.reason.clone(), ..Typed::default() };
    if sent.reason.trim().is_empty() {
        let errors = Errors::one("factor-reason", "Say why in a few words.");
        return Ok(page(&visit, &may, id, typed, errors).await?.into_response());
    }
    let Some(fresh) = proven(&visit, sent.own_password).await? else {
        return Ok(page(&visit, &may, id, typed, Errors::one("factor-password", WRONG)).await?.into_response());
    };
    let mut work = visit.web.store.write().await?;
    let account = theirs(&mut work, &may, id).await?;
    let outcome = reset_second_factor(&mut work, &account, &change(&visit, &may, &fresh, &sent.reason)).await?;
    work.commit().await?;
    let done = format!("The second factor of {} is removed. Their sessions have ended.", account.login);
    let (kind, words) = told(outcome, done);
    visit.tell(kind, words).await?;
    Ok(See::other(format!("/accounts/{id}")).into_response())
}
