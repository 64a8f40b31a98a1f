//! Accounts as administrators see them.

use axum::http::StatusCode;

use crate::{
    domain::role::Role,
    store::{account, token},
    web::testing::{Desk, PASSWORD},
};

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
    let person = [("login", "ida"), ("name", "Ida Wells"), ("email", "ida@college.test"), ("password", PASSWORD)];
    let fields = [&person[..], &[("roles", "reader"), ("roles", "postmaster")]].concat();
    let made = root.fill("/accounts", "/accounts", &fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    assert_eq!(root.fill("/accounts", "/accounts", &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let grand = [&person[..], &[("roles", "authorised_postmaster")]].concat();
    let refused = root.fill("/accounts", "/accounts", &grand).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("postdesk account roles") && !refused.text.contains(PASSWORD));
    desk.signed_in("ida").await;
}

#[tokio::test]
async fn one_person_cannot_become_two() {
    let desk = Desk::new().await;
    let root = desk.account("root", &[Role::Administrator]).await;
    let ada = desk.account("ada", &[Role::AuthorisedPostmaster]).await;
    let ben = desk.account("ben", &[Role::Reader]).await;
    let mut browser = desk.signed_in("root").await;
    let grant = [("roles", "authorised_postmaster"), ("reason", "because")];
    let page = format!("/accounts/{ben}");
    assert_eq!(browser.fill(&page, &format!("{page}/roles"), &grant).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(roles(&desk, ben).await, [Role::Reader]);
    let password = [("password", "a new long password")];
    let set = browser.fill(&page, &format!("/accounts/{ada}/password"), &password).await;
    assert_eq!(set.status, StatusCode::UNPROCESSABLE_ENTITY);
    let own = browser.fill(&page, &format!("/accounts/{root}/roles"), &grant).await;
    assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(roles(&desk, root).await, [Role::Administrator]);
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
    let done = root.fill(&page, &format!("{page}/state"), &[("state", "disabled"), ("reason", "left")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert_eq!(browser.get("/account").await.status, StatusCode::SEE_OTHER);
    let mut view = desk.web.store.read().await.unwrap();
    assert!(token::by_hash(&mut view, "00", now).await.unwrap().is_none());
}
