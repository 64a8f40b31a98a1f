//! `POST /accounts/{a}/sessions`: all of somebody else's sessions end.

use axum::response::{IntoResponse, Response};

use super::{
    proof::{Sent, change, proven},
    show::{Typed, page, theirs},
};
use crate::{
    access::Administrator,
    desk::account::end_sessions,
    web::{Errors, Form, Path, See, Visit, WebResult, extract::WRONG},
};

/// Ends all sessions of somebody else.
pub(in crate::web) async fn end(
    visit: Visit,
    may: Administrator,
    Path(id): Path<i64>,
    Form(sent): Form<Sent>,
) -> WebResult<Response> {
    let Some(fresh) = proven(&visit, sent.own_password).await? else {
        let typed = Typed { sessions: true, ..Typed::default() };
        return Ok(page(&visit, &may, id, typed, Errors::one("sessions-password", WRONG)).await?.into_response());
    };
    let mut work = visit.web.store.write().await?;
    let account = theirs(&mut work, &may, id).await?;
    end_sessions(&mut work, &account, &change(&visit, &may, &fresh, &sent.reason)).await?;
    work.commit().await?;
    visit.tell("done", format!("All sessions of {} have ended.", account.login)).await?;
    Ok(See::other(format!("/accounts/{id}")).into_response())
}
