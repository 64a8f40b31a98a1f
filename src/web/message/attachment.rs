//! `GET /messages/{m}/attachments/{k}`: one attachment, to be saved, never opened here.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

use super::{
    disposition,
    found::{bytes, found},
};
use crate::{
    access::Reader,
    desk::open,
    web::{Path, Visit, WebError, WebResult},
};

/// The decoded bytes, whatever they call themselves, as a file without a type.
pub(in crate::web) async fn attachment(
    visit: Visit,
    _: Reader,
    Path((id, part)): Path<(i64, u32)>,
) -> WebResult<Response> {
    let place = visit.web.place().await?;
    let kept = {
        let mut view = visit.web.store.read().await?;
        let message = found(&mut view, &visit.rights, id).await?;
        bytes(&mut view, &message).await?
    };
    let limits = visit.web.settings.site.limits;
    let found = place.work(move || open::attachment(&kept, limits, part)).await?;
    let (name, content) = found.ok_or(WebError::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (header::CONTENT_DISPOSITION, disposition::attachment(&name, &format!("message-{id}-part-{part}"))),
    ];
    Ok((headers, content).into_response())
}
