//! What leaves is what was shown.

use axum::http::StatusCode;

use super::{MAIL, act, arrives, desk};
use crate::{
    domain::{
        kind::Kind,
        outgoing::{OutboxState, Purpose},
        site::Limits,
    },
    reading::letter::Letter,
    store,
    web::testing::{Answer, Desk},
};

async fn written(desk: &Desk, id: i64) -> (store::outbox::Outbound, Vec<u8>) {
    let mut view = desk.web.store.read().await.unwrap();
    let mail = store::outbox::get(&mut view, id).await.unwrap().unwrap();
    (mail, store::outbox::body(&mut view, id).await.unwrap().unwrap())
}

/// Names and values of the letterhead on the preview, and its text.
fn shown(page: &Answer) -> (Vec<(String, String)>, String) {
    let plain = |text: &str| {
        text.replace("&#60;", "<")
            .replace("&#62;", ">")
            .replace("&#34;", "\"")
            .replace("&#39;", "'")
            .replace("&#38;", "&")
    };
    let letterhead = page.text.split_once("<dl class=\"letterhead\">").unwrap().1.split_once("</dl>").unwrap().0;
    let pairs = letterhead.split("<dt>").skip(1).map(|pair| {
        let (name, rest) = pair.split_once("</dt><dd>").unwrap();
        (plain(name), plain(rest.split_once("</dd>").unwrap().0))
    });
    let text = page.text.split_once("<div class=\"text\">").unwrap().1.split_once("</div>").unwrap().0;
    (pairs.collect(), plain(text))
}

#[tokio::test]
async fn a_reply_leaves_exactly_as_it_was_shown() {
    let desk = desk().await;
    let message = arrives(&desk, MAIL, Kind::Other).await;
    let mut pat = desk.signed_in("pat").await;
    let body = "Dear Ann,\r\n\r\nthe elephants {{ticket}} are gone.\r\n.\r\nGrüße";
    let typed = [("to", "Ann@neighbour.test"), ("subject", "Re: Spam — \r\nBcc: all@x.test"), ("body", body)];
    let page = act(&mut pat, 1, "reply/preview", &typed).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let (headers, text) = shown(&page);
    assert!(!page.text.contains("takes no part"));

    let sent = act(&mut pat, 1, "reply", &typed).await;
    assert_eq!((sent.status, sent.place()), (StatusCode::SEE_OTHER, "/tickets/1"));
    let (mail, bytes) = written(&desk, 1).await;
    let letter = Letter::new(&bytes, Limits::default());
    let mut left = letter.shown_fields();
    left.insert(0, ("Envelope sender".to_owned(), mail.envelope_from.clone().unwrap()));
    assert_eq!(headers.len(), left.len());
    for ((name, seen), (other, value)) in headers.iter().zip(&left) {
        assert_eq!(name, other);
        assert!(seen == value || ["Message-ID", "Date"].contains(&name.as_str()), "{name}: {seen} / {value}");
    }
    assert_eq!(text.trim_end(), letter.text().trim_end());
    let get = |name: &str| left.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    assert_eq!(get("Subject"), "Re: Spam — Bcc: all@x.test [college.test #1]");
    assert_eq!(get("Bcc"), "");
    assert_eq!(get("In-Reply-To"), "<one@neighbour.test>");
    assert_eq!(get("References"), "<zero@neighbour.test> <one@neighbour.test>");
    assert!(get("From").contains("postmaster@college.test") && !get("From").contains("pat"));
    assert!(text.contains("the elephants {{ticket}} are gone.") && text.contains("Our number for this matter: #1"));
    assert_eq!((mail.purpose, mail.state, mail.answers), (Purpose::Reply, OutboxState::Queued, Some(message)));
    assert_eq!(desk.web.head.key.read(&mail.mail_id), Some(1));
    let page = pat.get("/tickets/1").await.text;
    assert!(page.contains("waits to leave") && page.contains("are gone.") && !page.contains("delivered"), "{page}");
}

