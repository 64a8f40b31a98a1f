//! One act on many tickets of the list, and who else has a ticket open.

use std::time::Duration;

use axum::http::StatusCode;

use super::{MAIL, act, arrives, desk};
use crate::domain::kind::Kind;

#[tokio::test]
async fn picked_tickets_change_each_by_its_own_rules() {
    let desk = desk().await;
    for n in 0..3 {
        let mail = format!("From: x{n}@x.test\nMessage-ID: <{n}@x.test>\n\nhello {n}\n");
        arrives(&desk, mail.as_bytes(), Kind::Other).await;
    }
    let mut pat = desk.signed_in("pat").await;
    let list = pat.get("/tickets").await;
    let csrf = list.csrf();
    let box_of = |n: i64| {
        let at = list.text.find(&format!("value=\"{n}.")).expect("a box");
        list.text[at + 7..].split('"').next().expect("a value").to_owned()
    };
    let boxes: Vec<String> = (1..=3).map(box_of).collect();
    // Somebody changes one of them after the list was shown.
    assert_eq!(act(&mut pat, 2, "priority", &[("priority", "high")]).await.status, StatusCode::SEE_OTHER);

    let mut fields = vec![("csrf", csrf.as_str()), ("act", "close"), ("reason", "a test")];
    fields.extend(boxes.iter().map(|one| ("pick", one.as_str())));
    let answer = pat.post("/tickets/changes", &fields).await;
    assert_eq!((answer.status, answer.place()), (StatusCode::SEE_OTHER, "/tickets"));
    let told = pat.get("/tickets").await.text;
    assert!(told.contains("2 tickets are closed now. Not changed: #2: somebody else changed it"), "{told}");
    assert!(told.contains("id=\"ticket-2\"") && !told.contains("id=\"ticket-1\""), "only the changed one is open");

    let refused =
        pat.post("/tickets/changes", &[("csrf", &csrf), ("act", "close"), ("pick", &format!("2.{}", 99))]).await;
    assert_eq!(refused.status, StatusCode::SEE_OTHER);
    let told = pat.get("/tickets").await.text;
    assert!(told.contains("Nothing was changed. Not changed: #2: somebody else changed it"), "{told}");
    let nothing = pat.post("/tickets/changes", &[("csrf", &csrf), ("act", "take"), ("q", "state:any")]).await;
    assert_eq!(nothing.place(), "/tickets?q=state%3Aany");
    assert!(pat.get("/tickets").await.text.contains("No ticket was picked"));
    let mut rea = desk.signed_in("rea").await;
    let csrf = rea.get("/tickets").await.csrf();
    let forbidden = rea.post("/tickets/changes", &[("csrf", &csrf), ("act", "take"), ("pick", "2.1")]).await;
    assert_eq!(forbidden.status, StatusCode::FORBIDDEN, "a reader changes nothing");
}

#[tokio::test]
async fn d12_a_quarantine_notice_cannot_be_picked_by_who_may_not_see_it() {
    let desk = desk().await;
    arrives(&desk, MAIL, Kind::Complaint).await;
    let mut quinn = desk.signed_in("quinn").await;
    assert_eq!(act(&mut quinn, 1, "priority", &[("priority", "high")]).await.status, StatusCode::SEE_OTHER);
    let mut work = desk.web.store.write().await.unwrap();
    let ticket = crate::store::ticket::get(&mut work, 1).await.unwrap().unwrap();
    let change = crate::store::ticket::Change { kind: Kind::QuarantineNotice, ..(&ticket).into() };
    crate::store::ticket::change(&mut work, &ticket, change, desk.clock.now()).await.unwrap();
    work.commit().await.unwrap();
    let mut pat = desk.signed_in("pat").await;
    let csrf = pat.get("/tickets").await.csrf();
    let pick = format!("1.{}", ticket.version + 1);
    pat.post("/tickets/changes", &[("csrf", &csrf), ("act", "take"), ("pick", &pick)]).await;
    assert!(pat.get("/tickets").await.text.contains("#1: there is no such ticket."));
    pat.post("/tickets/1/presence", &[("csrf", &csrf), ("writing", "true")]).await;
    assert!(!quinn.get("/tickets/1").await.text.contains("is writing here now"), "and is not there");
}

#[tokio::test]
async fn two_people_see_each_other_before_they_both_reply() {
    let desk = desk().await;
    arrives(&desk, MAIL, Kind::Complaint).await;
    let mut pat = desk.signed_in("pat").await;
    let mut quinn = desk.signed_in("quinn").await;
    let page = pat.get("/tickets/1").await;
    let csrf = page.csrf();
    let alone = pat.post("/tickets/1/presence", &[("csrf", &csrf), ("writing", "true")]).await;
    assert!(!alone.text.contains("pat"), "nobody is told of themselves");
    let seen = quinn.get("/tickets/1").await;
    assert!(seen.text.contains("is writing here now"), "{}", seen.text);
    let csrf = seen.csrf();
    assert!(quinn.post("/tickets/1/presence", &[("csrf", &csrf)]).await.text.contains("is writing here now"));
    assert!(pat.get("/tickets/1").await.text.contains("has this ticket open"));
    desk.clock.turn_by(Duration::from_secs(36));
    assert!(!quinn.get("/tickets/1").await.text.contains("is writing here now"), "who left is forgotten");
}
