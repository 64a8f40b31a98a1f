//! Puts whatever went wrong on a page, or into problem+json, and logs it once under the code that the page shows.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{Chrome, Page, Web, WebError, reference::Reference};

#[derive(Template)]
#[template(path = "errors/error.html")]
struct ErrorPage {
    page: Chrome,
    status: u16,
    title: String,
    text: String,
    href: String,
    label: String,
    reference: String,
}

/// Shows what went wrong.
pub(super) async fn errors(State(web): State<Web>, request: Request, next: Next) -> Response {
    let is_program = request.uri().path().starts_with("/api/");
    let Reference(reference) = request.extensions().get::<Reference>().cloned().unwrap_or_default();
    let mut response = next.run(request).await;
    let error = response.extensions_mut().remove::<Arc<WebError>>().or_else(|| bare(&response).map(Arc::new));
    let Some(error) = error else { return response };
    let reference = if error.status().is_server_error() {
        // Path and reference stand in the line already, by the request's span.
        tracing::error!(cause = ?error.cause(), "a request failed");
        reference
    } else {
        String::new()
    };
    let mut shown = if is_program { problem(&error, &reference) } else { page(&web, &error, reference) };
    if let WebError::Throttled(wait) = &*error {
        shown.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
    }
    if matches!(&*error, WebError::Token) {
        shown.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    for (name, value) in response.headers() {
        if name == header::SET_COOKIE || name == header::ALLOW {
            shown.headers_mut().append(name, value.clone());
        }
    }
    shown
}

/// An error that a layer or an extractor of the framework made, without a page of its own.
fn bare(response: &Response) -> Option<WebError> {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !(response.status().is_client_error() || response.status().is_server_error())
        || ["text/html", "application/json", "application/problem+json"].iter().any(|ours| kind.starts_with(ours))
    {
        return None;
    }
    Some(match response.status() {
        StatusCode::NOT_FOUND => WebError::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => WebError::Method,
        StatusCode::PAYLOAD_TOO_LARGE => WebError::TooLarge,
        StatusCode::SERVICE_UNAVAILABLE => WebError::unavailable("the request took too long"),
        status if status.is_server_error() => WebError::unexpected("a handler panicked, or the session was not saved"),
        _ => WebError::Invalid("Go back to the page and try again.".into()),
    })
}

fn page(web: &Web, error: &WebError, reference: String) -> Response {
    let (title, text) = error.words();
    let page = Chrome {
        title: title.to_owned(),
        site_name: web.settings.site.name.clone(),
        assets: web.assets.root().to_owned(),
        ..Chrome::default()
    };
    let status = error.status();
    let view = ErrorPage {
        page,
        status: status.as_u16(),
        title: title.to_owned(),
        text,
        href: "/".to_owned(),
        label: "Go to the first page".to_owned(),
        reference,
    };
    Page::new(view).status(status).into_response()
}

/// RFC 9457.
fn problem(error: &WebError, reference: &str) -> Response {
    let (title, detail) = error.words();
    let mut body = serde_json::json!({
        "type": "about:blank",
        "title": title,
        "status": error.status().as_u16(),
        "detail": detail,
    });
    if !reference.is_empty() {
        body["instance"] = format!("urn:postdesk:error:{reference}").into();
    }
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"))];
    (error.status(), kind, body.to_string()).into_response()
}
