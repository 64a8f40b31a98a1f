//! One message on which every session breaks must not keep those behind it from being taken.

use postdesk::{
    domain::{message::Stage, role::Role},
    store::{counter, message},
};

use super::{
    super::{
        harness::{Console, Wishes, seen},
        letter,
        visitor::Visitor,
    },
    AWAY, before, impatient, mailbox_at, turning,
};
use crate::world::{Database, Fault, Imap, Rule, When, unique};

#[tokio::test]
async fn a_message_that_ends_every_session_is_set_aside_and_can_be_fetched_later() {
    let proxy = before("IMAP_PORT").await;
    let edits = vec![mailbox_at(proxy.port, "none")];
    let mut console = Console::prepare(Database::sqlite().await, Wishes { edits, ..impatient() }).await;
    let mut imap = Imap::sign_in(&console.address).await;
    for subject in ["First", "The cursed one", "Second", "Third"] {
        let from = format!("{}@example.test", unique("mia"));
        imap.append("INBOX", &letter::complaint(&from, &console.address, subject).1).await;
    }
    proxy.always(&[Rule::from_server(When::Before(b"Subject: The cursed one"), Fault::Cut)]);
    console.run();
    console.ready().await;
    console.account("anna", &[Role::Postmaster]).await;
    let aside = turning(&console, AWAY, "this one set aside", async || {
        let mut v = console.store.read().await.expect("a view");
        let filter = message::Filter { stage: Some(Stage::TooLarge), ..message::Filter::default() };
        message::list(&mut v, &filter, i64::MAX, 10).await.expect("a list").pop()
    })
    .await;
    assert!(proxy.acted() >= 5, "not at the first trouble");
    seen!(console, "the others applied", v => {
        (counter::get(&mut v, "message.stage.applied").await.expect("a count") == 3).then_some(())
    });
    assert!(aside.trouble.contains("the connection broke each time"), "{}", aside.trouble);
    let mut anna = Visitor::signed_in(&console, "anna").await;
    let list = anna.get("/not-imported").await.text();
    assert!(list.contains("connection broke each time") && list.contains("Fetch anyway"), "{list}");
    assert!(anna.get("/").await.text().contains("1 not imported"), "Today tells it");

    let cursed = imap.messages("INBOX").await.into_iter().find(|m| m.text().contains("cursed")).expect("still there");
    assert!(!cursed.flags.contains("\\Seen"), "untouched on the server");
    proxy.always(&[]);
    let raw = anna.get(&format!("/messages/{}/raw", aside.id)).await;
    assert_eq!(raw.status, 200);
    assert!(raw.body == cursed.bytes, "byte for byte, once the server gives it");
}
