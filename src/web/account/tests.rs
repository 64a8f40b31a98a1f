//! My account as its owner sees it.

use axum::http::StatusCode;

use crate::{
    domain::role::Role,
    store::{session, token},
    web::testing::{Desk, PASSWORD},
};

#[tokio::test]
async fn a_changed_password_ends_all_sessions() {
    let desk = Desk::new().await;
    desk.account("ada", &[Role::Reader]).await;
    let mut there = desk.signed_in("ada").await;
    let mut here = desk.signed_in("ada").await;
    let new = "another long password";
    let wrong = [("current", "not it"), ("new", new), ("again", new)];
    assert_eq!(here.fill("/account", "/account/password", &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let unlike = [("current", PASSWORD), ("new", new), ("again", "something else entirely")];
    assert_eq!(here.fill("/account", "/account/password", &unlike).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let right = [("current", PASSWORD), ("new", new), ("again", new)];
    assert_eq!(here.fill("/account", "/account/password", &right).await.place(), "/sign-in?changed=password");
    assert_eq!(there.get("/account").await.place(), "/sign-in?next=/account");
    assert_eq!(here.get("/account").await.place(), "/sign-in?next=/account");
    assert_eq!(desk.browser().sign_in("ada", PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(desk.browser().sign_in("ada", new).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn sessions_and_tokens_are_revoked_by_their_owner_only() {
    let desk = Desk::new().await;
    let ada = desk.account("ada", &[Role::Reader]).await;
    desk.account("ben", &[Role::Reader]).await;
    let mut there = desk.signed_in("ada").await;
    let now = desk.clock.now();
    let number = {
        let mut view = desk.web.store.read().await.unwrap();
        session::of_account(&mut view, ada, now).await.unwrap()[0].number
    };
    let mut work = desk.web.store.write().await.unwrap();
    let id = token::add(&mut work, ada, "watch", "00", false, now, now.plus(std::time::Duration::from_hours(1)))
        .await
        .unwrap();
    work.commit().await.unwrap();

    let (end, revoke) = (format!("/account/sessions/{number}/revoke"), format!("/account/tokens/{id}/revoke"));
    let mut ben = desk.signed_in("ben").await;
    assert_eq!(ben.fill("/account", &end, &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ben.fill("/account", &revoke, &[]).await.status, StatusCode::NOT_FOUND);

    let mut here = desk.signed_in("ada").await;
    assert!(here.get("/account").await.text.contains("watch"));
    assert_eq!(here.fill("/account", &end, &[]).await.place(), "/account");
    assert_eq!(here.fill("/account", &revoke, &[]).await.place(), "/account");
    let page = here.get("/account").await.text;
    assert!(page.contains("The token is revoked.") && !page.contains("watch"), "{page}");
    assert!(!here.get("/account").await.text.contains("The token is revoked."));
    assert_eq!(there.get("/account").await.status, StatusCode::SEE_OTHER);
}
