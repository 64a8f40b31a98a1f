//! Signing in as a browser sees it.

use std::time::Duration;

use axum::http::{StatusCode, header};

use crate::{
    domain::{event::What, role::Role},
    store::{account, event, session, throttle},
    web::testing::{Desk, PASSWORD},
};

#[tokio::test]
async fn a_person_signs_in_and_out() {
    let desk = Desk::new().await;
    let id = desk.account("ada", &[Role::Reader]).await;
    let mut browser = desk.browser();
    let answer = browser.sign_in("Ada ", PASSWORD).await;
    assert_eq!((answer.status, answer.place()), (StatusCode::SEE_OTHER, "/tickets"));
    let cookie =
        answer.headers.get_all(header::SET_COOKIE).iter().find(|c| c.as_bytes().starts_with(b"postdesk=")).unwrap();
    let cookie = cookie.to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && !cookie.contains("Secure"), "{cookie}");
    assert_eq!(browser.get("/sign-in").await.place(), "/");

    let mut view = desk.web.store.read().await.unwrap();
    let kept = session::of_account(&mut view, id, desk.clock.now()).await.unwrap();
    assert_eq!(kept.len(), 1);
    assert!(!kept[0].data.contains(&browser.cookies["postdesk"]) && kept[0].id != browser.cookies["postdesk"]);
    assert_eq!(kept[0].address, "192.0.2.1");
    assert_eq!(event::newest(&mut view, i64::MAX, 1).await.unwrap()[0].what, What::SignedIn);
}

#[tokio::test]
async fn who_only_looks_gets_no_session() {
    let desk = Desk::new().await;
    let mut browser = desk.browser();
    let answer = browser.get("/sign-in").await;
    assert!(answer.text.contains("postdesk account add"), "{}", answer.text);
    assert!(!browser.cookies.contains_key("postdesk"));
}

#[tokio::test]
async fn unknown_account_and_wrong_password_look_alike() {
    let desk = Desk::new().await;
    desk.account("ada", &[Role::Reader]).await;
    let wrong = desk.browser().sign_in("ada", "not the password").await;
    let unknown = desk.browser().sign_in("bob", "not the password").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(unknown.status, wrong.status);
    let bare = |answer: &crate::web::testing::Answer| answer.text.replace(&answer.csrf(), "").replace("bob", "ada");
    assert_eq!(bare(&unknown), bare(&wrong));
    assert!(!wrong.text.contains("not the password"));
}

