//! A message that really fails, by a fault of ours: listed with its reason, holding up nobody, tried again by a person.

use postdesk::{
    domain::{event::What, message::Stage, role::Role, ticket::State},
    store::{counter, event, message, outbox, ticket},
};

use super::{
    harness::{Console, Wishes, seen},
    invariant, letter, on_both,
    visitor::Visitor,
};
use crate::world::{Imap, unique, until};

const FAILING_READER: &[(&str, &str)] = &[("POSTDESK_FAIL_AT", "read:X-Marker: trouble"), OFTEN];
const FAILING_DESK: &[(&str, &str)] = &[("POSTDESK_FAIL_AT", "apply:trouble"), OFTEN];
/// It looks every second and a half at least, so that this test need not wait for the usual minute.
const OFTEN: (&str, &str) = ("POSTDESK_PATIENCE", "1500");

on_both!(what_the_reader_fails_on_is_listed_and_imported_after_the_mend, |database| {
    fails_and_is_mended(database, FAILING_READER).await;
});

on_both!(what_the_desk_fails_on_is_listed_and_imported_after_the_mend, |database| {
    fails_and_is_mended(database, FAILING_DESK).await;
});

/// A panic is one line, with the place in our own source. The words of the panic quote the mail, and are not there.
fn says_where_and_not_what(log: &str, mia: &str) {
    let lines: Vec<_> = log.lines().filter(|line| line.contains("a part of the program broke off")).collect();
    assert_eq!(lines.len(), 2, "a line for each of the two: {log}");
    assert!(lines.iter().all(|line| line.contains("ERROR") && line.contains("place=\"src/")), "{lines:?}");
    for words in ["panicked", "X-Marker", "out of bounds", "Mia Example", "RUST_BACKTRACE", mia] {
        assert!(!log.contains(words), "{words} is in {log}");
    }
    assert!(log.lines().all(|line| line.starts_with("20")), "nothing but lines of ours: {log}");
}

async fn fails_and_is_mended(database: crate::world::Database, fault: &'static [(&'static str, &'static str)]) {
    let mut console = Console::prepare(database, Wishes { environment: fault, ..Wishes::default() }).await;
    let mut imap = Imap::sign_in(&console.address).await;
    let mia = unique("mia");
    // Good ones before, between and behind two that fail, in one batch.
    for (n, subject) in ["Spam one", "Spam and trouble", "Spam two", "More trouble", "Spam three"].iter().enumerate() {
        let (_, mail) = letter::complaint(&format!("{mia}-{n}@example.test"), &console.address, subject);
        let marker = if subject.contains("trouble") { "X-Marker: trouble\r\n" } else { "" };
        imap.append("INBOX", &[marker.as_bytes(), &mail].concat()).await;
    }
    console.run();
    console.ready().await;
    let failed = seen!(console, "three applied, two not imported", v => {
        let filter = message::Filter { stage: Some(Stage::NotImported), ..message::Filter::default() };
        let failed = message::list(&mut v, &filter, i64::MAX, 10).await.expect("a list");
        let applied = counter::get(&mut v, "message.stage.applied").await.expect("a count");
        (failed.len() == 2 && applied == 3).then_some(failed)
    });
    // What comes later is not held up either.
    imap.append("INBOX", &letter::complaint(&format!("{mia}-9@example.test"), &console.address, "Spam four").1).await;
    seen!(console, "four acknowledged", v => {
        (counter::get(&mut v, "outbox.accepted").await.expect("a count") == 4).then_some(())
    });
    assert!(console.log().contains("message could not be handled"), "{}", console.log());
    if fault == FAILING_READER {
        says_where_and_not_what(&console.log(), &mia);
    }

    console.account("anna", &[Role::Postmaster]).await;
    let mut anna = Visitor::signed_in(&console, "anna").await;
    assert!(anna.get("/").await.text().contains("2 not imported"), "Today tells it");
    let list = anna.get("/not-imported").await.text();
    for words in ["Spam and trouble", "More trouble", "could not be handled"] {
        assert!(list.contains(words), "{words} is not in {list}");
    }
    assert!(!list.contains("Spam one"), "{list}");
    let on_server = imap.messages("INBOX").await;
    let (second, first) = (failed[0].id, failed[1].id);
    for id in [first, second] {
        let raw = anna.get(&format!("/messages/{id}/raw")).await;
        assert!(on_server.iter().any(|mail| mail.bytes == raw.body), "byte for byte");
    }
    for mail in on_server.iter().filter(|mail| mail.text().contains("X-Marker")) {
        assert!(!mail.flags.contains("\\Seen"), "not marked while it is not imported: {}", mail.flags);
    }

    console.terminate().await;
    console.environment = &[OFTEN];
    console.run();
    console.ready().await;
    let mut anna = Visitor::signed_in(&console, "anna").await;
    let answer = anna.submit("/not-imported", &format!("/not-imported/{first}/retry"), &[]).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let again =
        anna.submit("/not-imported", &format!("/not-imported/{second}/discard"), &[("reason", "no need")]).await;
    assert_eq!(again.status, 303, "{}", again.text());
    let number = seen!(console, "its ticket acknowledged", v => {
        let number = message::get(&mut v, first).await.expect("read").expect("a message").ticket?;
        let found = ticket::get(&mut v, number).await.expect("read").expect("a ticket");
        (found.state == State::Acknowledged).then_some(number)
    });
    // A second press finds nothing to do.
    let pressed = anna.submit("/account", "/sign-out", &[]).await;
    assert_eq!(pressed.status, 303);
    let mut v = console.store.read().await.expect("a view");
    let tickets = ticket::list(&mut v, &ticket::Filter::default(), None, 100).await.expect("a list");
    assert_eq!(tickets.len(), 5, "four and the mended one, once");
    assert_eq!(tickets.iter().filter(|t| t.number == number).count(), 1);
    assert_eq!(outbox::list(&mut v, None, i64::MAX, 100).await.expect("a list").len(), 5);
    assert_eq!(message::get(&mut v, second).await.expect("read").expect("a message").stage, Stage::Discarded);
    let events = event::after(&mut v, 0, 1000).await.expect("events");
    for what in [What::NotImported, What::ImportRetried, What::ImportDiscarded] {
        assert!(events.iter().any(|event| event.what == what), "{what}");
    }
    drop(v);
    until("the mended one and the discarded one are marked", super::harness::PATIENCE, async || {
        imap.messages("INBOX").await.iter().all(|mail| mail.flags.contains("\\Seen"))
    })
    .await;
    invariant::hold_at_rest(&console).await;
}
