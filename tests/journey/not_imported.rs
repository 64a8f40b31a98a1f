//! What could not be handled stands in a list: with its reason, its bytes, another try, and a way out.

use postdesk::{
    domain::{event::What, message::Stage, role::Role},
    store::{event, message},
};

use super::{
    harness::{Console, Wishes, seen},
    letter,
    visitor::Visitor,
};
use crate::world::{Database, Imap, unique};

async fn stage(console: &Console, id: i64) -> Stage {
    let mut v = console.store.read().await.expect("a view");
    message::get(&mut v, id).await.expect("read").expect("a message").stage
}

#[tokio::test]
async fn a_message_over_the_limit_is_listed_fetched_anyway_or_discarded() {
    let wishes = Wishes { more: "[limits]\nmessage_mib = 1\n", ..Wishes::default() };
    let console = Console::start_with(Database::sqlite().await, wishes).await;
    console.account("anna", &[Role::Postmaster]).await;
    let mut imap = Imap::sign_in(&console.address).await;
    for subject in ["Huge one", "Huge two"] {
        let mut mail = letter::answer(&format!("{}@example.test", unique("mia")), &console.address, subject, None);
        mail.extend_from_slice(&b"0123456789abcde\r\n".repeat(100_000));
        imap.append("INBOX", &mail).await;
    }
    let small = letter::answer("zoe@example.test", &console.address, "Small", None);
    imap.append("INBOX", &small).await;
    let large = seen!(console, "two too large, the small one applied", v => {
        let filter = message::Filter { stage: Some(Stage::TooLarge), ..message::Filter::default() };
        let large = message::list(&mut v, &filter, i64::MAX, 10).await.expect("a list");
        let applied = postdesk::store::counter::get(&mut v, "message.stage.applied").await.expect("a count");
        (large.len() == 2 && applied == 1).then_some(large)
    });
    assert!(large.iter().all(|m| m.subject.starts_with("Huge") && m.size > 1_700_000), "{large:?}");
    let on_server = imap.messages("INBOX").await;
    assert!(
        on_server.iter().filter(|m| m.bytes.len() > 1 << 20).all(|m| !m.flags.contains("\\Seen")),
        "untouched on the server"
    );

    let mut anna = Visitor::signed_in(&console, "anna").await;
    let list = anna.get("/not-imported").await;
    assert_eq!(list.status, 200, "{}", list.text());
    assert!(list.text().contains("Huge one") && list.text().contains("Huge two") && !list.text().contains("Small"));
    let (fetch, discard) = (large[1].id, large[0].id);
    assert!(list.text().contains(&format!("/messages/{fetch}/raw")), "fetch anyway: it is streamed from the server");
    let raw = anna.get(&format!("/messages/{fetch}/raw")).await;
    assert!(on_server.iter().any(|m| m.bytes == raw.body), "byte for byte as received, {} bytes", raw.body.len());
    let answer =
        anna.submit("/not-imported", &format!("/not-imported/{discard}/discard"), &[("reason", "not needed")]).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    assert_eq!(stage(&console, discard).await, Stage::Discarded);
    let list = anna.get("/not-imported").await;
    let listed = |id: i64| list.text().contains(&format!("id=\"not-imported-{id}\""));
    assert!(listed(fetch) && !listed(discard), "{}", list.text());
    let mut v = console.store.read().await.expect("a view");
    let events = event::after(&mut v, 0, 1000).await.expect("events");
    assert!(
        events.iter().any(|e| e.what == What::ImportDiscarded && e.actor == "anna" && e.why.contains("not needed"))
    );
}