#[tokio::test]
async fn wrong_tries_delay_and_a_known_browser_is_spared() {
    let desk = Desk::new().await;
    desk.account("ada", &[Role::Reader]).await;
    let mut known = desk.signed_in("ada").await;
    known.cookies.remove("postdesk");
    let mut stranger = desk.browser();
    for _ in 0..5 {
        assert_eq!(stranger.sign_in("ada", "a wrong password").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let delayed = stranger.sign_in("ada", PASSWORD).await;
    assert_eq!(delayed.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(delayed.headers[header::RETRY_AFTER], "2");
    assert_eq!(known.sign_in("ada", PASSWORD).await.status, StatusCode::SEE_OTHER);
    desk.clock.turn_by(Duration::from_secs(2));
    assert_eq!(stranger.sign_in("ada", PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn forms_of_others_are_refused() {
    let desk = Desk::new().await;
    desk.account("ada", &[Role::Reader]).await;
    let fields = [("csrf", "made up"), ("login", "ada"), ("password", PASSWORD)];
    assert_eq!(desk.browser().post("/sign-in", &fields).await.status, StatusCode::FORBIDDEN);
    let mut browser = desk.signed_in("ada").await;
    assert_eq!(browser.post("/sign-out", &[("csrf", "made up")]).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn sessions_end_by_our_clock_and_with_the_account() {
    let desk = Desk::new().await;
    let id = desk.account("ada", &[Role::Reader]).await;
    let mut browser = desk.signed_in("ada").await;
    for _ in 0..15 {
        assert_eq!(browser.get("/sign-in").await.place(), "/");
        desk.clock.turn_by(Duration::from_hours(11));
    }
    // 165 hours of use, then over the seven days.
    desk.clock.turn_by(Duration::from_hours(4));
    assert_eq!(browser.get("/sign-in").await.status, StatusCode::OK);

    let mut browser = desk.signed_in("ada").await;
    let mut work = desk.web.store.write().await.unwrap();
    account::set(&mut work, id, &[Role::Reader], true, false).await.unwrap();
    work.commit().await.unwrap();
    assert_eq!(browser.get("/sign-in").await.status, StatusCode::OK);
    assert_eq!(desk.browser().sign_in("ada", PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn over_https_the_cookies_are_bound_to_the_host() {
    let desk = Desk::at("https://desk.college.test").await;
    desk.account("ada", &[Role::Reader]).await;
    let mut browser = desk.browser();
    let answer = browser.get("/sign-in").await;
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("__Host-postdesk-visitor=") && cookie.contains("; Secure"), "{cookie}");
    assert_eq!(answer.headers["referrer-policy"], "same-origin");
}

#[tokio::test]
async fn every_refusal_costs_the_same_computation() {
    let desk = Desk::new().await;
    desk.account("ada", &[Role::Reader]).await;
    let gone = desk.account("gone", &[Role::Reader]).await;
    let mut work = desk.web.store.write().await.unwrap();
    account::set(&mut work, gone, &[Role::Reader], true, false).await.unwrap();
    work.commit().await.unwrap();
    // Where the one expensive step is busy, all are told so: nobody is refused before it, known or not.
    let busy = desk.web.passwords.occupied();
    for login in ["ada", "gone", "nobody", "", "no login at all"] {
        let answer = desk.browser().sign_in(login, "not the password").await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{login}");
    }
    drop(busy);
    let looks = async |login: &str| {
        let answer = desk.browser().sign_in(login, PASSWORD).await;
        (answer.status, answer.text.replace(&answer.csrf(), "").replace(login, "LOGIN"))
    };
    assert_eq!(looks("gone").await, looks("nobody").await, "nor does a disabled account look otherwise");
}

#[tokio::test]
async fn a_session_that_was_planted_is_worth_nothing_after_the_sign_in() {
    let desk = Desk::new().await;
    desk.account("ada", &[Role::Reader]).await;
    desk.account("eve", &[Role::Reader]).await;
    let eve = desk.signed_in("eve").await;
    let planted = eve.cookies["postdesk"].clone();
    let mut ada = desk.browser();
    ada.cookies.insert("postdesk".into(), planted.clone());
    // The page shows that somebody is signed in; whoever signs in over it begins anew.
    let csrf = ada.get("/account").await.csrf();
    let sent = [("csrf", csrf.as_str()), ("login", "ada"), ("password", PASSWORD)];
    assert_eq!(ada.post("/sign-in", &sent).await.status, StatusCode::SEE_OTHER);
    assert_ne!(ada.cookies["postdesk"], planted);
    assert!(ada.get("/account").await.text.contains("ada@college.test"));
    let mut thief = desk.browser();
    thief.cookies.insert("postdesk".into(), planted);
    assert_eq!(thief.get("/account").await.place(), "/sign-in?next=/account", "the planted one has ended");
}

#[tokio::test]
async fn after_sign_in_it_goes_to_a_page_of_ours_only() {
    let desk = Desk::new().await;
    desk.account("ada", &[Role::Reader]).await;
    for foreign in
        ["//evil.test", "https://evil.test/", "/\\evil.test", "\\\\evil.test", "/%0d%0aSet-Cookie:x", "javascript:x"]
    {
        let mut browser = desk.browser();
        let sent = [("login", "ada"), ("password", PASSWORD), ("next", foreign)];
        let place = browser.fill("/sign-in", "/sign-in", &sent).await.place().to_owned();
        assert!(place.starts_with('/') && !place.starts_with("//") && !place.contains('\\'), "{foreign}: {place}");
        assert!(!place.contains(['\r', '\n']), "{foreign}: {place}");
        let asked = desk.browser().get(&format!("/sign-in?next={}", foreign.replace('%', "%25"))).await;
        assert!(!asked.text.contains("evil"), "{foreign}: {}", asked.text);
        assert!(!browser.get("/sign-in?next=//evil.test").await.place().contains("evil"));
    }
}

#[tokio::test]
async fn every_cookie_is_closed_to_scripts_and_other_sites_and_bound_to_https() {
    let desk = Desk::at("https://desk.college.test").await;
    desk.account("ada", &[Role::Reader]).await;
    let mut browser = desk.browser();
    let shown = browser.get("/sign-in").await;
    let fields = format!("csrf={}&login=ada&password={}", shown.csrf(), PASSWORD.replace(' ', "+"));
    let request = axum::http::Request::post("/sign-in")
        .header(header::ORIGIN, "https://desk.college.test")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(axum::body::Body::from(fields))
        .unwrap();
    let answer = browser.ask(request).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let all = [shown.headers.get_all(header::SET_COOKIE), answer.headers.get_all(header::SET_COOKIE)];
    let all: Vec<&str> = all.iter().flat_map(|set| set.iter().map(|cookie| cookie.to_str().unwrap())).collect();
    let named = |name: &str| all.iter().any(|cookie| cookie.starts_with(&format!("__Host-{name}=")));
    assert!(named("postdesk") && named("postdesk-device") && named("postdesk-visitor"), "{all:?}");
    for cookie in all {
        for flag in ["; HttpOnly", "; SameSite=Lax", "; Secure", "; Path=/"] {
            assert!(cookie.contains(flag), "{cookie} lacks {flag}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
}

/// Passwords tried at one account of the house after another, with a sign-in to an account of one's own in between, stay
/// counted for the address.
#[tokio::test]
async fn an_account_of_ones_own_does_not_clear_what_an_address_tried_at_others() {
    let desk = Desk::new().await;
    desk.account("eve", &[Role::Reader]).await;
    let mut refused = 0;
    for round in 0..4 {
        for victim in 0..2 {
            let tried = desk.browser().sign_in(&format!("victim{round}{victim}"), "a common password").await;
            refused += usize::from(tried.status == StatusCode::TOO_MANY_REQUESTS);
        }
        desk.browser().sign_in("eve", PASSWORD).await;
    }
    assert!(refused >= 2, "{refused} of 8 were delayed");
    let mut view = desk.web.store.read().await.unwrap();
    assert!(throttle::failures(&mut view, "address 192.0.2.1").await.unwrap() >= 5);
}

#[tokio::test]
async fn a_person_who_mistyped_leaves_nothing_behind_at_their_address() {
    let desk = Desk::new().await;
    desk.account("ada", &[Role::Reader]).await;
    for _ in 0..3 {
        for _ in 0..3 {
            desk.browser().sign_in("ada", "a slip of the finger").await;
        }
        assert_eq!(desk.browser().sign_in("ada", PASSWORD).await.status, StatusCode::SEE_OTHER);
    }
    let mut view = desk.web.store.read().await.unwrap();
    assert_eq!(throttle::failures(&mut view, "address 192.0.2.1").await.unwrap(), 0);
}

/// A page that is compressed on its way tells by its length whether words that a stranger chose stand in it already.
#[tokio::test]
async fn no_page_shows_the_same_form_token_twice_and_all_of_them_hold() {
    let desk = Desk::new().await;
    desk.account("ada", &[Role::Reader]).await;
    let mut visitor = desk.browser();
    assert_ne!(visitor.get("/sign-in").await.csrf(), visitor.get("/sign-in").await.csrf());
    let mut ada = desk.signed_in("ada").await;
    let (first, second) = (ada.get("/account").await.csrf(), ada.get("/account").await.csrf());
    assert_ne!(first, second);
    for spoilt in [&first[..first.len() - 4], &first[..64], "", "%"] {
        assert_eq!(ada.post("/sign-out", &[("csrf", spoilt)]).await.status, StatusCode::FORBIDDEN, "{spoilt}");
    }
    assert_eq!(ada.post("/sign-out", &[("csrf", &first)]).await.status, StatusCode::SEE_OTHER, "the older one holds");
    let mut ada = desk.signed_in("ada").await;
    assert_eq!(ada.post("/sign-out", &[("csrf", &second)]).await.status, StatusCode::FORBIDDEN, "of a former session");
}
