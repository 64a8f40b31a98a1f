//! Forms that cannot be used unverified: the token of the session, or of the visitor before sign-in, is part of reading.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{Method, header},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{Visit, Web, WebError, WebResult};
use crate::clock::{Clock, NoEntropy};

/// The cookie behind the form before sign-in.
pub(super) const VISITOR: &str = "postdesk-visitor";

/// A form of ours, verified. `T` is what serde reads from it; `Vec<(String, String)>` where a name comes several times.
#[derive(Debug)]
pub struct Form<T>(
    /// The fields.
    pub T,
);

/// An unguessable text for a cookie or a session.
pub(super) fn fresh(clock: &Clock) -> Result<String, NoEntropy> {
    Ok(URL_SAFE_NO_PAD.encode(clock.unguessable::<24>()?))
}

/// The form token that belongs to a visitor's cookie.
pub(super) fn of_visitor(cookie: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("postdesk form {cookie}")))
}

impl<T: DeserializeOwned> FromRequest<Web> for Form<T> {
    type Rejection = WebError;

    async fn from_request(request: Request, web: &Web) -> WebResult<Self> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::load(&mut parts, web).await?;
        let kind = parts.headers.get(header::CONTENT_TYPE).cloned();
        let body = Bytes::from_request(Request::from_parts(parts, body), web);
        let body = tokio::time::timeout(web.settings.limits.body_time, body).await.map_err(|_| WebError::TooSlow)?;
        let body = body.map_err(|_| WebError::TooLarge)?;
        let pairs: Vec<(String, String)> = decode(&body, kind.as_ref(), web).await?;
        let sent = pairs.iter().find(|(name, _)| name == "csrf").map_or("", |(_, value)| value.as_str());
        if visit.csrf.is_empty() || !bool::from(visit.csrf.as_bytes().ct_eq(sent.as_bytes())) {
            return Err(WebError::Foreign);
        }
        decode(&body, kind.as_ref(), web).await.map(Self)
    }
}

async fn decode<T: DeserializeOwned>(body: &Bytes, kind: Option<&axum::http::HeaderValue>, web: &Web) -> WebResult<T> {
    let mut request = Request::new(body.clone().into());
    *request.method_mut() = Method::POST;
    if let Some(kind) = kind {
        request.headers_mut().insert(header::CONTENT_TYPE, kind.clone());
    }
    let unreadable =
        |_| WebError::Invalid("A field of the form is missing or cannot be read. Open the page again.".into());
    axum::Form::<T>::from_request(request, web).await.map(|form| form.0).map_err(unreadable)
}
