//! `GET /messages/{m}/html`: the HTML form of a mail, made inert, for the sandboxed frame on its page.

use axum::response::{IntoResponse, Response};

use super::found::{bytes, found};
use crate::{
    access::Reader,
    desk::open,
    mail::sanitise::sanitise,
    web::{Path, Visit, WebError, WebResult, mail_body_headers},
};

/// The inert document with its own policy.
pub(in crate::web) async fn body(visit: Visit, _: Reader, Path(id): Path<i64>) -> WebResult<Response> {
    let place = visit.web.place().await?;
    let kept = {
        let mut view = visit.web.store.read().await?;
        let message = found(&mut view, &visit.rights, id).await?;
        bytes(&mut view, &message).await?
    };
    let limits = visit.web.settings.site.limits;
    let html = place.work(move || open::html(&kept, limits, |html, image| sanitise(html, image))).await?;
    Ok((mail_body_headers(), html.ok_or(WebError::NotFound)?).into_response())
}
