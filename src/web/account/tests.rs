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

#[tokio::test]
async fn a_token_is_made_with_the_password_and_shown_once() {
    let desk = Desk::new().await;
    let ada = desk.account("ada", &[Role::Reader]).await;
    let mut here = desk.signed_in("ada").await;
    for (name, days, password) in
        [("", "30", PASSWORD), ("watch", "0", PASSWORD), ("watch", "x", PASSWORD), ("watch", "30", "wrong")]
    {
        let fields = [("name", name), ("days", days), ("own_password", password)];
        let refused = here.fill("/account", "/account/tokens", &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name} {days} {password}");
    }
    let fields = [("name", "watch"), ("days", "30"), ("own_password", PASSWORD)];
    let made = here.fill("/account", "/account/tokens", &fields).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    let token = format!("pdk_{}", made.text.split_once("pdk_").unwrap().1.split_once('<').unwrap().0);
    assert!(!here.get("/account").await.text.contains(&token), "once");
    let request = axum::http::Request::get("/api/v1/tickets").header("authorization", format!("Bearer {token}"));
    let answer = desk.browser().ask(request.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let mut view = desk.web.store.read().await.unwrap();
    let kept = token::list(&mut view, Some(ada)).await.unwrap();
    let day = 24 * 3_600_000;
    assert_eq!((kept.len(), kept[0].may_release, kept[0].expires_at - kept[0].created_at), (1, false, 30 * day));
    let events = desk.events().await;
    assert!(events.iter().all(|(_, why)| !why.contains(&token)), "{events:?}");
}

#[tokio::test]
async fn a_half_sign_in_is_listed_as_one() {
    let desk = Desk::new().await;
    let ada = desk.account("ada", &[Role::Reader]).await;
    let key = crate::domain::second_factor::Key::new([7; 20]);
    let mut work = desk.web.store.write().await.unwrap();
    crate::store::second_factor::enrol(&mut work, ada, &key, 0, desk.clock.now()).await.unwrap();
    work.commit().await.unwrap();
    let mut here = desk.seated("ada", true).await;
    assert!(!here.get("/account").await.text.contains("has typed the password"));
    desk.browser().sign_in("ada", PASSWORD).await;
    assert!(here.get("/account").await.text.contains("has typed the password, not the code"));
}
