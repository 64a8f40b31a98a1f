//! `POST /accounts/{a}/tokens/{t}/revoke`.

use axum::response::{IntoResponse, Response};

use super::{
    proof::{Sent, change, proven},
    show::{Typed, page, theirs},
};
use crate::{
    access::Administrator,
    desk::account::revoke_token,
    web::{Errors, Form, Path, See, Visit, WebError, WebResult, extract::WRONG},
};

/// Revokes one token of somebody else.
pub(in crate::web) async fn revoke(
    visit: Visit,
    may: Administrator,
    Path((id, token)): Path<(i64, i64)>,
    Form(sent): Form<Sent>,
) -> WebResult<Response> {
    let Some(fresh) = proven(&visit, sent.own_password).await? else {
        let typed = Typed { token, ..Typed::default() };
        let field = format!("token-{token}-password");
        return Ok(page(&visit, &may, id, typed, Errors::one(&field, WRONG)).await?.into_response());
    };
    let mut work = visit.web.store.write().await?;
    let account = theirs(&mut work, &may, id).await?;
    if !revoke_token(&mut work, &account, token, &change(&visit, &may, &fresh, &sent.reason)).await? {
        return Err(WebError::NotFound);
    }
    work.commit().await?;
    visit.tell("done", "The token is revoked. Programs that use it are refused from now on.").await?;
    Ok(See::other(format!("/accounts/{id}")).into_response())
}
