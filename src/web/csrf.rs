//! Forms that cannot be used unverified: the token of the session, or of the visitor before sign-in, is part of reading.

use axum::{
    RequestExt,
    body::Bytes,
    extract::{FromRequest, Request},
    http::{Method, header},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::StreamExt;
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

/// Bytes of a mask: no token is longer.
const MASK: usize = 48;

/// A token as one page shows it, masked anew each time. A page also holds words that strangers choose; were it compressed
/// by the proxy in front, a token that is always the same would show in the lengths, letter by letter.
pub(super) fn masked(token: &str, clock: &Clock) -> Result<String, NoEntropy> {
    if token.is_empty() {
        return Ok(String::new());
    }
    let mut shown = clock.unguessable::<MASK>()?.to_vec();
    let hidden: Vec<u8> = token.bytes().zip(shown.iter().cycle()).map(|(letter, mask)| letter ^ mask).collect();
    shown.extend(hidden);
    Ok(URL_SAFE_NO_PAD.encode(shown))
}

/// The token behind what a page showed; empty for what no page showed.
fn unmasked(shown: &str) -> Vec<u8> {
    let bytes = URL_SAFE_NO_PAD.decode(shown).unwrap_or_default();
    let Some((mask, hidden)) = bytes.split_at_checked(MASK) else { return Vec::new() };
    hidden.iter().zip(mask.iter().cycle()).map(|(letter, mask)| letter ^ mask).collect()
}

/// The body within the limit of forms. Its pieces are put together as they come: kept as they came, each of them costs
/// far more than its bytes, and a client chooses how small they are.
async fn whole(request: Request) -> WebResult<Bytes> {
    let mut pieces = request.with_limited_body().into_body().into_data_stream();
    let mut body = Vec::new();
    while let Some(piece) = pieces.next().await {
        body.extend_from_slice(&piece.map_err(|_| WebError::TooLarge)?);
    }
    Ok(body.into())
}

impl<T: DeserializeOwned> FromRequest<Web> for Form<T> {
    type Rejection = WebError;

    async fn from_request(request: Request, web: &Web) -> WebResult<Self> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::load(&mut parts, web).await?;
        let kind = parts.headers.get(header::CONTENT_TYPE).cloned();
        let body = whole(Request::from_parts(parts, body));
        let body = tokio::time::timeout(web.settings.limits.body_time, body).await.map_err(|_| WebError::TooSlow)??;
        let pairs: Vec<(String, String)> = decode(&body, kind.as_ref(), web).await?;
        let sent = pairs.iter().find(|(name, _)| name == "csrf").map_or("", |(_, value)| value.as_str());
        if visit.csrf.is_empty() || !bool::from(visit.csrf.as_bytes().ct_eq(&unmasked(sent))) {
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

#[cfg(test)]
mod tests {
    use std::{
        convert::Infallible,
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
    };

    use axum::{body::Body, http::StatusCode};

    use super::*;
    use crate::web::testing::Desk;

    /// A piece of a body that knows how many of its kind are held.
    struct Piece(Arc<AtomicUsize>);

    impl AsRef<[u8]> for Piece {
        fn as_ref(&self) -> &[u8] {
            b"a"
        }
    }

    impl Drop for Piece {
        fn drop(&mut self) {
            self.0.fetch_sub(1, Ordering::SeqCst);
        }
    }

    #[tokio::test]
    async fn a_form_in_small_pieces_is_not_kept_in_pieces() {
        let desk = Desk::new().await;
        let (held, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (of_pieces, at_most) = (Arc::clone(&held), Arc::clone(&most));
        let pieces = (0..5_000).map(move |_| {
            let now = of_pieces.fetch_add(1, Ordering::SeqCst) + 1;
            at_most.fetch_max(now, Ordering::SeqCst);
            Ok::<_, Infallible>(Bytes::from_owner(Piece(Arc::clone(&of_pieces))))
        });
        let request = Request::post("/sign-in")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from_stream(futures_util::stream::iter(pieces)));
        let answer = desk.browser().ask(request.unwrap()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "it was read, and holds no token");
        assert_eq!(held.load(Ordering::SeqCst), 0);
        assert!((1..10).contains(&most.load(Ordering::SeqCst)), "{most:?} at once");
    }
}