#[tokio::test]
async fn what_cannot_be_sent_is_said_at_its_field() {
    let desk = desk().await;
    arrives(&desk, MAIL, Kind::Other).await;
    let mut pat = desk.signed_in("pat").await;
    for (to, subject, body, field) in [
        ("a..b@x.test", "s", "b", "to"),
        ("x@x.test, y@x.test", "s", "b", "to"),
        ("x@x.test\r\nBcc: y@x.test", "s", "b", "to"),
        ("", "s", "b", "to"),
        ("x@x.test", " ", "b", "subject"),
        ("x@x.test", &"s".repeat(201), "b", "subject"),
        ("x@x.test", "s", " \r\n", "body"),
    ] {
        for noun in ["reply/preview", "reply"] {
            let refused = act(&mut pat, 1, noun, &[("to", to), ("subject", subject), ("body", body)]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{to:?} {subject:?}");
            assert!(refused.text.contains(&format!("<a href=\"#{field}\">")), "{field}");
        }
    }
    let warned = act(&mut pat, 1, "reply/preview", &[("to", "x@x.test"), ("subject", "s"), ("body", "b")]).await;
    assert!(warned.text.contains("x@x.test takes no part in this ticket yet."));
}

#[tokio::test]
async fn a_ticket_made_by_hand_and_a_first_mail() {
    let desk = desk().await;
    let mut pat = desk.signed_in("pat").await;
    let typed = [
        ("channel", "telephone"),
        ("kind", "assistance"),
        ("subject", "Cannot find Dr Evans"),
        ("name", "Tom Baker"),
        ("address", "tom@example.test"),
        ("text", "He called about zebras."),
        ("priority", "low"),
    ];
    let mut wrong = typed;
    wrong[2].1 = "";
    let refused = pat.fill("/tickets/new", "/tickets", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("He called about zebras.") && refused.text.contains("#subject"));
    let made = pat.fill("/tickets/new", "/tickets", &typed).await;
    assert_eq!(made.place(), "/tickets/1");
    assert!(pat.get("/tickets?fragment=rows&q=zebras").await.text.contains("id=\"ticket-1\""));

    let page = pat.get("/tickets/1?template=closing.en").await;
    assert!(page.text.contains("Cannot find Dr Evans [college.test #1]"), "{}", page.text);
    assert!(page.text.contains("We have looked into the matter"));
    act(&mut pat, 1, "reply", &[("to", "tom@example.test"), ("subject", "Dr Evans"), ("body", "Here.")]).await;
    let (mail, bytes) = written(&desk, 1).await;
    assert_eq!((mail.purpose, mail.answers), (Purpose::First, None));
    assert!(!String::from_utf8(bytes).unwrap().contains("In-Reply-To"));
    act(&mut pat, 1, "reply", &[("to", "tom@example.test"), ("subject", "Dr Evans"), ("body", "More.")]).await;
    let (second, bytes) = written(&desk, 2).await;
    assert_eq!(second.purpose, Purpose::Reply);
    assert!(String::from_utf8(bytes).unwrap().contains(&format!("In-Reply-To: <{}>", mail.mail_id)));
}

#[tokio::test]
async fn d19_full_headers_are_asked_for_with_a_text_that_is_ready() {
    let desk = desk().await;
    arrives(&desk, MAIL, Kind::Complaint).await;
    let mut pat = desk.signed_in("pat").await;
    assert!(pat.get("/tickets/1").await.text.contains("value=\"ask_for_headers"), "it is offered");
    let begun = pat.get("/tickets/1?template=ask_for_headers.en").await.text;
    let body = begun.split_once("<textarea id=\"body\"").expect("a reply").1;
    let body = body.split_once("</textarea>").expect("its end").0;
    assert!(body.to_lowercase().contains("header"), "{body}");
}
