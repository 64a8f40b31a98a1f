//! One person cannot become two (contract: accounts and rights).

use std::time::Duration;

use axum::http::StatusCode;

use crate::{
    access::{NotYet, fresh},
    domain::{event::What, role::Role},
    store::{account, confirmation},
    web::{
        extract::testing::rights_of,
        testing::{Answer, Browser, Desk, PASSWORD},
    },
};

const NEW: &str = "another long password";
const DAY: Duration = Duration::from_hours(24);

/// An administrator, two authorised postmasters, one who is both, and a postmaster.
async fn desk() -> Desk {
    let desk = Desk::new().await;
    desk.account("root", &[Role::Administrator]).await;
    desk.account("quinn", &[Role::AuthorisedPostmaster]).await;
    desk.account("quentin", &[Role::AuthorisedPostmaster]).await;
    desk.account("both", &[Role::AuthorisedPostmaster, Role::Administrator]).await;
    desk.account("pat", &[Role::Postmaster]).await;
    desk
}

async fn account(desk: &Desk, login: &str) -> crate::domain::account::Account {
    let mut view = desk.web.store.read().await.unwrap();
    account::by_login(&mut view, login).await.unwrap().unwrap()
}

/// The newest thing that waits.
async fn waiting(desk: &Desk) -> Option<i64> {
    let mut view = desk.web.store.read().await.unwrap();
    confirmation::waiting(&mut view, None).await.unwrap().last().map(|found| found.id)
}

async fn act(desk: &Desk, by: &mut Browser<'_>, login: &str, act: &str, fields: &[(&str, &str)]) -> Answer {
    let id = account(desk, login).await.id;
    let page = format!("/accounts/{id}");
    let all = [fields, &[("reason", "because"), ("own_password", PASSWORD)]].concat();
    by.fill(&page, &format!("{page}/{act}"), &all).await
}

const GRANT: &[(&str, &str)] = &[("roles", "postmaster"), ("roles", "authorised_postmaster")];

async fn decide(by: &mut Browser<'_>, id: i64, decision: &str) -> Answer {
    let fields = [("decision", decision), ("reason", "asked them"), ("own_password", PASSWORD)];
    by.fill("/confirmations", &format!("/confirmations/{id}/decision"), &fields).await
}

#[tokio::test]
async fn a_role_is_given_when_another_confirms_and_consents_begin_a_day_later() {
    let desk = desk().await;
    let mut root = desk.signed_in("root").await;
    let asked = act(&desk, &mut root, "pat", "roles", GRANT).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.text);
    assert_eq!(account(&desk, "pat").await.roles, [Role::Postmaster], "not yet");
    let page = root.get(asked.place()).await.text;
    assert!(page.contains("Waits for another authorised postmaster:"), "{page}");

    let mut quinn = desk.signed_in("quinn").await;
    let today = quinn.get("/").await.text;
    assert!(today.contains("Waits for a confirmation: the role of authorised postmaster for pat."), "{today}");
    assert!(today.contains("asked for a confirmation"), "an event they all see: {today}");
    let mut pat = desk.signed_in("pat").await;
    assert!(!pat.get("/").await.text.contains("confirmation"), "of no concern to others");
    let id = waiting(&desk).await.unwrap();
    let done = decide(&mut quinn, id, "confirm").await;
    assert_eq!(done.place(), "/confirmations", "{}", done.text);
    assert!(account(&desk, "pat").await.has(Role::AuthorisedPostmaster));
    assert_eq!(pat.get("/tickets").await.status, StatusCode::SEE_OTHER, "pat signs in again");
    assert!(desk.signed_in("quentin").await.get("/").await.text.contains("<b>quinn</b> confirmed"));

    let now = desk.clock.now();
    let rights = rights_of(&desk.web, "pat").await;
    let may = rights.authorised_postmaster().unwrap();
    let proof = fresh(may.account_id());
    assert_eq!(may.consent(&proof, now.plus(DAY).minus(Duration::from_millis(1))), Err(NotYet(now.plus(DAY))));
    assert!(may.consent(&proof, now.plus(DAY)).is_ok());
    assert_eq!(decide(&mut quinn, id, "confirm").await.status, StatusCode::CONFLICT, "once");
}

