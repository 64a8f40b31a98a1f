//! Objects as well as routes: what quarantine told is not there for who may not see it, whatever is asked (D12).

use std::collections::BTreeMap;

use axum::{
    body::{Body, to_bytes},
    http::{Method, Request, StatusCode, header},
};

use super::{VISITORS, desk, seated, source::routes};
use crate::{
    desk::act,
    domain::{kind::Kind, message::Stage, outgoing::OutboxState, reading::Reading},
    reading,
    store::{self, event},
    web::{
        extract::testing::rights_of,
        testing::{Desk, ORIGIN, arriving},
    },
};

/// Numbers of an ordinary message, its ticket and its mail; and of those of a quarantine notice.
const PLAIN: &str = "1";
const HIDDEN: &str = "2";
const ABSENT: &str = "999";

/// An ordinary mail with its ticket and a reply that may have left, and the same of a quarantine notice.
pub(super) async fn arrive(desk: &Desk) {
    desk.account("quinn", &[crate::domain::role::Role::AuthorisedPostmaster]).await;
    let mut work = desk.web.store.write().await.unwrap();
    for (name, body) in crate::desk::text::SEEDS {
        store::template::save(&mut work, name, 0, body, "installed", desk.clock.now()).await.unwrap();
    }
    let address = "postmaster@college.test";
    store::mailbox::configure(&mut work, "imap", "p", "INBOX", "postmaster", address).await.unwrap();
    work.commit().await.unwrap();
    for (kind, subject) in [(Kind::Other, "Plain"), (Kind::QuarantineNotice, "Held")] {
        let number = ticket(desk, kind, subject).await;
        arriving::written(desk, Some(number), OutboxState::Uncertain).await;
    }
}

async fn ticket(desk: &Desk, kind: Kind, subject: &str) -> i64 {
    let mail = format!("From: a@b.test\r\nSubject: {subject}\r\n\r\nelephants\r\n");
    let read = reading::read(mail.as_bytes(), &desk.web.head.site);
    let id = arriving::keep(desk, mail.as_bytes(), None, Stage::Kept).await;
    arriving::apply(desk, id, &Reading { kind, ..read }).await;
    let rights = rights_of(&desk.web, "quinn").await;
    let mut work = desk.web.store.write().await.unwrap();
    let message = store::message::get(&mut work, id).await.unwrap().unwrap();
    let number = if let Some(number) = message.ticket {
        number
    } else {
        act::ticket_from_message(&mut work, rights.postmaster().unwrap(), id, desk.clock.now()).await.unwrap()
    };
    work.commit().await.unwrap();
    number
}

/// One form that fits every act on a message, a ticket or a mail.
const FIELDS: &str = "version=1&state=investigating&owner=me&priority=high&tag=x&add=x&tags=x&kind=other&number=1&note=x\
                      &reason=x&why=x&to=a@b.test&subject=x&text=x&body=x&template=&acknowledge=1";

#[tokio::test]
async fn what_quarantine_told_is_not_there_for_others_by_any_route() {
    let desk = desk().await;
    let mut asked = 0;
    for route in routes() {
        let about = ["message", "n", "number", "mail"];
        if !route.names().iter().any(|name| about.contains(name)) || route.pattern.starts_with("/account/") {
            continue;
        }
        for (login, _) in
            VISITORS.iter().filter(|(login, _)| login.ends_with("reader") || login.ends_with("postmaster"))
        {
            let mut answers = BTreeMap::new();
            let before = desk.events().await.len();
            for object in [HIDDEN, ABSENT] {
                let mut browser = seated(&desk, login).await;
                let path = route.path(&desk.web, |name| if about.contains(&name) { object.into() } else { "0".into() });
                let mut request = Request::builder().method(&route.method).uri(&path).header(header::ORIGIN, ORIGIN);
                if login.starts_with("t-") {
                    request = request.header(header::AUTHORIZATION, format!("Bearer {login}"));
                }
                let body = if route.method == Method::POST {
                    request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
                    Body::from(format!("csrf={}&{FIELDS}", browser.csrf))
                } else {
                    Body::empty()
                };
                let answer = browser.ask_only(request.body(body).unwrap()).await;
                let status = answer.status();
                let text = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
                let text = String::from_utf8_lossy(&text).into_owned();
                assert!(!text.contains("elephants") && !text.contains("Private words"), "{path} by {login}: {text}");
                answers.insert(object, (status, text));
            }
            assert_eq!(answers[HIDDEN], answers[ABSENT], "{} {} by {login}", route.method, route.pattern);
            assert!(!answers[HIDDEN].0.is_success(), "{} {} by {login}", route.method, route.pattern);
            assert_eq!(
                desk.events().await.len(),
                before,
                "{} {} by {login} did something",
                route.method,
                route.pattern
            );
            asked += 1;
        }
    }
    assert!(asked > 40, "{asked}");
}

#[tokio::test]
async fn who_may_see_quarantine_sees_the_same_objects() {
    let desk = desk().await;
    for (login, object, wanted) in [
        ("reader", PLAIN, StatusCode::OK),
        ("reader", HIDDEN, StatusCode::NOT_FOUND),
        ("authorised", PLAIN, StatusCode::OK),
        ("authorised", HIDDEN, StatusCode::OK),
    ] {
        for path in ["/tickets", "/messages"] {
            let mut browser = seated(&desk, login).await;
            assert_eq!(browser.get(&format!("{path}/{object}")).await.status, wanted, "{path}/{object} by {login}");
        }
    }
    let mut view = desk.web.store.read().await.unwrap();
    assert!(!event::of_ticket(&mut view, 2, 0, 10).await.unwrap().is_empty());
}
