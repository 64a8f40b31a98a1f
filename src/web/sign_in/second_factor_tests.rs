//! The second factor at sign-in, as a browser meets it.

use std::time::Duration;

use axum::http::StatusCode;

use crate::{
    domain::{event::What, role::Role, second_factor::Key, secret::Secret},
    store::{account, second_factor, session},
    web::testing::{Answer, Browser, Desk, PASSWORD},
};

/// The key that the page shows.
fn key(page: &Answer) -> Key {
    let text = page.text.split_once("The key: <code class=\"mono\">").unwrap().1.split_once('<').unwrap().0;
    Key::written(&Secret::new(text.to_owned())).unwrap()
}

fn code(desk: &Desk, key: &Key) -> Secret {
    key.code(desk.clock.now()).unwrap()
}

/// Signs in with the password and sets a second factor up.
async fn enrolled(desk: &Desk, browser: &mut Browser<'_>, login: &str) -> (Key, Answer) {
    assert_eq!(browser.sign_in(login, PASSWORD).await.place(), "/sign-in/code?next=/tickets");
    let key = key(&browser.get("/sign-in/enrolment").await);
    let fields = [("code", code(desk, &key)), ("next", Secret::new("/tickets".into()))];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.expose())).collect();
    let done = browser.fill("/sign-in/enrolment", "/sign-in/enrolment", &fields).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    (key, done)
}

fn recovery_codes(page: &Answer) -> Vec<String> {
    let items = page.text.split("<li><code>").skip(1);
    items.map(|rest| rest.split_once('<').unwrap().0.to_owned()).collect()
}

async fn try_code(browser: &mut Browser<'_>, code: &str) -> Answer {
    browser.fill("/sign-in/code", "/sign-in/code", &[("code", code), ("next", "/account")]).await
}

#[tokio::test]
async fn it_is_set_up_at_the_first_sign_in_of_a_weighty_role() {
    let desk = Desk::strict().await;
    desk.account("quinn", &[Role::AuthorisedPostmaster]).await;
    desk.account("pat", &[Role::Postmaster]).await;
    assert_eq!(desk.browser().sign_in("pat", PASSWORD).await.place(), "/tickets", "not for a postmaster");
    let mut quinn = desk.browser();
    let (_, codes) = enrolled(&desk, &mut quinn, "quinn").await;
    assert_eq!(recovery_codes(&codes).len(), 10);
    assert!(codes.text.contains("href=\"/tickets\""), "{}", codes.text);
    assert_eq!(quinn.get("/tickets").await.status, StatusCode::OK);
    let what: Vec<What> = desk.events().await.into_iter().map(|(what, _)| what).collect();
    assert_eq!(what, [What::SignedIn, What::SecondFactorEnrolled, What::SignedIn]);
}

