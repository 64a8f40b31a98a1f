//! The reference of a request: in its answer's header, on the page of an error, and in every line of the log about it.

use std::fmt::Write;

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use tracing::Instrument;

use super::Web;

/// The header of every answer.
pub(super) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Ten hexadecimal digits. Ours, always: what a client sends in the header would be its words in our log.
#[derive(Clone, Debug, Default)]
pub(super) struct Reference(pub(super) String);

/// Gives the request its reference.
pub(super) async fn give(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let bytes = web.clock.unguessable::<5>().unwrap_or_default();
    let text = bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    let span =
        tracing::error_span!("request", reference = text, method = %request.method(), path = request.uri().path());
    request.extensions_mut().insert(Reference(text.clone()));
    let mut response = next.run(request).instrument(span).await;
    if let Ok(value) = HeaderValue::try_from(text) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}
