//! `GET /messages/{m}/raw`: the bytes as received.

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};

use super::{
    disposition,
    found::{bytes, found, is_partial},
};
use crate::{
    access::Reader,
    desk::open,
    store::{View, message, message::Message, sighting},
    web::{Path, Sighted, Visit, WebError, WebResult},
};

/// The bytes, to be saved, never shown. One that was too large to keep comes from the server that still has it.
pub(in crate::web) async fn raw(visit: Visit, _: Reader, Path(id): Path<i64>) -> WebResult<Response> {
    let mut view = visit.web.store.read().await?;
    let message = found(&mut view, &visit.rights, id).await?;
    let kept = bytes(&mut view, &message).await?;
    let site = &visit.web.settings.site;
    let named = visit.account.as_ref().is_some_and(|account| site.protects(&account.login));
    if !named && is_sealed(&visit, &mut view, id, &kept).await? {
        return Err(WebError::Forbidden);
    }
    if !is_partial(&message, &kept) {
        return Ok((headers(&message), kept).into_response());
    }
    let seen = sighting::of_message(&mut view, id).await?;
    drop(view);
    let (uidvalidity, uid) = seen.ok_or(WebError::NotFound)?;
    let pieces = visit.web.raw.open(Sighted { mailbox: message.mailbox, uidvalidity, uid }).await;
    let pieces = pieces.map_err(|why| {
        WebError::Invalid(format!("The message cannot be had from its server: {why} Its header is kept and shown."))
    })?;
    Ok((headers(&message), Body::from_stream(pieces_of(pieces))).into_response())
}

/// Whether the message, by its reading or by its bytes, concerns the sexual abuse of children.
async fn is_sealed(visit: &Visit, view: &mut View, id: i64, kept: &[u8]) -> WebResult<bool> {
    let read = message::reading(view, id).await?.and_then(|reading| reading.feedback);
    Ok(read.is_some_and(|feedback| feedback.sealed) || open::is_sealed(kept, visit.web.settings.site.limits))
}

fn pieces_of(pieces: crate::web::Pieces) -> impl futures_util::Stream<Item = Result<Vec<u8>, std::io::Error>> {
    use futures_util::TryStreamExt;
    pieces.map_err(|why| {
        tracing::warn!(error = why, "a message could not be fetched to its end");
        std::io::Error::other(why)
    })
}

fn headers(message: &Message) -> [(HeaderName, HeaderValue); 2] {
    let name = format!("message-{}.eml", message.id);
    [
        (header::CONTENT_TYPE, HeaderValue::from_static("message/rfc822")),
        (header::CONTENT_DISPOSITION, disposition::attachment(&name, &name)),
    ]
}
