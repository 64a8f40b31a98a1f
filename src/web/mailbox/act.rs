//! `POST /outbox/{o}/retry` and `/outbox/{o}/discard`.

use serde::Deserialize;

use super::outbox::may_see;
use crate::{
    access::Postmaster,
    desk::resend,
    store::{
        Work,
        outbox::{self, Outbound},
    },
    web::{Form, Path, See, Visit, WebError, WebResult, reason},
};

const LIST: &str = "/mailboxes";

/// The form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Why {
    reason: String,
}

/// Sends again.
pub(in crate::web) async fn retry(
    visit: Visit,
    may: Postmaster,
    Path(id): Path<i64>,
    Form(form): Form<Why>,
) -> WebResult<See> {
    let why = reason::given(&form.reason)?;
    let mut work = visit.web.store.write().await?;
    let mail = found(&visit, &mut work, id).await?;
    resend::retry(&mut work, &may, &mail, &why, visit.now).await?;
    work.commit().await?;
    visit.tell("done", format!("The mail to {} is sent again now.", crate::web::line::line(&mail.to))).await?;
    Ok(See::other(LIST))
}

/// Gives up.
pub(in crate::web) async fn discard(
    visit: Visit,
    may: Postmaster,
    Path(id): Path<i64>,
    Form(form): Form<Why>,
) -> WebResult<See> {
    let why = reason::needed(&form.reason)?;
    let mut work = visit.web.store.write().await?;
    let mail = found(&visit, &mut work, id).await?;
    resend::discard(&mut work, &may, &mail, &why, visit.now).await?;
    work.commit().await?;
    visit.tell("done", format!("The mail to {} will not be sent.", crate::web::line::line(&mail.to))).await?;
    Ok(See::other(LIST))
}

async fn found(visit: &Visit, work: &mut Work, id: i64) -> WebResult<Outbound> {
    let mail = outbox::get(work, id).await?.ok_or(WebError::NotFound)?;
    if may_see(visit, work, &mail).await? { Ok(mail) } else { Err(WebError::NotFound) }
}