#[tokio::test]
async fn neither_asker_nor_target_nor_whoever_is_new_confirms() {
    let desk = desk().await;
    let mut both = desk.signed_in("both").await;
    act(&desk, &mut both, "pat", "roles", GRANT).await;
    let id = waiting(&desk).await.unwrap();
    let own = decide(&mut both, id, "confirm").await;
    assert_eq!(own.status, StatusCode::CONFLICT);
    assert!(own.text.contains("omebody else has to confirm this"), "{}", own.text);
    let mut quinn = desk.signed_in("quinn").await;
    decide(&mut quinn, id, "confirm").await;

    // Pat was confirmed a moment ago, and is not yet one who confirms others.
    let mut root = desk.signed_in("root").await;
    act(&desk, &mut root, "quinn", "password", &[("password", NEW)]).await;
    let id = waiting(&desk).await.unwrap();
    let mut pat = desk.signed_in("pat").await;
    let early = decide(&mut pat, id, "confirm").await;
    assert_eq!(early.status, StatusCode::CONFLICT);
    assert!(early.text.contains("You give consents, releases and confirmations from"), "{}", early.text);
    assert_eq!(decide(&mut quinn, id, "confirm").await.status, StatusCode::CONFLICT, "about themselves");
    assert_eq!(decide(&mut quinn, id, "refuse").await.place(), "/confirmations", "but they may refuse it");
    assert_eq!(waiting(&desk).await, None);
    desk.signed_in("quinn").await;
}

#[tokio::test]
async fn a_detour_over_accounts_of_ones_own_does_not_help() {
    let desk = desk().await;
    // An administrator and authorised postmaster makes an administrator of their own …
    let mut both = desk.signed_in("both").await;
    let person = [("login", "puppet"), ("name", "Puppet"), ("email", "p@college.test"), ("password", NEW)];
    let fields = [&person[..], &[("roles", "administrator"), ("own_password", PASSWORD)]].concat();
    assert_eq!(both.fill("/accounts", "/accounts", &fields).await.status, StatusCode::SEE_OTHER);
    // … as which they ask for a second authorised postmaster …
    let mut puppet = desk.browser();
    assert_eq!(puppet.sign_in("puppet", NEW).await.status, StatusCode::SEE_OTHER);
    let page = format!("/accounts/{}", account(&desk, "pat").await.id);
    let grant = [GRANT, &[("reason", "x"), ("own_password", NEW)]].concat();
    assert_eq!(puppet.fill(&page, &format!("{page}/roles"), &grant).await.status, StatusCode::SEE_OTHER);
    // … and confirm it as themselves.
    let id = waiting(&desk).await.unwrap();
    assert_eq!(decide(&mut both, id, "confirm").await.status, StatusCode::CONFLICT);
    assert!(both.get("/confirmations").await.text.contains("one that you made"));
    assert_eq!(account(&desk, "pat").await.roles, [Role::Postmaster]);
    assert_eq!(decide(&mut desk.signed_in("quinn").await, id, "confirm").await.place(), "/confirmations");
}

