//! Strict headers on every answer. What a page may load is what we serve ourselves, and nothing inline.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

/// The policy of every page.
const PAGE: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                    frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The policy of a mail's HTML body: an opaque origin in our own frame, which loads nothing, runs nothing, styles nothing,
/// submits nothing. Inline images come as `data:`.
const MAIL_BODY: &str = "sandbox; default-src 'none'; img-src data:; style-src 'none'; form-action 'none'; \
                         base-uri 'none'; frame-ancestors 'self'";

const PERMISSIONS: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
                           magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), usb=()";

const EVERYWHERE: [(HeaderName, &str); 8] = [
    (header::CONTENT_SECURITY_POLICY, PAGE),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS),
    // Nothing of ours is for a shared cache or the disk, but the static files, which say so themselves.
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
];

/// Puts the headers on an answer that does not have its own.
pub(super) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    dress(response.headers_mut());
    response
}

fn dress(headers: &mut HeaderMap) {
    for (name, value) in EVERYWHERE {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::X_FRAME_OPTIONS)
        && headers.get(header::CONTENT_SECURITY_POLICY).is_some_and(|p| p == PAGE)
    {
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
}

/// The headers of a mail's HTML body, for the one handler that serves it.
#[must_use]
pub fn mail_body_headers() -> [(HeaderName, HeaderValue); 2] {
    [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(MAIL_BODY)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(mut headers: HeaderMap) -> Vec<String> {
        dress(&mut headers);
        headers.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect()
    }

    #[test]
    fn a_page_may_load_what_we_serve_and_nothing_inline() {
        let headers = of(HeaderMap::new());
        let policy = "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        for wanted in [
            policy,
            "referrer-policy: same-origin",
            "x-content-type-options: nosniff",
            "x-frame-options: DENY",
            "cross-origin-opener-policy: same-origin",
            "cross-origin-resource-policy: same-origin",
            "cache-control: no-store",
        ] {
            assert!(headers.iter().any(|header| header == wanted), "{wanted} is not in {headers:#?}");
        }
        assert!(!headers.iter().any(|header| header.contains("unsafe")), "{headers:#?}");
    }

    #[test]
    fn a_mail_body_keeps_its_own_sandbox() {
        let headers = of(mail_body_headers().into_iter().collect());
        let policy = "content-security-policy: sandbox; default-src 'none'; img-src data:; style-src 'none'; \
                      form-action 'none'; base-uri 'none'; frame-ancestors 'self'";
        assert!(headers.iter().any(|header| header == policy), "{headers:#?}");
        assert!(!headers.iter().any(|header| header.starts_with("x-frame-options")), "{headers:#?}");
        assert!(headers.iter().any(|header| header == "x-content-type-options: nosniff"));
    }
}