#[tokio::test]
async fn a_half_sign_in_opens_nothing_but_its_own_page() {
    let desk = Desk::strict().await;
    desk.account("quinn", &[Role::AuthorisedPostmaster, Role::Administrator]).await;
    let mut half = desk.browser();
    half.sign_in("quinn", PASSWORD).await;
    for path in ["/", "/tickets", "/account", "/accounts", "/account/second-factor", "/confirmations"] {
        assert_eq!(half.get(path).await.place().split('?').next(), Some("/sign-in/code"), "{path}");
    }
    assert_eq!(half.get("/live").await.status, StatusCode::NO_CONTENT);
    assert_eq!(half.get("/api/v1/tickets").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(half.get("/sign-in").await.place(), "/sign-in/code");
    assert_eq!(half.get("/sign-in/code").await.place(), "/sign-in/enrolment");
    let csrf = half.get("/sign-in/enrolment").await.csrf();
    assert_eq!(half.post("/account/tokens", &[("csrf", &csrf)]).await.place(), "/sign-in/code");
    assert_eq!(half.post("/sign-out", &[("csrf", &csrf)]).await.place(), "/sign-in");
    assert_eq!(half.get("/sign-in/enrolment").await.place(), "/sign-in");
    // Whoever is a stranger, or has shown it, has nothing to do there.
    assert_eq!(desk.browser().get("/sign-in/code").await.place(), "/sign-in");
    let mut whole = desk.browser();
    enrolled(&desk, &mut whole, "quinn").await;
    assert_eq!(whole.get("/sign-in/code").await.place(), "/sign-in");
}

#[tokio::test]
async fn half_a_sign_in_ends_after_ten_minutes_and_with_the_password() {
    let desk = Desk::strict().await;
    let id = desk.account("quinn", &[Role::AuthorisedPostmaster]).await;
    let mut half = desk.browser();
    half.sign_in("quinn", PASSWORD).await;
    desk.clock.turn_by(Duration::from_secs(599));
    assert_eq!(half.get("/sign-in/enrolment").await.status, StatusCode::OK);
    desk.clock.turn_by(Duration::from_secs(1));
    assert_eq!(half.get("/sign-in/enrolment").await.place(), "/sign-in");

    half.sign_in("quinn", PASSWORD).await;
    let mut work = desk.web.store.write().await.unwrap();
    session::end_all(&mut work, id, None).await.unwrap();
    work.commit().await.unwrap();
    assert_eq!(half.get("/sign-in/enrolment").await.place(), "/sign-in");
}

#[tokio::test]
async fn the_code_is_asked_for_at_every_sign_in_and_is_good_once() {
    let desk = Desk::strict().await;
    desk.account("quinn", &[Role::AuthorisedPostmaster]).await;
    let (key, _) = enrolled(&desk, &mut desk.browser(), "quinn").await;
    let mut browser = desk.browser();
    assert_eq!(browser.sign_in("quinn", PASSWORD).await.place(), "/sign-in/code?next=/tickets");
    // The code with which it was set up is used up.
    let used = try_code(&mut browser, code(&desk, &key).expose()).await;
    assert_eq!(used.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(used.text.contains("was used already"), "{}", used.text);
    desk.clock.turn_by(Duration::from_secs(30));
    let next = code(&desk, &key);
    assert_eq!(try_code(&mut browser, next.expose()).await.place(), "/account");
    assert_eq!(browser.get("/account").await.status, StatusCode::OK);
    // Who looked over the shoulder is too late.
    let mut thief = desk.browser();
    thief.sign_in("quinn", PASSWORD).await;
    assert_eq!(try_code(&mut thief, next.expose()).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_recovery_code_lets_in_once() {
    let desk = Desk::strict().await;
    let id = desk.account("quinn", &[Role::AuthorisedPostmaster]).await;
    let (_, page) = enrolled(&desk, &mut desk.browser(), "quinn").await;
    let codes = recovery_codes(&page);
    let mut browser = desk.browser();
    browser.sign_in("quinn", PASSWORD).await;
    assert_eq!(try_code(&mut browser, &codes[3].to_uppercase()).await.place(), "/account");
    assert!(browser.get("/account").await.text.contains("9 are left"));
    let mut again = desk.browser();
    again.sign_in("quinn", PASSWORD).await;
    assert_eq!(try_code(&mut again, &codes[3]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(desk.events().await.contains(&(What::RecoveryCodeUsed, "9 left".into())));

    // A new set ends the old one, for who types the password again.
    let renew = [("own_password", PASSWORD)];
    let fresh = browser.fill("/account", "/account/recovery-codes", &renew).await;
    let fresh = recovery_codes(&fresh);
    assert_eq!(fresh.len(), 10);
    assert_eq!(try_code(&mut again, &codes[4]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(try_code(&mut again, &fresh[0]).await.place(), "/account");
    let wrong = browser.fill("/account", "/account/recovery-codes", &[("own_password", "x")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut view = desk.web.store.read().await.unwrap();
    assert_eq!(second_factor::recovery_codes_left(&mut view, id).await.unwrap(), 9);
}

#[tokio::test]
async fn wrong_codes_are_delayed_whatever_cookie_is_dropped_and_a_known_browser_is_spared() {
    let desk = Desk::strict().await;
    desk.account("quinn", &[Role::AuthorisedPostmaster]).await;
    let mut known = desk.browser();
    let (key, _) = enrolled(&desk, &mut known, "quinn").await;
    for _ in 0..5 {
        // A stranger who has the password, each time without any cookie.
        let mut stranger = desk.browser();
        stranger.sign_in("quinn", PASSWORD).await;
        assert_eq!(try_code(&mut stranger, "000000").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let mut stranger = desk.browser();
    stranger.sign_in("quinn", PASSWORD).await;
    let delayed = try_code(&mut stranger, code(&desk, &key).expose()).await;
    assert_eq!(
        (delayed.status, &delayed.headers["retry-after"]),
        (StatusCode::TOO_MANY_REQUESTS, &"2".parse().unwrap())
    );
    known.cookies.remove("postdesk");
    known.sign_in("quinn", PASSWORD).await;
    // Their first code was used to set it up; the one before is not tried again.
    desk.clock.turn_by(Duration::from_secs(30));
    for _ in 0..5 {
        assert_eq!(try_code(&mut stranger, "000000").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        desk.clock.turn_by(Duration::from_secs(60));
    }
    let _ = try_code(&mut stranger, "000000").await;
    assert_eq!(try_code(&mut stranger, "000000").await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(try_code(&mut known, code(&desk, &key).expose()).await.place(), "/account");
}

#[tokio::test]
async fn the_session_has_a_new_id_after_each_step() {
    let desk = Desk::strict().await;
    desk.account("quinn", &[Role::AuthorisedPostmaster]).await;
    let mut browser = desk.browser();
    let (key, _) = enrolled(&desk, &mut browser, "quinn").await;
    let mut again = desk.browser();
    // A cookie that somebody planted.
    again.cookies.insert("postdesk".into(), "AAAAAAAAAAAAAAAAAAAAAA".into());
    again.sign_in("quinn", PASSWORD).await;
    let half = again.cookies["postdesk"].clone();
    assert_ne!(half, "AAAAAAAAAAAAAAAAAAAAAA");
    desk.clock.turn_by(Duration::from_secs(30));
    try_code(&mut again, code(&desk, &key).expose()).await;
    assert_ne!(again.cookies["postdesk"], half);
    let mut thief = desk.browser();
    thief.cookies.insert("postdesk".into(), half);
    assert_eq!(thief.get("/account").await.place(), "/sign-in?next=/account", "what was half stays nothing");
}

#[tokio::test]
async fn two_half_sign_ins_share_no_key_and_the_first_wins() {
    let desk = Desk::strict().await;
    desk.account("quinn", &[Role::AuthorisedPostmaster]).await;
    let (mut one, mut two) = (desk.browser(), desk.browser());
    one.sign_in("quinn", PASSWORD).await;
    two.sign_in("quinn", PASSWORD).await;
    let (first, second) = (key(&one.get("/sign-in/enrolment").await), key(&two.get("/sign-in/enrolment").await));
    assert_ne!(first, second);
    assert_eq!(first, key(&one.get("/sign-in/enrolment").await), "a reload shows the same");
    let csrf = two.get("/sign-in/enrolment").await.csrf();
    let sent = [("code", code(&desk, &first))];
    let done = one.fill("/sign-in/enrolment", "/sign-in/enrolment", &[("code", sent[0].1.expose())]).await;
    assert_eq!(done.status, StatusCode::OK);
    // The other half has ended with the enrolment, whatever it sends.
    let late = two.post("/sign-in/enrolment", &[("csrf", &csrf), ("code", code(&desk, &second).expose())]).await;
    assert_ne!(late.status, StatusCode::OK);
    let mut view = desk.web.store.read().await.unwrap();
    let id = account::by_login(&mut view, "quinn").await.unwrap().unwrap().id;
    assert_eq!(second_factor::get(&mut view, id).await.unwrap().unwrap().key, first);
}

#[tokio::test]
async fn who_is_given_a_weighty_role_owes_it_at_once() {
    let desk = Desk::strict().await;
    let id = desk.account("pat", &[Role::Reader]).await;
    let mut pat = desk.signed_in("pat").await;
    assert_eq!(pat.get("/tickets").await.status, StatusCode::OK);
    let mut stream = pat.ask_whole("/live").await.into_body().into_data_stream();
    futures_util::StreamExt::next(&mut stream).await.unwrap().unwrap();
    let mut work = desk.web.store.write().await.unwrap();
    account::set(&mut work, id, &[Role::Reader, Role::Administrator], false, false).await.unwrap();
    let actor = crate::domain::event::Actor::System("test");
    work.event(crate::domain::event::NewEvent::new(desk.clock.now(), actor, What::AccountChanged, ""));
    work.commit().await.unwrap();
    assert!(futures_util::StreamExt::next(&mut stream).await.is_none(), "the stream ends");
    assert_eq!(pat.get("/tickets").await.place(), "/sign-in/code?next=/tickets");
    desk.clock.turn_by(Duration::from_mins(10));
    assert_eq!(pat.get("/tickets").await.place(), "/sign-in?next=/tickets");
}

#[tokio::test]
async fn anybody_may_have_one_and_remove_it_again() {
    let desk = Desk::strict().await;
    desk.account("pat", &[Role::Reader]).await;
    desk.account("root", &[Role::Administrator]).await;
    let mut there = desk.signed_in("pat").await;
    let mut pat = desk.signed_in("pat").await;
    let before = pat.cookies["postdesk"].clone();
    let key = key(&pat.get("/account/second-factor").await);
    let right = code(&desk, &key);
    let page = "/account/second-factor";
    for (sent, password) in [("000000", PASSWORD), (right.expose(), "not the password")] {
        let refused = pat.fill(page, page, &[("code", sent), ("own_password", password)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let done = pat.fill(page, page, &[("code", right.expose()), ("own_password", PASSWORD)]).await;
    assert_eq!((done.status, recovery_codes(&done).len()), (StatusCode::OK, 10), "{}", done.text);
    assert_ne!(pat.cookies["postdesk"], before, "a new id");
    assert_eq!(pat.get("/account").await.status, StatusCode::OK);
    assert_eq!(there.get("/account").await.status, StatusCode::SEE_OTHER, "all others end");
    assert_eq!(desk.browser().sign_in("pat", PASSWORD).await.place(), "/sign-in/code?next=/tickets");

    let removal = "/account/second-factor/removal";
    let wrong = pat.fill("/account", removal, &[("own_password", "x")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(pat.fill("/account", removal, &[("own_password", PASSWORD)]).await.place(), "/account");
    assert_eq!(desk.browser().sign_in("pat", PASSWORD).await.place(), "/tickets");

    let mut root = desk.browser();
    enrolled(&desk, &mut root, "root").await;
    let kept = root.fill("/account", removal, &[("own_password", PASSWORD)]).await;
    assert_eq!(kept.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(kept.text.contains("Your roles need a second factor"), "{}", kept.text);
}

#[tokio::test]
async fn an_administrator_removes_it_and_it_is_recorded() {
    let desk = Desk::new().await;
    let pat = desk.account("pat", &[Role::Reader]).await;
    desk.account("root", &[Role::Administrator]).await;
    let mut browser = desk.signed_in("pat").await;
    let key = key(&browser.get("/account/second-factor").await);
    let fields = [("code", code(&desk, &key)), ("own_password", Secret::new(PASSWORD.into()))];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.expose())).collect();
    browser.fill("/account/second-factor", "/account/second-factor", &fields).await;
    let mut root = desk.signed_in("root").await;
    let page = format!("/accounts/{pat}");
    let sent = [("reason", "telephone lost"), ("own_password", PASSWORD)];
    let done = root.fill(&page, &format!("{page}/second-factor"), &sent).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert_eq!(browser.get("/account").await.status, StatusCode::SEE_OTHER, "their sessions end");
    assert_eq!(desk.browser().sign_in("pat", PASSWORD).await.place(), "/tickets");
    let last = desk.events().await.into_iter().rev().find(|(what, _)| *what == What::SecondFactorRemoved).unwrap();
    assert_eq!(last.1, "of pat; all their sessions ended: telephone lost");
}
