//! Mailboxes and outbox: what is broken comes first, people decide about mail that may have left.

use axum::http::StatusCode;

use crate::{
    domain::{event::What, outgoing::OutboxState, role::Role, time::Moment},
    store::{self, event, mailbox, outbox},
    web::testing::{Desk, arriving::written},
};

async fn mail(desk: &Desk, state: OutboxState) -> i64 {
    written(desk, None, state).await
}

async fn desk() -> Desk {
    let desk = Desk::new().await;
    desk.account("ann", &[Role::Reader]).await;
    desk.account("pat", &[Role::Postmaster]).await;
    desk.account("root", &[Role::Administrator]).await;
    desk
}

async fn state(desk: &Desk, id: i64) -> OutboxState {
    let mut view = desk.web.store.read().await.unwrap();
    outbox::get(&mut view, id).await.unwrap().unwrap().state
}

#[tokio::test]
async fn an_uncertain_reply_is_sent_again_by_a_click_only() {
    let desk = desk().await;
    let id = mail(&desk, OutboxState::Uncertain).await;
    let mut ann = desk.signed_in("ann").await;
    assert!(!ann.get("/mailboxes").await.text.contains("/retry"));
    assert_eq!(ann.fill("/mailboxes", &format!("/outbox/{id}/retry"), &[]).await.status, StatusCode::FORBIDDEN);
    let mut pat = desk.signed_in("pat").await;
    assert!(pat.get("/mailboxes").await.text.contains("it may arrive twice"));
    let done = pat.fill("/mailboxes", &format!("/outbox/{id}/retry"), &[("reason", "they asked")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert_eq!(state(&desk, id).await, OutboxState::Queued);
    let refused = pat.fill("/mailboxes", &format!("/outbox/{id}/discard"), &[("reason", "")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = pat.fill("/mailboxes", &format!("/outbox/{id}/discard"), &[("reason", "too late")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert_eq!(state(&desk, id).await, OutboxState::Discarded);
    let again = pat.fill("/mailboxes", &format!("/outbox/{id}/retry"), &[("reason", "x")]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let mut view = desk.web.store.read().await.unwrap();
    let events = event::newest(&mut view, i64::MAX, 10).await.unwrap();
    assert!(events.iter().any(|e| e.what == What::MailRetried && e.outbox == Some(id) && e.why == "they asked"));
    assert!(events.iter().any(|e| e.what == What::MailDiscarded && e.outbox == Some(id) && e.actor == "pat"));
}

#[tokio::test]
async fn an_administrator_sees_health_without_a_word_of_mail() {
    let desk = desk().await;
    mail(&desk, OutboxState::Refused).await;
    let mut root = desk.signed_in("root").await;
    let page = root.get("/mailboxes").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("Refused <span class=\"count\">1</span>"), "{}", page.text);
    let today = root.get("/").await;
    assert_eq!(today.status, StatusCode::OK);
    assert!(today.text.contains("needs you") && !today.text.contains("What happened last"), "{}", today.text);
    for text in [page.text, today.text] {
        assert!(!text.contains("Private words") && !text.contains("bob@out.test"), "{text}");
    }
}

#[tokio::test]
async fn trouble_is_said_with_what_to_do() {
    let desk = desk().await;
    let now = desk.clock.now();
    let mut work = desk.web.store.write().await.unwrap();
    let one = mailbox::configure(&mut work, "imap.test", "p", "INBOX", "abuse", "abuse@college.test").await.unwrap();
    let two = mailbox::configure(&mut work, "imap.test", "q", "INBOX", "fine", "fine@college.test").await.unwrap();
    mailbox::connected(&mut work, two, 1, now).await.unwrap();
    mailbox::counted(&mut work, two, 12, 12, now).await.unwrap();
    mailbox::trouble(&mut work, one, "imap.test refused the sign-in", Moment::from_secs(now.secs() - 600))
        .await
        .unwrap();
    work.commit().await.unwrap();
    let mut ann = desk.signed_in("ann").await;
    let page = ann.get("/mailboxes").await.text;
    assert!(
        page.contains("imap.test refused the sign-in (since 10 min ago)") && page.contains("postdesk check"),
        "{page}"
    );
    assert!(page.contains("12 on the server, 12 of them kept"));
    let today = ann.get("/").await.text;
    assert!(today.contains("abuse: failing."), "{today}");
    assert!(today.find(">abuse<").unwrap() < today.find(">fine<").unwrap(), "trouble comes first");
    let mut work = desk.web.store.write().await.unwrap();
    store::mailbox::trouble(&mut work, one, "", now).await.unwrap();
    store::mailbox::move_trouble(&mut work, two, "no rights").await.unwrap();
    work.commit().await.unwrap();
    assert!(ann.get("/mailboxes").await.text.contains("cannot be marked or moved on the server: no rights"));
}
