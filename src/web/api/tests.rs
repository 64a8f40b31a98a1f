//! The API as a program sees it.

use std::time::Duration;

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::Value;

use crate::{
    domain::{
        kind::Kind,
        role::Role,
        ticket::{Channel, Priority},
        token::hashed,
    },
    store::{
        account,
        ticket::{self, NewTicket},
        token,
    },
    web::testing::{Answer, Desk},
};

async fn ask(desk: &Desk, token: &str, path: &str) -> Answer {
    let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
    desk.browser().ask(request.body(Body::empty()).unwrap()).await
}

async fn token_of(desk: &Desk, account: i64, token: &str) {
    let now = desk.clock.now();
    let mut work = desk.web.store.write().await.unwrap();
    let hash = hashed(token);
    token::add(&mut work, account, "test", &hash, false, now, now.plus(Duration::from_hours(24))).await.unwrap();
    work.commit().await.unwrap();
}

async fn open(desk: &Desk, kind: Kind, subject: &str) {
    let mut work = desk.web.store.write().await.unwrap();
    let new = NewTicket {
        kind,
        subject,
        priority: Priority::Normal,
        reporter: "ida@example.org",
        reporter_name: "Ida",
        channel: Channel::Mail,
        mailbox: None,
        now: desk.clock.now(),
    };
    ticket::open(&mut work, &new).await.unwrap();
    work.commit().await.unwrap();
}

#[tokio::test]
async fn lists_go_on_by_next_and_hide_quarantine() {
    let desk = Desk::new().await;
    let ada = desk.account("ada", &[Role::Reader]).await;
    token_of(&desk, ada, "secret").await;
    for n in 0..3 {
        open(&desk, Kind::Complaint, &format!("Complaint {n}")).await;
    }
    open(&desk, Kind::QuarantineNotice, "Held").await;
    let first: Value = serde_json::from_str(&ask(&desk, "secret", "/api/v1/tickets?limit=2").await.text).unwrap();
    assert_eq!(first["items"][0]["subject"], "Complaint 0");
    assert_eq!(first["items"][0]["opened_at"], "2026-11-24T12:00:00Z");
    let next = first["next"].as_str().unwrap();
    let path = format!("/api/v1/tickets?limit=2&after={next}");
    let second: Value = serde_json::from_str(&ask(&desk, "secret", &path).await.text).unwrap();
    assert_eq!(second["items"].as_array().unwrap().len(), 1, "{second}");
    assert_eq!(second["next"], Value::Null);
    // What is hidden takes no place: this part is full, and nothing tells that a fourth is there.
    let whole: Value = serde_json::from_str(&ask(&desk, "secret", "/api/v1/tickets?limit=3").await.text).unwrap();
    assert_eq!((whole["items"].as_array().unwrap().len(), &whole["next"]), (3, &Value::Null), "{whole}");

    let one: Value = serde_json::from_str(&ask(&desk, "secret", "/api/v1/tickets/1").await.text).unwrap();
    assert_eq!((&one["state"], one["messages"].as_array().unwrap().len()), (&Value::from("new"), 0));
    let (held, none) =
        (ask(&desk, "secret", "/api/v1/tickets/4").await, ask(&desk, "secret", "/api/v1/tickets/99").await);
    assert_eq!((held.status, &held.text), (StatusCode::NOT_FOUND, &none.text));
    for path in ["messages", "not-imported", "delivery-errors"] {
        assert_eq!(ask(&desk, "secret", &format!("/api/v1/{path}")).await.text, r#"{"items":[],"next":null}"#);
    }
}

#[tokio::test]
async fn domains_in_figures() {
    let desk = Desk::new().await;
    let ada = desk.account("ada", &[Role::Reader]).await;
    token_of(&desk, ada, "secret").await;
    let report = "From: d@bigmail.test\nSubject: r\nContent-Type: application/xml\n\n<feedback><report_metadata>\
        <org_name>Big Mail</org_name><report_id>1</report_id></report_metadata><policy_published>\
        <domain>college.test</domain><p>none</p></policy_published>\n<record><row><source_ip>192.0.2.1</source_ip>\
        <count>7</count><policy_evaluated><dkim>pass</dkim><spf>fail</spf></policy_evaluated></row></record></feedback>\n";
    crate::web::testing::arriving::receive(&desk, report).await;
    let json = async |path: &str| {
        let answer = ask(&desk, "secret", path).await;
        (answer.status, serde_json::from_str::<Value>(&answer.text).unwrap())
    };
    let (_, all) = json("/api/v1/domains").await;
    assert_eq!((&all["items"][0]["domain"], &all["items"][0]["passed"]), (&"college.test".into(), &7.into()));
    assert_eq!((all["items"].as_array().unwrap().len(), &all["next"]), (1, &Value::Null));
    let (_, one) = json("/api/v1/domains/college.test").await;
    assert_eq!((&one["policy"], &one["last_day"]), (&"p=none".into(), &"2026-11-24".into()));
    assert_eq!((&one["senders"][0]["network"], &one["senders"][0]["mails"]), (&"192.0.2.0/24".into(), &7.into()));
    assert_eq!((&one["reporters"][0]["verified"], &one["reporters"][0]["not_conforming"]), (&0.into(), &1.into()));
    assert_eq!(json("/api/v1/domains/stranger.test").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_token_is_needed_and_ends() {
    let desk = Desk::new().await;
    let ada = desk.account("ada", &[Role::Reader]).await;
    token_of(&desk, ada, "secret").await;
    let refused = ask(&desk, "wrong", "/api/v1/tickets").await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert_eq!(refused.headers[header::CONTENT_TYPE], "application/problem+json");
    assert_eq!(refused.headers[header::WWW_AUTHENTICATE], "Bearer");
    // A cookie opens nothing here.
    assert_eq!(desk.signed_in("ada").await.get("/api/v1/tickets").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(ask(&desk, "secret", "/api/v1/tickets").await.status, StatusCode::OK);
    assert_eq!(ask(&desk, "secret", "/account").await.status, StatusCode::SEE_OTHER);
    let wrong = ask(&desk, "secret", "/api/v1/tickets?state=lost").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("new, acknowledged"), "{}", wrong.text);

    let mut work = desk.web.store.write().await.unwrap();
    account::set(&mut work, ada, &[Role::Administrator], false, false).await.unwrap();
    work.commit().await.unwrap();
    assert_eq!(ask(&desk, "secret", "/api/v1/tickets").await.status, StatusCode::FORBIDDEN);
    desk.clock.turn_by(Duration::from_hours(24));
    assert_eq!(ask(&desk, "secret", "/api/v1/tickets").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_document_names_every_path() {
    let desk = Desk::new().await;
    let document: Value = serde_json::from_str(&desk.browser().get("/api/v1/openapi.json").await.text).unwrap();
    assert_eq!(document["paths"].as_object().unwrap().len(), 7);
    assert_eq!(document["components"]["securitySchemes"]["token"]["scheme"], "bearer");
    assert!(document["components"]["schemas"].as_object().unwrap().keys().any(|name| name.contains("Listing")));
}
