//! Tickets of quarantine notices are for authorised postmasters (D12): for all others they do not exist.

use axum::http::StatusCode;

use super::{MAIL, act, arrives, desk};
use crate::{
    desk::act as acts,
    domain::{kind::Kind, message::Stage, reading::Reading},
    store,
    web::{
        extract::testing::rights_of,
        testing::{Desk, arriving},
    },
};

/// A ticket made of a quarantine notice by an authorised postmaster, beside an ordinary one.
async fn notice(desk: &Desk) {
    arrives(desk, b"From: b@b.test\nSubject: Plain\n\nhello\n", Kind::Other).await;
    let message = arrives(desk, MAIL, Kind::QuarantineNotice).await;
    let rights = rights_of(&desk.web, "quinn").await;
    let mut work = desk.web.store.write().await.unwrap();
    let may = rights.postmaster().unwrap();
    let number = acts::ticket_from_message(&mut work, may, message, desk.clock.now()).await.unwrap();
    assert_eq!(number, 2);
    work.commit().await.unwrap();
}

#[tokio::test]
async fn they_are_not_there_for_others() {
    let desk = desk().await;
    notice(&desk).await;
    let mut pat = desk.signed_in("pat").await;
    let (hidden, absent) = (pat.get("/tickets/2").await, pat.get("/tickets/99").await);
    assert_eq!((hidden.status, hidden.text), (StatusCode::NOT_FOUND, absent.text));
    for search in ["", "kind:quarantine_notice", "elephants", "%232", "from:ann@neighbour.test", "state:any"] {
        let list = pat.get(&format!("/tickets?q={search}")).await;
        assert!(!list.text.contains("ticket-2") && !list.text.contains("Quarantine"), "{search}");
    }
    let list = pat.get("/tickets").await;
    assert!(
        list.text.contains("data-waiting=\"1\"") && list.text.contains("<title data-base=\"Tickets · College\">(1) ")
    );
    let csrf = list.csrf();
    let sent = pat.post("/tickets/2/notes", &[("csrf", &csrf), ("version", "2"), ("note", "x")]).await;
    assert_eq!(sent.status, StatusCode::NOT_FOUND);
    let linked = act(&mut pat, 1, "links", &[("kind", "related"), ("number", "2")]).await;
    assert_eq!(linked.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn d12_no_count_tells_of_them() {
    let desk = desk().await;
    arrives(&desk, b"From: b@b.test\nSubject: Plain\n\nhello\n", Kind::Other).await;
    let figures = async || {
        let all = desk.browser().get("/metrics").await.text;
        let told = ["postdesk_messages", "postdesk_tickets"];
        let mut lines: Vec<String> =
            all.lines().filter(|line| told.iter().any(|name| line.starts_with(name))).map(str::to_owned).collect();
        lines.sort();
        lines
    };
    let before = figures().await;
    assert!(before.iter().any(|line| line.contains("_tickets{state=\"new\"} 1")), "{before:?}");

    let message = arrives(&desk, MAIL, Kind::QuarantineNotice).await;
    let rights = rights_of(&desk.web, "quinn").await;
    let mut work = desk.web.store.write().await.unwrap();
    acts::ticket_from_message(&mut work, rights.postmaster().unwrap(), message, desk.clock.now()).await.unwrap();
    work.commit().await.unwrap();
    for (mail, stage) in
        [(b"Subject: held one\r\n\r\n", Stage::NotImported), (b"Subject: held two\r\n\r\n", Stage::TooLarge)]
    {
        let id = arriving::keep(&desk, mail, None, stage).await;
        let mut work = desk.web.store.write().await.unwrap();
        let reading = Reading { kind: Kind::QuarantineNotice, ..crate::reading::read(mail, &desk.web.head.site) };
        store::message::describe(&mut work, id, &reading, "no room").await.unwrap();
        work.commit().await.unwrap();
    }

    assert_eq!(figures().await, before, "to whoever reaches them");
    let mut pat = desk.signed_in("pat").await;
    let page = pat.get("/not-imported").await.text;
    assert!(page.contains("Everything has been imported") && !page.contains("<span class=\"count\">2"), "{page}");
    assert!(!pat.get("/").await.text.contains("not imported."));
    assert!(pat.get("/messages").await.text.contains("<span class=\"count\">1</span>"));
    pat.fill("/", "/duty/review", &[]).await;
    assert!(desk.events().await.iter().any(|(_, why)| why == "1 ticket waiting"));
    let mut quinn = desk.signed_in("quinn").await;
    assert!(quinn.get("/").await.text.contains("2 not imported."));
    assert!(quinn.get("/messages").await.text.contains("<span class=\"count\">4</span>"));
}

/// Mail that joined the ticket of a quarantine notice quotes what is hidden, whatever kind it is.
#[tokio::test]
async fn d12_an_answer_on_their_ticket_is_for_authorised_postmasters_only() {
    let desk = desk().await;
    notice(&desk).await;
    let mail =
        b"From: Ann <ann@neighbour.test>\nSubject: Re: [college.test #2] zebras\nMessage-ID: <re@neighbour.test>\n\n\
                 > we held your zebras\n";
    let answer = arrives(&desk, mail, Kind::Other).await;
    let mut view = desk.web.store.read().await.unwrap();
    let joined = store::message::get(&mut view, answer).await.unwrap().unwrap();
    assert_eq!((joined.ticket, joined.kind), (Some(2), Kind::Other));
    drop(view);
    for login in ["rea", "pat"] {
        let mut browser = desk.signed_in(login).await;
        let absent = browser.get("/messages/999").await;
        for part in ["", "/raw", "/html", "/attachments/1"] {
            let refused = browser.get(&format!("/messages/{answer}{part}")).await;
            assert_eq!((refused.status, &refused.text), (StatusCode::NOT_FOUND, &absent.text), "{login} {part}");
        }
        for path in ["/", "/messages", "/messages?kind=other", "/messages?outcome=joined"] {
            assert!(!browser.get(path).await.text.contains("zebras"), "{login} {path}");
        }
        let list = browser.get("/messages").await;
        assert!(list.text.contains("<span class=\"count\">1</span>"), "not even a count: {}", list.text);
    }
    let mut quinn = desk.signed_in("quinn").await;
    assert!(quinn.get("/messages").await.text.contains("zebras"));
    assert!(quinn.get("/messages").await.text.contains("<span class=\"count\">3</span>"));
    assert!(quinn.get(&format!("/messages/{answer}")).await.text.contains("we held your zebras"));
}

#[tokio::test]
async fn d12_a_link_to_one_of_them_is_not_for_others_to_remove() {
    let desk = desk().await;
    notice(&desk).await;
    let mut quinn = desk.signed_in("quinn").await;
    let linked = act(&mut quinn, 1, "links", &[("kind", "related"), ("number", "2")]).await;
    assert_eq!(linked.status, StatusCode::SEE_OTHER);
    let mut pat = desk.signed_in("pat").await;
    let hidden = act(&mut pat, 1, "links", &[("remove", "related.to.2")]).await;
    let absent = act(&mut pat, 1, "links", &[("remove", "related.to.99")]).await;
    assert_eq!((hidden.status, hidden.text), (StatusCode::NOT_FOUND, absent.text));
    assert!(quinn.get("/tickets/1").await.text.contains("Remove<span class=\"vh\"> the link to #2"));
}

#[tokio::test]
async fn an_authorised_postmaster_sees_them() {
    let desk = desk().await;
    notice(&desk).await;
    let mut quinn = desk.signed_in("quinn").await;
    assert!(quinn.get("/tickets").await.text.contains("data-waiting=\"2\""));
    assert!(quinn.get("/tickets/2").await.text.contains("elephants"));
    let linked = act(&mut quinn, 1, "links", &[("kind", "related"), ("number", "2")]).await;
    assert_eq!(linked.status, StatusCode::SEE_OTHER);
    assert!(quinn.get("/tickets/1").await.text.contains("Spam from your network"));
    let mut pat = desk.signed_in("pat").await;
    assert!(!pat.get("/tickets/1").await.text.contains("Spam from your network"));
}