#[tokio::test]
async fn a_password_that_somebody_else_sets_waits() {
    let desk = desk().await;
    let mut root = desk.signed_in("root").await;
    let mut quinn = desk.signed_in("quinn").await;
    let set = act(&desk, &mut root, "quinn", "password", &[("password", NEW)]).await;
    assert_eq!(set.status, StatusCode::SEE_OTHER);
    assert_eq!(quinn.get("/account").await.status, StatusCode::OK, "nothing has ended");
    assert_eq!(desk.browser().sign_in("quinn", NEW).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let id = waiting(&desk).await.unwrap();
    decide(&mut desk.signed_in("quentin").await, id, "confirm").await;
    assert_eq!(quinn.get("/account").await.status, StatusCode::SEE_OTHER);
    assert_eq!(desk.browser().sign_in("quinn", NEW).await.status, StatusCode::SEE_OTHER);
    assert_eq!(account(&desk, "quinn").await.authorised_from, desk.clock.now().plus(DAY));
    let text: Vec<String> = desk.events().await.into_iter().map(|(_, why)| why).collect();
    assert!(!text.iter().any(|why| why.contains("argon2") || why.contains(NEW)), "{text:?}");
}

#[tokio::test]
async fn so_does_the_removal_of_a_second_factor() {
    let desk = desk().await;
    let quinn = account(&desk, "quinn").await;
    let key = crate::domain::second_factor::Key::new([7; 20]);
    let mut work = desk.web.store.write().await.unwrap();
    crate::store::second_factor::enrol(&mut work, quinn.id, &key, 0, desk.clock.now()).await.unwrap();
    work.commit().await.unwrap();
    act(&desk, &mut desk.signed_in("root").await, "quinn", "second-factor", &[]).await;
    assert!(account(&desk, "quinn").await.second_factor, "not yet");
    let id = waiting(&desk).await.unwrap();
    decide(&mut desk.signed_in("quentin").await, id, "confirm").await;
    let quinn = account(&desk, "quinn").await;
    assert_eq!((quinn.second_factor, quinn.authorised_from), (false, desk.clock.now().plus(DAY)));
}

#[tokio::test]
async fn who_is_about_to_be_authorised_is_guarded_like_who_is() {
    let desk = desk().await;
    let mut root = desk.signed_in("root").await;
    act(&desk, &mut root, "pat", "roles", GRANT).await;
    act(&desk, &mut root, "pat", "password", &[("password", NEW)]).await;
    assert_eq!(desk.browser().sign_in("pat", NEW).await.status, StatusCode::UNPROCESSABLE_ENTITY, "it waits as well");
    // Without the role, what waits is withdrawn.
    act(&desk, &mut root, "pat", "roles", &[("roles", "postmaster")]).await;
    assert_eq!(waiting(&desk).await, None);
    let refused = desk.events().await.into_iter().filter(|(what, _)| *what == What::ConfirmationRefused).count();
    assert_eq!(refused, 2);
}

#[tokio::test]
async fn an_account_made_with_the_role_waits_for_it() {
    let desk = desk().await;
    let mut root = desk.signed_in("root").await;
    let person = [("login", "ida"), ("name", "Ida"), ("email", "ida@college.test"), ("password", NEW)];
    let fields = [&person[..], GRANT, &[("own_password", PASSWORD)]].concat();
    assert_eq!(root.fill("/accounts", "/accounts", &fields).await.status, StatusCode::SEE_OTHER);
    assert_eq!(account(&desk, "ida").await.roles, [Role::Postmaster]);
    assert!(waiting(&desk).await.is_some());
}

#[tokio::test]
async fn who_was_disabled_comes_back_without_consents_for_a_day() {
    let desk = desk().await;
    let mut root = desk.signed_in("root").await;
    act(&desk, &mut root, "quinn", "state", &[("state", "disabled")]).await;
    act(&desk, &mut root, "quinn", "state", &[("state", "enabled")]).await;
    assert_eq!(account(&desk, "quinn").await.authorised_from, desk.clock.now().plus(DAY));
}

#[tokio::test]
async fn a_decision_needs_a_reason_and_ones_own_password() {
    let desk = desk().await;
    act(&desk, &mut desk.signed_in("root").await, "pat", "roles", GRANT).await;
    let id = waiting(&desk).await.unwrap();
    let mut quinn = desk.signed_in("quinn").await;
    let path = format!("/confirmations/{id}/decision");
    for decision in ["confirm", "refuse"] {
        for (reason, password, words) in [
            ("", PASSWORD, "Say why"),
            ("asked them", "wrong", "This is not your password"),
            ("asked them", "", "not your"),
        ] {
            let fields = [("decision", decision), ("reason", reason), ("own_password", password)];
            let answer = quinn.fill("/confirmations", &path, &fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(answer.text.contains(words), "{}", answer.text);
        }
    }
    assert_eq!(waiting(&desk).await, Some(id));
}
