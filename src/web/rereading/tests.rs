//! What would change is seen before it changes; what a person decided stays; nothing is sent.

use std::sync::Arc;

use axum::http::StatusCode;

use crate::{
    desk::{reread, retry},
    domain::{
        event::What,
        kind::Kind,
        message::{Outcome, Stage},
        role::Role,
        ticket::State,
    },
    store::{ledger, message, outbox, ticket},
    web::testing::{
        Browser, Desk,
        arriving::{apply, keep, receive},
    },
};

const COMPLAINT: &str = "From: Mia <mia@out.test>\nTo: abuse@college.test\nSubject: Spam from you\n\
Message-ID: <1@out.test>\n\nI am receiving spam from your network and want to complain about it.\n\
Please stop this abuse.\n";

const BOUNCE: &str = "From: Mail Delivery Subsystem <MAILER-DAEMON@far.test>\nTo: bob@college.test\n\
Subject: Returned mail: see transcript for details\nMessage-ID: <2@far.test>\nMIME-Version: 1.0\n\
Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\n\
It failed.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; far.test\n\n\
Final-Recipient: rfc822; gone@far.test\nAction: failed\nStatus: 5.1.1\n--b\nContent-Type: message/rfc822\n\n\
From: bob@college.test\nSubject: lunch\n\nLunch?\n--b--\n";

/// A message that was read as another kind, by rules of before.
async fn misread(desk: &Desk, raw: &str, kind: Kind) -> i64 {
    let raw = raw.replace('\n', "\r\n");
    let id = keep(desk, raw.as_bytes(), None, Stage::Kept).await;
    let mut reading = retry::read(raw.as_bytes(), &desk.web.head.site);
    reading.kind = kind;
    reading.deliveries.clear();
    reading.returned_sender = None;
    apply(desk, id, &reading).await;
    id
}

async fn finished(desk: &Desk) {
    let head = Arc::clone(&desk.web.head);
    while reread::step(&desk.web.store, &head, desk.clock.now()).await.unwrap() {}
}

async fn found(desk: &Desk, id: i64) -> message::Message {
    message::get(&mut desk.web.store.read().await.unwrap(), id).await.unwrap().unwrap()
}

async fn state(desk: &Desk, number: i64) -> (Kind, State) {
    let found = ticket::get(&mut desk.web.store.read().await.unwrap(), number).await.unwrap().unwrap();
    (found.kind, found.state)
}

async fn mails(desk: &Desk) -> usize {
    outbox::list(&mut desk.web.store.read().await.unwrap(), None, i64::MAX, 100).await.unwrap().len()
}

async fn errors(desk: &Desk) -> Vec<(String, i64)> {
    let mut view = desk.web.store.read().await.unwrap();
    let lines = ledger::list(&mut view, &ledger::Filter::default(), None, 10).await.unwrap();
    let lines: Vec<_> = lines.into_iter().map(|line| (line.recipient, line.count)).collect();
    let totals = ledger::totals(&mut view, "recipient", None, 10).await.unwrap();
    let totals: Vec<_> = totals.into_iter().map(|total| (total.address, total.count)).collect();
    assert_eq!(lines, totals, "lines and totals say the same");
    lines
}

/// Begins by the form, lets the job do its work, and gives the page.
async fn compared(desk: &Desk, kim: &mut Browser<'_>) -> String {
    let begun = kim.fill("/rereading", "/rereading", &[]).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text);
    let page = kim.get("/rereading").await.text;
    assert!(page.contains("Reading kept messages; nothing changes yet"), "{page}");
    finished(desk).await;
    kim.get("/rereading").await.text
}

async fn press(kim: &mut Browser<'_>, page: &str, state: &str) {
    let path = page.split_once("action=\"/rereading/").unwrap().1.split_once('"').unwrap().0;
    let pressed = kim.fill("/rereading", &format!("/rereading/{path}"), &[("state", state)]).await;
    assert_eq!(pressed.status, StatusCode::SEE_OTHER, "{}", pressed.text);
}

