//! What holds for every route there is, read from the router itself: a new one is held to it without a line here.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};

use super::super::testing::{Answer, Browser, Desk, ORIGIN, PASSWORD};
use crate::domain::role::Role;

/// The paths that take a method, with a number for each blank.
pub(super) fn routes(method: &str) -> Vec<String> {
    let text = include_str!("../router.rs");
    let lines = text.lines().filter_map(|line| line.trim().strip_prefix(".route(\""));
    let taken = lines.filter_map(|line| line.split_once('"')).filter(|(_, does)| does.contains(&format!("{method}(")));
    let mut paths: Vec<String> = Vec::new();
    for (path, _) in taken {
        let filled: Vec<&str> = path.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect();
        paths.push(filled.join("/"));
    }
    assert!(paths.len() > 10, "the router is read wrongly: {paths:?}");
    paths
}

pub(super) async fn everybody(desk: &Desk) -> Browser<'_> {
    desk.account("ada", &[Role::AuthorisedPostmaster, Role::Administrator]).await;
    desk.signed_in("ada").await
}

fn is_private(answer: &Answer, what: &str) {
    let of = |name: &str| answer.headers.get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
    assert_eq!(of("cache-control"), "no-store", "{what}");
    assert_eq!(of("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(of("x-frame-options"), "DENY", "{what}");
    assert_eq!(of("referrer-policy"), "same-origin", "{what}");
    assert!(of("content-security-policy").contains("frame-ancestors 'none'"), "{what}");
    assert!(of("content-security-policy").starts_with("default-src 'none'; script-src 'self'"), "{what}");
    assert_eq!(of("x-request-id").len(), 10, "{what}");
    assert!(answer.headers.get("server").is_none(), "{what} tells what it runs on");
}

#[tokio::test]
async fn no_answer_is_cached_framed_or_guessed_at() {
    let desk = Desk::new().await;
    let mut ada = everybody(&desk).await;
    let mut stranger = desk.browser();
    for path in routes("get").iter().filter(|path| !path.starts_with("/static") && *path != "/favicon.ico") {
        // A stream has no end to wait for.
        if path == "/live" {
            let stream = ada.ask_whole(path).await;
            assert_eq!(stream.headers()[header::CACHE_CONTROL], "no-store", "{path}");
            continue;
        }
        is_private(&ada.get(path).await, path);
        is_private(&stranger.get(path).await, path);
    }
    is_private(&ada.get("/no/such/page").await, "404");
    is_private(&ada.post("/tickets", &[]).await, "403");
    is_private(&ada.ask(Request::delete("/tickets").body(Body::empty()).unwrap()).await, "405");
}

/// A form of somebody's else, an old one, none at all, or from a page that a browser calls foreign: nothing happens.
#[tokio::test]
async fn no_form_is_taken_that_is_not_this_sessions() {
    let desk = Desk::new().await;
    let mut ada = everybody(&desk).await;
    desk.account("bob", &[Role::AuthorisedPostmaster, Role::Administrator]).await;
    let bobs = desk.signed_in("bob").await.get("/account").await.csrf();
    // A token that was good once, sent again after its session ended.
    let mut former = desk.signed_in("ada").await;
    let old = former.get("/account").await.csrf();
    assert_eq!(former.post("/sign-out", &[("csrf", &old)]).await.status, StatusCode::SEE_OTHER);
    let own = ada.get("/account").await.csrf();
    assert!(own.len() > 20 && own != bobs && own != old);
    // Those of a sign-in are for who has not signed in yet; the first half of one is held to the same elsewhere.
    for path in routes("post").iter().filter(|path| !path.starts_with("/sign-in")) {
        for (what, token) in [("missing", None), ("another's", Some(&bobs)), ("replayed", Some(&old))] {
            let fields: Vec<_> = token.iter().map(|token| ("csrf", token.as_str())).collect();
            let answer = ada.post(path, &fields).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} with a {what} token");
        }
        for (name, value) in [("origin", "null"), ("origin", "https://evil.test"), ("sec-fetch-site", "cross-site")] {
            let request = Request::post(path)
                .header(name, value)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(format!("csrf={own}")));
            assert_eq!(ada.ask(request.unwrap()).await.status, StatusCode::FORBIDDEN, "{path} from {name}: {value}");
        }
        // The token is asked for in a form's own encoding: no other gets by.
        let json = Request::post(path)
            .header(header::ORIGIN, ORIGIN)
            .header(header::CONTENT_TYPE, "text/plain")
            .body(Body::from(format!("csrf={own}")));
        assert!(ada.ask(json.unwrap()).await.status.is_client_error(), "{path} as text/plain");
    }
    assert_eq!(ada.get("/account").await.status, StatusCode::OK, "she is still signed in");
}

