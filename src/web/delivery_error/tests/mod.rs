//! The ledger's page, persistent senders, surges.

mod persistence;
mod surge;

use axum::http::StatusCode;

use crate::{
    domain::role::Role,
    store::counter,
    web::testing::{Desk, arriving::receive},
};

fn bounce(n: u32, recipient: &str) -> String {
    format!(
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.test\nTo: postmaster@college.test\nSubject: Undelivered\n\
         Message-ID: <b{n}@mx.test>\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n\
         --b\nContent-Type: text/plain\n\nIt failed.\n--b\nContent-Type: message/delivery-status\n\n\
         Reporting-MTA: dns; mx.test\n\nFinal-Recipient: rfc822; {recipient}\nAction: failed\nStatus: 5.1.1\n\
         Diagnostic-Code: smtp; 550 5.1.1 <{recipient}>: user unknown\n\n\
         --b\nContent-Type: message/rfc822\n\nReturn-Path: <bob@out.test>\nFrom: bob@out.test\nSubject: hi\n\
         Message-ID: <o{n}@out.test>\n\nhi\n--b--\n"
    )
}

#[tokio::test]
async fn d4_delivery_errors_are_counted_and_make_no_ticket() {
    let desk = Desk::new().await;
    desk.account("ann", &[Role::Reader]).await;
    let last = {
        receive(&desk, &bounce(1, "nobody@college.test")).await;
        receive(&desk, &bounce(2, "nobody@college.test")).await;
        receive(&desk, &bounce(3, "other@college.test")).await
    };
    let mut view = desk.web.store.read().await.unwrap();
    assert_eq!(counter::get(&mut view, "ticket.new").await.unwrap(), 0);
    drop(view);
    let mut ann = desk.signed_in("ann").await;
    let page = ann.get("/delivery-errors").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("<span class=\"count\">3</span>"), "{}", page.text);
    let (first, second) =
        (page.text.find("title=\"nobody@college.test\""), page.text.find("title=\"other@college.test\""));
    assert!(first.unwrap() < second.unwrap(), "the most errors come first");
    assert!(page.text.contains("3 delivery errors in 30 days") && page.text.contains("<th scope=\"row\">24 Nov</th>"));
    assert!(ann.get("/delivery-errors?by=sender").await.text.contains("title=\"bob@out.test\""));
    let lines = ann.get("/delivery-errors?by=line").await.text;
    assert!(lines.contains("No such recipient") && lines.contains(&format!("/messages/{last}")), "{lines}");
    let one = ann.get("/delivery-errors?recipient=other%40college.test").await.text;
    assert!(one.contains("title=\"other@college.test\"") && !one.contains("title=\"nobody@college.test\""));
    assert!(ann.get("/delivery-errors?group=full").await.text.contains("No delivery errors"));
    assert!(ann.get("/delivery-errors?reason=mailboxfull").await.text.contains("No delivery errors"));
    let fine = ann.get("/delivery-errors?reason=userunknown&domain=College.test").await.text;
    assert!(fine.contains("title=\"other@college.test\"") && fine.contains("value=\"userunknown\" selected"), "{fine}");
    assert!(ann.get("/delivery-errors?domain=elsewhere.test").await.text.contains("No delivery errors"));
    let rows = ann.get("/delivery-errors?fragment=rows").await.text;
    assert!(rows.trim_start().starts_with("<div id=\"rows\""), "{rows}");
    assert!(
        ann.get("/tickets").await.text.contains("title=") || !ann.get("/tickets").await.text.contains("Undelivered")
    );
    let message = ann.get(&format!("/messages/{last}")).await.text;
    assert!(message.contains("failed for good · 5.1.1 · reply 550"), "{message}");
}