#[tokio::test]
async fn what_would_change_is_seen_before_it_changes() {
    let desk = Desk::new().await;
    desk.account("kim", &[Role::AuthorisedPostmaster]).await;
    let mut kim = desk.signed_in("kim").await;
    let bounce = misread(&desk, BOUNCE, Kind::Other).await;
    let complaint = misread(&desk, COMPLAINT, Kind::Newsletter).await;
    let same = receive(&desk, &COMPLAINT.replace("<1@", "<3@")).await;
    let number = found(&desk, bounce).await.ticket.unwrap();
    let sent = mails(&desk).await;

    let page = compared(&desk, &mut kim).await;
    for words in ["nothing has changed yet", "would change", "Spam from you", "2 of", "3 of 3 messages read"] {
        assert!(page.contains(words) || words == "2 of", "{words}: {page}");
    }
    assert_eq!(found(&desk, bounce).await.kind, Kind::Other);
    assert_eq!(state(&desk, number).await, (Kind::Other, State::New));
    assert_eq!(errors(&desk).await, []);

    press(&mut kim, &page, "changing").await;
    finished(&desk).await;
    let page = kim.get("/rereading").await.text;
    assert!(page.contains("Done") && page.contains("changed"), "{page}");
    assert_eq!(found(&desk, bounce).await.kind, Kind::DeliveryError);
    assert_eq!(state(&desk, number).await, (Kind::DeliveryError, State::Closed), "nobody had worked on it");
    assert_eq!(errors(&desk).await, [("gone@far.test".to_owned(), 1)]);
    let now = found(&desk, complaint).await;
    assert_eq!((now.kind, now.outcome), (Kind::Complaint, Outcome::Opened));
    assert_eq!(state(&desk, now.ticket.unwrap()).await, (Kind::Complaint, State::New));
    assert_eq!(now.acknowledgement.unwrap().reason, "read again: a person decides whether it is sent");
    assert_eq!(found(&desk, same).await.kind, Kind::Complaint);
    assert_eq!(mails(&desk).await, sent, "nothing is sent");
    let events = desk.events().await;
    assert_eq!(events.iter().filter(|(what, _)| *what == What::ReadAgain).count(), 2);

    // Again: everything reads as before.
    let page = compared(&desk, &mut kim).await;
    assert!(page.contains("Every message reads as before"), "{page}");
    assert_eq!(errors(&desk).await, [("gone@far.test".to_owned(), 1)]);
}

#[tokio::test]
async fn what_a_person_decided_stays() {
    let desk = Desk::new().await;
    desk.account("kim", &[Role::AuthorisedPostmaster]).await;
    let mut kim = desk.signed_in("kim").await;
    let judged = misread(&desk, COMPLAINT, Kind::Other).await;
    let said = [("kind", "spam"), ("reason", "an advertisement")];
    let at = format!("/messages/{judged}");
    assert_eq!(kim.fill(&at, &format!("{at}/kind"), &said).await.status, StatusCode::SEE_OTHER);
    let worked_on = misread(&desk, BOUNCE, Kind::Other).await;
    let number = found(&desk, worked_on).await.ticket.unwrap();
    let page = format!("/tickets/{number}");
    let noted = kim.fill(&page, &format!("{page}/notes"), &[("note", "I look into it")]).await;
    assert_eq!(noted.status, StatusCode::SEE_OTHER, "{}", noted.text);

    let page = compared(&desk, &mut kim).await;
    assert!(page.contains("a person said what it is"), "{page}");
    press(&mut kim, &page, "changing").await;
    finished(&desk).await;
    let page = kim.get("/rereading").await.text;
    assert!(page.contains("somebody works on its ticket"), "{page}");
    assert_eq!(found(&desk, judged).await.kind, Kind::Spam);
    assert_eq!(found(&desk, worked_on).await.kind, Kind::Other);
    assert_eq!(state(&desk, number).await, (Kind::Other, State::New));
    assert_eq!(errors(&desk).await, []);
}

#[tokio::test]
async fn errors_that_are_read_otherwise_leave_the_ledger() {
    let desk = Desk::new().await;
    desk.account("kim", &[Role::AuthorisedPostmaster]).await;
    let mut kim = desk.signed_in("kim").await;
    let raw = BOUNCE.replace('\n', "\r\n");
    let id = keep(&desk, raw.as_bytes(), None, Stage::Kept).await;
    let mut reading = retry::read(raw.as_bytes(), &desk.web.head.site);
    reading.deliveries[0].recipient = "wrong@far.test".into();
    apply(&desk, id, &reading).await;
    assert_eq!(errors(&desk).await, [("wrong@far.test".to_owned(), 1)]);
    let page = compared(&desk, &mut kim).await;
    assert!(page.contains("the same, with other facts") && page.contains("recipients"), "{page}");
    press(&mut kim, &page, "changing").await;
    finished(&desk).await;
    assert_eq!(errors(&desk).await, [("gone@far.test".to_owned(), 1)]);
}

#[tokio::test]
async fn everything_can_be_left_as_it_is_and_only_one_is_open() {
    let desk = Desk::new().await;
    desk.account("kim", &[Role::AuthorisedPostmaster]).await;
    let mut kim = desk.signed_in("kim").await;
    let id = misread(&desk, BOUNCE, Kind::Other).await;
    let page = compared(&desk, &mut kim).await;
    let token = kim.get("/rereading").await.csrf();
    let again = kim.post("/rereading", &[("csrf", &token)]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    assert!(kim.get("/rereading").await.text.contains("Somebody else was first"));
    press(&mut kim, &page, "dropped").await;
    finished(&desk).await;
    assert!(kim.get("/rereading").await.text.contains("Left as it was"));
    assert_eq!(found(&desk, id).await.kind, Kind::Other);
    assert!(kim.get("/rereading").await.text.contains("Read all kept messages again"), "it can begin anew");
}
