//! A message that ends the whole process whenever it is read, as a full stack or a full memory does: nothing can be caught
//! then, and the console must not end for ever.

use postdesk::{
    domain::{event::What, message::Stage, role::Role},
    store::{counter, event, message},
};

use super::{
    harness::{Console, PATIENCE, Wishes, seen},
    invariant, letter, on_both,
    visitor::Visitor,
};
use crate::world::{Imap, unique, until_some};

const DEADLY: &[(&str, &str)] = &[("POSTDESK_FAIL_AT", "abort:X-Marker: deadly")];
/// It looks every second and a half at least, so that this test need not wait for the usual minute.
const OFTEN: &[(&str, &str)] = &[("POSTDESK_PATIENCE", "1500")];

on_both!(it_is_set_aside_after_a_few_starts_and_holds_up_no_other, |database| {
    let mut console = Console::prepare(database, Wishes { environment: DEADLY, ..Wishes::default() }).await;
    let mut imap = Imap::sign_in(&console.address).await;
    let mia = unique("mia");
    for (n, subject) in ["Spam one", "The deadly one", "Spam two"].iter().enumerate() {
        let (_, mail) = letter::complaint(&format!("{mia}-{n}@example.test"), &console.address, subject);
        let marker = if subject.contains("deadly") { "X-Marker: deadly\r\n" } else { "" };
        imap.append("INBOX", &[marker.as_bytes(), &mail].concat()).await;
    }
    let mut deaths = 0;
    let aside = loop {
        console.run();
        let found = until_some("it ends, or the message is set aside", PATIENCE, async || {
            if console.ended().is_some() {
                return Some(None);
            }
            let mut v = console.store.read().await.expect("a view");
            let filter = message::Filter { stage: Some(Stage::NotImported), ..message::Filter::default() };
            message::list(&mut v, &filter, i64::MAX, 10).await.expect("a list").pop().map(Some)
        })
        .await;
        if let Some(aside) = found {
            break aside;
        }
        console.bury().await;
        invariant::hold_always(&console.database).await;
        deaths += 1;
        assert!(deaths <= 5, "it ends again and again: {}", console.log());
    };
    // As it came, with others after that crash, and three times by itself.
    assert_eq!(deaths, 5);
    console.ready().await;
    seen!(console, "the others are acknowledged", v => {
        (counter::get(&mut v, "outbox.accepted").await.expect("a count") == 2).then_some(())
    });
    assert!(aside.trouble.contains("broke off each time"), "{}", aside.trouble);
    console.account("anna", &[Role::Postmaster]).await;
    let mut anna = Visitor::signed_in(&console, "anna").await;
    assert!(anna.get("/").await.text().contains("1 not imported"), "Today tells it");
    let list = anna.get("/not-imported").await.text();
    assert!(list.contains("broke off each time") && list.contains("newer postdesk"), "{list}");
    let raw = anna.get(&format!("/messages/{}/raw", aside.id)).await;
    assert!(raw.text().contains("The deadly one"), "its bytes are there: {}", raw.text());

    // A newer program reads it.
    console.terminate().await;
    console.environment = OFTEN;
    console.run();
    console.ready().await;
    let mut anna = Visitor::signed_in(&console, "anna").await;
    let answer = anna.submit("/not-imported", &format!("/not-imported/{}/retry", aside.id), &[]).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    seen!(console, "all three are acknowledged", v => {
        (counter::get(&mut v, "outbox.accepted").await.expect("a count") == 3).then_some(())
    });
    let events = {
        let mut v = console.store.read().await.expect("a view");
        event::after(&mut v, 0, 1000).await.expect("events")
    };
    assert_eq!(events.iter().filter(|event| event.what == What::NotImported).count(), 1, "told once");
    invariant::hold_at_rest(&console).await;
});
