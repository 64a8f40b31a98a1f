//! The first page.

use axum::http::StatusCode;

use crate::{
    domain::{event::What, role::Role},
    store::{duty, event},
    web::testing::{Desk, arriving::receive},
};

const COMPLAINT: &str = "From: bob@out.test\nTo: abuse@college.test\nSubject: Spam from your network\n\
Message-ID: <c@out.test>\n\nI complain about spam from your network. Please stop this spam.\n";

async fn desk() -> Desk {
    let desk = Desk::new().await;
    desk.account("ann", &[Role::Reader]).await;
    desk.account("pat", &[Role::Postmaster]).await;
    desk
}

#[tokio::test]
async fn d3_the_daily_review_is_noted_once_by_who_did_it() {
    let desk = desk().await;
    receive(&desk, COMPLAINT).await;
    let mut ann = desk.signed_in("ann").await;
    let page = ann.get("/").await;
    assert!(page.text.contains("The mail has not been reviewed today."), "{}", page.text);
    assert!(!page.text.contains("I have reviewed the mail"));
    assert_eq!(ann.fill("/", "/duty/review", &[]).await.status, StatusCode::FORBIDDEN);
    let mut pat = desk.signed_in("pat").await;
    let done = pat.fill("/", "/duty/review", &[]).await;
    assert_eq!((done.status, done.place()), (StatusCode::SEE_OTHER, "/"), "{}", done.text);
    assert!(ann.get("/").await.text.contains("The mail was reviewed today by pat"));
    pat.fill("/", "/duty/review", &[]).await;
    let mut view = desk.web.store.read().await.unwrap();
    let events = event::newest(&mut view, i64::MAX, 20).await.unwrap();
    assert_eq!(events.iter().filter(|event| event.what == What::ReviewDone).count(), 1);
    let review = duty::last(&mut view).await.unwrap().unwrap();
    assert_eq!((review.by.as_str(), review.waiting, review.day), ("pat", 1, 20_781));
    drop(view);
    desk.clock.turn_by(std::time::Duration::from_hours(24));
    let mut pat = desk.signed_in("pat").await;
    let page = pat.get("/").await.text;
    assert!(
        page.contains("not been reviewed today; last by pat") && page.contains("I have reviewed the mail"),
        "{page}"
    );
}

#[tokio::test]
async fn what_waits_is_counted_and_the_late_is_marked() {
    let desk = desk().await;
    receive(&desk, COMPLAINT).await;
    let mut ann = desk.signed_in("ann").await;
    let page = ann.get("/").await.text;
    assert!(page.contains("<b class=\"tone-waiting\">1</b><span>Complaint</span>"), "{page}");
    assert!(page.contains("/tickets?q=kind%3Acomplaint"), "{page}");
    assert!(page.contains("Spam from your network"));
    desk.clock.turn_by(std::time::Duration::from_hours(30));
    let mut ann = desk.signed_in("ann").await;
    assert!(ann.get("/").await.text.contains("1 late"));
    let now = ann.get("/?fragment=now").await.text;
    assert!(now.trim_start().starts_with("<div id=\"now\"") && !now.contains("Health of the mail"), "{now}");
}

#[tokio::test]
async fn changes_are_those_since_the_last_look() {
    let desk = desk().await;
    receive(&desk, COMPLAINT).await;
    let mut ann = desk.signed_in("ann").await;
    let first = ann.get("/").await.text;
    assert!(first.contains("What happened last") && first.contains("opened a ticket"), "{first}");
    assert!(ann.get("/").await.text.contains("opened a ticket"), "one look lasts a while");
    desk.clock.turn_by(std::time::Duration::from_hours(2));
    let later = ann.get("/").await.text;
    assert!(later.contains("Since you last looked") && later.contains("Nothing has changed."), "{later}");
    let mut pat = desk.signed_in("pat").await;
    pat.fill("/", "/duty/review", &[]).await;
    let after = ann.get("/").await.text;
    assert!(after.contains("reviewed the mail: 1 ticket waiting"), "{after}");
}