/// Session fixation: somebody's own live session, put into another's browser, is not the one they sign in to.
#[tokio::test]
async fn a_session_that_somebody_planted_is_not_taken_up() {
    let desk = Desk::new().await;
    desk.account("ada", &[Role::Reader, Role::Administrator]).await;
    desk.account("eve", &[Role::Reader]).await;
    let mut eve = desk.signed_in("eve").await;
    let planted = eve.cookies["postdesk"].clone();
    let csrf = eve.get("/account").await.csrf();
    let mut ada = desk.browser();
    ada.cookies.insert("postdesk".into(), planted.clone());
    let fields = [("csrf", csrf.as_str()), ("login", "ada"), ("password", PASSWORD), ("next", "/account")];
    let answer = ada.post("/sign-in", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    assert_eq!(ada.get("/accounts").await.status, StatusCode::OK, "she is signed in");
    assert_ne!(ada.cookies["postdesk"], planted, "under a fresh id");
    let set: Vec<_> = answer.headers.get_all(header::SET_COOKIE).iter().map(|set| set.to_str().unwrap()).collect();
    let session = set.iter().find(|set| set.starts_with("postdesk=")).unwrap();
    assert!(
        session.contains("HttpOnly") && session.contains("SameSite=Lax") && session.contains("Path=/"),
        "{session}"
    );
    assert_ne!(eve.get("/accounts").await.status, StatusCode::OK, "the planted one does not become hers");
    assert_eq!(eve.get("/account").await.status, StatusCode::SEE_OTHER, "it has ended");
}

#[tokio::test]
async fn no_path_leads_out_of_what_is_served() {
    let desk = Desk::new().await;
    let mut ada = everybody(&desk).await;
    let root = desk.web.assets.root().to_owned();
    for tail in [
        "../router.rs",
        "..%2f..%2fCargo.toml",
        "js/..%5c..%5cmain.js",
        "%2e%2e/%2e%2e/etc/passwd",
        "js/%00main.js",
        "/etc/passwd",
    ] {
        let path = format!("{root}/{tail}");
        assert_eq!(ada.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for tail in [
        "attachments/..%2f..%2fetc%2fpasswd",
        "attachments/-1",
        "attachments/1%00",
        "attachments/99999999999",
        "../../healthz/raw",
    ] {
        let path = format!("/messages/1/{tail}");
        let status = ada.get(&path).await.status;
        assert!(matches!(status, StatusCode::NOT_FOUND | StatusCode::UNPROCESSABLE_ENTITY), "{path}: {status}");
    }
    for name in ["..%2f..%2fpostdesk.toml", "acknowledgement.en%00", "....//"] {
        let path = format!("/settings/templates/{name}");
        assert_eq!(ada.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn once_a_newer_program_has_the_database_every_page_is_a_503() {
    let desk = Desk::new().await;
    let mut ada = everybody(&desk).await;
    desk.web.outdate();
    for path in ["/", "/tickets", "/account", "/api/v1/tickets", "/live", "/sign-in"] {
        assert_eq!(ada.get(path).await.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
    }
    assert_eq!(ada.post("/sign-out", &[]).await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(ada.get("/healthz").await.status, StatusCode::OK, "the process lives");
}
