//! Accounts as administrators see them.

use std::time::Duration;

use axum::http::StatusCode;

use crate::{
    domain::role::Role,
    store::{account, token},
    web::testing::{Desk, PASSWORD},
};

const OWN: (&str, &str) = ("own_password", PASSWORD);
const NEW: &str = "another long password";

async fn roles(desk: &Desk, id: i64) -> Vec<Role> {
    let mut view = desk.web.store.read().await.unwrap();
    account::get(&mut view, id).await.unwrap().unwrap().roles
}

#[tokio::test]
async fn only_administrators_get_here() {
    let desk = Desk::new().await;
    let id = desk.account("ada", &[Role::AuthorisedPostmaster]).await;
    let mut ada = desk.signed_in("ada").await;
    let there = ada.get(&format!("/accounts/{id}")).await;
    let nowhere = ada.get("/accounts/999").await;
    assert_eq!((there.status, nowhere.status), (StatusCode::FORBIDDEN, StatusCode::FORBIDDEN));
    assert_eq!(there.text, nowhere.text);
    assert_eq!(desk.browser().get("/accounts").await.place(), "/sign-in?next=/accounts");
}

#[tokio::test]
async fn an_account_is_made_and_used() {
    let desk = Desk::new().await;
    desk.account("root", &[Role::Administrator]).await;
    let mut root = desk.signed_in("root").await;
    let person = [("login", "ida"), ("name", "Ida Wells"), ("email", "ida@college.test"), ("password", NEW), OWN];
    let fields = [&person[..], &[("roles", "reader"), ("roles", "postmaster")]].concat();
    let made = root.fill("/accounts", "/accounts", &fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    assert_eq!(root.fill("/accounts", "/accounts", &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(desk.browser().sign_in("ida", NEW).await.status, StatusCode::SEE_OTHER);
}

/// Every act on another's account, with what it needs beside the administrator's own password.
fn acts(id: i64, token: i64) -> Vec<(String, Vec<(&'static str, &'static str)>)> {
    let path = |act: &str| format!("/accounts/{id}/{act}");
    vec![
        (path("roles"), vec![("roles", "postmaster"), ("reason", "because")]),
        (path("password"), vec![("password", NEW)]),
        (path("second-factor"), vec![("reason", "lost")]),
        (path("sessions"), vec![]),
        (path(&format!("tokens/{token}/revoke")), vec![]),
        (path("state"), vec![("state", "disabled"), ("reason", "left")]),
        (path("state"), vec![("state", "enabled"), ("reason", "is back")]),
    ]
}

#[tokio::test]
async fn every_act_asks_for_the_password_again() {
    let desk = Desk::new().await;
    desk.account("root", &[Role::Administrator]).await;
    let ben = desk.account("ben", &[Role::Reader]).await;
    let now = desk.clock.now();
    let mut work = desk.web.store.write().await.unwrap();
    let token = token::add(&mut work, ben, "x", "00", false, now, now.plus(Duration::from_hours(1))).await.unwrap();
    work.commit().await.unwrap();
    let mut root = desk.signed_in("root").await;
    let page = format!("/accounts/{ben}");
    let before = desk.events().await;
    for (path, fields) in acts(ben, token) {
        for wrong in [&[][..], &[("own_password", "not the password")]] {
            let refused = root.fill(&page, &path, &[&fields[..], wrong].concat()).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
            assert!(refused.text.contains("This is not your password"), "{path}: {}", refused.text);
            desk.clock.turn_by(Duration::from_mins(16));
        }
    }
    let add =
        [("login", "eve"), ("name", "Eve"), ("email", "eve@college.test"), ("password", NEW), ("roles", "reader")];
    assert_eq!(root.fill("/accounts", "/accounts", &add).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(desk.events().await, before, "nothing happened");
    desk.clock.turn_by(Duration::from_mins(16));
    for (path, fields) in acts(ben, token) {
        let done = root.fill(&page, &path, &[&fields[..], &[OWN]].concat()).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{path}: {}", done.text);
    }
    assert_eq!(roles(&desk, ben).await, [Role::Postmaster]);
    assert_eq!(desk.events().await.len(), before.len() + 7);
}

#[tokio::test]
async fn tries_at_the_own_password_are_delayed() {
    let desk = Desk::new().await;
    desk.account("root", &[Role::Administrator]).await;
    let ben = desk.account("ben", &[Role::Reader]).await;
    let mut root = desk.signed_in("root").await;
    let (page, path) = (format!("/accounts/{ben}"), format!("/accounts/{ben}/sessions"));
    for _ in 0..5 {
        let wrong = [("own_password", "not the password")];
        assert_eq!(root.fill(&page, &path, &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(root.fill(&page, &path, &[OWN]).await.status, StatusCode::TOO_MANY_REQUESTS);
    desk.clock.turn_by(Duration::from_secs(2));
    assert_eq!(root.fill(&page, &path, &[OWN]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn nobody_changes_their_own_account_here() {
    let desk = Desk::new().await;
    let root = desk.account("root", &[Role::Administrator]).await;
    desk.account("rex", &[Role::Administrator]).await;
    let mut browser = desk.signed_in("root").await;
    let before = desk.events().await;
    for (path, fields) in acts(root, 1) {
        let refused = browser.fill("/accounts", &path, &[&fields[..], &[OWN]].concat()).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert!(refused.text.contains("your own account"), "{path}: {}", refused.text);
    }
    assert_eq!(desk.events().await, before, "nothing happened");
}

#[tokio::test]
async fn a_disabled_account_ends_at_once() {
    let desk = Desk::new().await;
    desk.account("root", &[Role::Administrator]).await;
    let ben = desk.account("ben", &[Role::Postmaster]).await;
    let now = desk.clock.now();
    let mut work = desk.web.store.write().await.unwrap();
    token::add(&mut work, ben, "x", "00", false, now, now.plus(std::time::Duration::from_hours(1))).await.unwrap();
    work.commit().await.unwrap();
    let mut browser = desk.signed_in("ben").await;
    let mut root = desk.signed_in("root").await;
    let page = format!("/accounts/{ben}");
    let done = root.fill(&page, &format!("{page}/state"), &[("state", "disabled"), ("reason", "left"), OWN]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert_eq!(browser.get("/account").await.status, StatusCode::SEE_OTHER);
    let mut view = desk.web.store.read().await.unwrap();
    assert!(token::by_hash(&mut view, "00", now).await.unwrap().is_none());
}
