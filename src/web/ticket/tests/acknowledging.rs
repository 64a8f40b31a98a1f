//! An acknowledgement that a person asks for.

use axum::http::StatusCode;

use super::{MAIL, act, arrives, desk};
use crate::{
    access::Postmaster,
    desk::act::{self as acts, ActError},
    domain::{kind::Kind, outgoing::Purpose},
    store,
    web::{extract::testing::rights_of, testing::Desk},
};

async fn pat(desk: &Desk) -> Postmaster {
    rights_of(&desk.web, "pat").await.postmaster().unwrap().clone()
}

async fn becomes(desk: &Desk, message: i64, kind: Kind) -> Result<Option<i64>, ActError> {
    let may = pat(desk).await;
    let mut work = desk.web.store.write().await.unwrap();
    let now = desk.clock.now();
    let ticket = acts::reclassify(&mut work, &may, &desk.web.head, message, kind, "read it", now).await?;
    work.commit().await.unwrap();
    Ok(ticket)
}

#[tokio::test]
async fn reclassified_mail_is_acknowledged_by_a_click_and_once() {
    let desk = desk().await;
    let message = arrives(&desk, MAIL, Kind::Other).await;
    let mut browser = desk.signed_in("pat").await;
    assert!(!browser.get("/tickets/1").await.text.contains("Acknowledge now"));
    assert_eq!(becomes(&desk, message, Kind::Complaint).await.unwrap(), Some(1));
    assert!(store::outbox::get(&mut desk.web.store.read().await.unwrap(), 1).await.unwrap().is_none());

    let page = browser.get("/tickets/1").await;
    assert!(page.text.contains("Acknowledge now") && page.text.contains("Other → Complaint: read it"), "{}", page.text);
    let sent = act(&mut browser, 1, "acknowledgement", &[]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    let mail = store::outbox::get(&mut desk.web.store.read().await.unwrap(), 1).await.unwrap().unwrap();
    assert_eq!(
        (mail.purpose, mail.to.as_str(), mail.envelope_from),
        (Purpose::Acknowledgement, "Ann@neighbour.test", None)
    );
    let page = browser.get("/tickets/1").await;
    assert!(!page.text.contains("Acknowledge now"));
    assert_eq!(act(&mut browser, 1, "acknowledgement", &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn what_may_never_be_answered_is_not_offered() {
    let desk = desk().await;
    let mail = [b"Return-Path: <>\r\n", MAIL].concat();
    let message = arrives(&desk, &mail, Kind::Other).await;
    becomes(&desk, message, Kind::Complaint).await.unwrap();
    let mut browser = desk.signed_in("pat").await;
    let page = browser.get("/tickets/1").await;
    assert!(!page.text.contains("Acknowledge now") && page.text.contains("null return path"), "{}", page.text);
}

#[tokio::test]
async fn a_filed_message_becomes_a_ticket() {
    let desk = desk().await;
    let first = arrives(&desk, MAIL, Kind::Newsletter).await;
    let second = arrives(&desk, b"From: b@b.test\nSubject: Two\n\nhello\n", Kind::Spam).await;
    let may = pat(&desk).await;
    let mut work = desk.web.store.write().await.unwrap();
    let now = desk.clock.now();
    let number = acts::ticket_from_message(&mut work, &may, first, now).await.unwrap();
    work.commit().await.unwrap();
    let mut browser = desk.signed_in("pat").await;
    let page = browser.get(&format!("/tickets/{number}")).await;
    assert!(page.text.contains("made by hand from a kept message") && page.text.contains("elephants"), "{}", page.text);
    assert!(browser.get("/tickets?fragment=rows&q=elephants").await.text.contains("id=\"ticket-1\""));

    assert_eq!(becomes(&desk, second, Kind::Assistance).await.unwrap(), Some(2));
    assert!(matches!(becomes(&desk, second, Kind::Assistance).await, Err(ActError::Refused { field: "kind", .. })));
    let mut work = desk.web.store.write().await.unwrap();
    let again = acts::ticket_from_message(&mut work, &may, first, now).await;
    assert!(matches!(again, Err(ActError::Refused { .. })));
}
