//! Once a newer program has migrated the database, this one answers no page any more.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{Web, WebError};

/// What a supervisor asks still gets its answer.
const STILL: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// 503 for every page once [`Web::outdate`] was called.
pub(super) async fn refuse(State(web): State<Web>, request: Request, next: Next) -> Response {
    if web.is_outdated() && !STILL.contains(&request.uri().path()) {
        return WebError::unavailable("a newer postdesk has migrated the database").into_response();
    }
    next.run(request).await
}
