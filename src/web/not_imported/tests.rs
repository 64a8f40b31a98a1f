//! What could not be imported is tried again or discarded, by who may.

use axum::http::StatusCode;

use crate::{
    domain::{
        event::What,
        message::{Outcome, Stage},
        role::Role,
    },
    store::{event, message},
    web::testing::{Desk, arriving::keep},
};

const MAIL: &[u8] = b"From: bob@out.test\r\nTo: postmaster@college.test\r\nSubject: hello there\r\n\
Message-ID: <a@out.test>\r\n\r\nWho is in charge of the library?\r\n";

async fn desk() -> (Desk, i64) {
    let desk = Desk::new().await;
    desk.account("ann", &[Role::Reader]).await;
    desk.account("pat", &[Role::Postmaster]).await;
    let id = keep(&desk, MAIL, None, Stage::NotImported).await;
    (desk, id)
}

async fn standing(desk: &Desk, id: i64) -> (Stage, Outcome) {
    let mut view = desk.web.store.read().await.unwrap();
    let found = message::get(&mut view, id).await.unwrap().unwrap();
    (found.stage, found.outcome)
}

#[tokio::test]
async fn a_reader_looks_and_may_not_act() {
    let (desk, id) = desk().await;
    let mut ann = desk.signed_in("ann").await;
    let page = ann.get("/not-imported").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("Download the raw message") && !page.text.contains("Try again<"), "{}", page.text);
    for act in ["retry", "discard"] {
        let refused = ann.fill("/not-imported", &format!("/not-imported/{id}/{act}"), &[("reason", "x")]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{act}");
    }
    assert_eq!(standing(&desk, id).await.0, Stage::NotImported);
}

#[tokio::test]
async fn a_postmaster_tries_again() {
    let (desk, id) = desk().await;
    let mut pat = desk.signed_in("pat").await;
    let done = pat.fill("/not-imported", &format!("/not-imported/{id}/retry"), &[]).await;
    assert_eq!((done.status, done.place()), (StatusCode::SEE_OTHER, "/not-imported"), "{}", done.text);
    assert_eq!(standing(&desk, id).await, (Stage::Applied, Outcome::Opened));
    let page = pat.get("/not-imported").await;
    assert!(page.text.contains("Its ticket is #1."), "{}", page.text);
    assert!(page.text.contains("Everything has been imported"));
    let again = pat.fill("/mailboxes", &format!("/not-imported/{id}/retry"), &[]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    assert!(pat.get("/not-imported").await.text.contains("not on the list any more"));
}

#[tokio::test]
async fn discarding_needs_a_reason_and_keeps_the_bytes() {
    let (desk, id) = desk().await;
    let mut pat = desk.signed_in("pat").await;
    let path = format!("/not-imported/{id}/discard");
    let refused = pat.fill("/not-imported", &path, &[("reason", "  ")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = pat.fill("/not-imported", &path, &[("reason", "a test of the filter")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert_eq!(standing(&desk, id).await.0, Stage::Discarded);
    assert_eq!(pat.get(&format!("/messages/{id}/raw")).await.text.as_bytes(), MAIL);
    let mut view = desk.web.store.read().await.unwrap();
    let events = event::of_message(&mut view, id).await.unwrap();
    let discarded = events.iter().find(|event| event.what == What::ImportDiscarded).unwrap();
    assert_eq!((discarded.actor.as_str(), discarded.why.as_str()), ("pat", "a test of the filter"));
    drop(view);
    let again = pat.fill("/mailboxes", &path, &[("reason", "again")]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
}
