//! The door as a whole.

mod breaking;
mod every_route;
mod looking;

use axum::http::{StatusCode, header};

use super::testing::Desk;

#[tokio::test]
async fn what_is_not_there_gets_a_page_with_strict_headers() {
    let desk = Desk::new().await;
    let answer = desk.browser().get("/nothing").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.text.contains("There is nothing here"));
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    assert!(answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().starts_with("default-src 'none'"));
}

#[tokio::test]
async fn static_files_are_kept_for_ever() {
    let desk = Desk::new().await;
    let root = desk.web.assets.root().to_owned();
    let answer = desk.browser().get(&format!("{root}/js/main.js")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.headers[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
    assert_eq!(desk.browser().get(&format!("{root}/js/../js/main.js")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn health_and_figures() {
    let desk = Desk::new().await;
    let mut browser = desk.browser();
    assert_eq!(browser.get("/healthz").await.text, "ok\n");
    let ready = browser.get("/readyz").await;
    assert_eq!((ready.status, ready.text.as_str()), (StatusCode::OK, r#"{"ready":true,"culprits":[]}"#));
    let metrics = browser.get("/metrics").await.text;
    assert!(metrics.contains("postdesk_tickets{state=\"new\"} 0"), "{metrics}");
    assert!(!metrics.contains("quarantine"), "{metrics}");
}

#[tokio::test]
async fn a_live_stream_is_for_readers() {
    let desk = Desk::new().await;
    assert_eq!(desk.browser().get("/live").await.status, StatusCode::NO_CONTENT);
}
