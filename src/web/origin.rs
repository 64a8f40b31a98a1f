//! Whether a change was asked for by our own page. Browsers say so themselves.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{Web, WebError};

/// Refuses unsafe requests that another site's page made. A program without a browser sends neither header; it is held
/// by the form token, which it can only have from us.
pub(super) async fn check(State(web): State<Web>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || is_ours(request.headers(), &web.settings.public_url) {
        return next.run(request).await;
    }
    WebError::Foreign.into_response()
}

fn is_ours(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let site_fits = text("sec-fetch-site").is_none_or(|site| matches!(site, "same-origin" | "none"));
    let origin_fits = text(header::ORIGIN.as_str()).is_none_or(|origin| origin.eq_ignore_ascii_case(public_url));
    site_fits && origin_fits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(pairs: &[(&'static str, &str)]) -> bool {
        let headers = pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        is_ours(&headers, "https://desk.college.test")
    }

    #[test]
    fn only_our_own_pages() {
        assert!(ours(&[]));
        assert!(ours(&[("origin", "https://desk.college.test"), ("sec-fetch-site", "same-origin")]));
        assert!(!ours(&[("origin", "https://evil.test")]));
        assert!(!ours(&[("origin", "null")]));
        assert!(!ours(&[("origin", "http://desk.college.test")]));
        assert!(!ours(&[("sec-fetch-site", "cross-site")]));
        assert!(!ours(&[("sec-fetch-site", "same-site"), ("origin", "https://desk.college.test")]));
    }
}
