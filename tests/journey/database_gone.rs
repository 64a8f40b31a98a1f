//! The database goes away for a minute, in two ways, while mail comes and a mail is on its way out.

use std::time::Duration;

use postdesk::{domain::role::Role, store::counter};

use super::{
    harness::{Console, PATIENCE, Wishes, client, seen, signal},
    invariant, letter,
    visitor::Visitor,
};
use crate::world::{Cluster, Database, Imap, Relay, deliver, unique, until};

/// Longer than anything waits before it tries again.
const MINUTE: Duration = Duration::from_mins(1);

async fn complain(console: &Console) {
    let mia = format!("{}@example.test", unique("mia"));
    let (_, mail) = letter::complaint(&mia, &console.address, "Spam from your network");
    deliver(&mia, &console.address, &mail).await;
}

async fn acknowledged(console: &Console, wanted: i64) {
    seen!(console, &format!("{wanted} acknowledged"), v => {
        (counter::get(&mut v, "ticket.acknowledged").await.expect("a count") == wanted).then_some(())
    });
}

/// 503 with a word about the database, within the time that a supervisor waits.
async fn unready(console: &Console) {
    until("/readyz says that the database is gone", PATIENCE, async || {
        let answer = client().get(format!("{}/readyz", console.origin)).send().await.expect("an answer in time");
        answer.status() == 503 && answer.text().await.expect("a body").contains("\"database\"")
    })
    .await;
}

async fn ready_again(console: &Console) {
    until("/readyz says 200", PATIENCE, async || {
        client().get(format!("{}/readyz", console.origin)).send().await.is_ok_and(|answer| answer.status() == 200)
    })
    .await;
}

/// Stopped in the middle of everything, with the relay's answer to a mail not yet stored.
#[tokio::test]
async fn stopped_and_started_again() {
    let mut cluster = Cluster::start().await;
    let relay = Relay::start(&[]).await;
    let wishes = Wishes { relay: Some(relay.port), ..Wishes::default() };
    let mut console = Console::prepare(Database::of(&cluster), wishes).await;
    console.account("anna", &[Role::Postmaster]).await;
    complain(&console).await;
    console.run_to("outbox.sent").await;
    let pid = console.pid();
    cluster.stop_at_once().await;
    signal(pid, "CONT").await;
    unready(&console).await;
    let page = Visitor::new(&console).get("/tickets").await;
    assert!(matches!(page.status, 303 | 503), "a page and no silence: {}", page.status);
    // Mail that comes meanwhile waits on its own server.
    complain(&console).await;
    let mut imap = Imap::sign_in(&console.address).await;
    until("it lies there", PATIENCE, async || imap.messages("INBOX").await.len() == 2).await;
    console.turn_clock_by(MINUTE);

    cluster.go_on().await;
    console.turn_clock_by(MINUTE * 5);
    acknowledged(&console, 2).await;
    invariant::rest(&console.database).await;
    ready_again(&console).await;
    assert_eq!(console.pid(), pid, "the same process all the time");
    let mut anna = Visitor::signed_in(&console, "anna").await;
    assert_eq!(anna.get("/tickets").await.status, 200);
    invariant::hold_at_rest(&console).await;
    console.terminate().await;
    assert_eq!(relay.given().len(), 2, "one mail each: {:?}", relay.given());
}

/// Frozen: connections stay open, and nobody answers.
#[tokio::test]
async fn silent_and_back() {
    let cluster = Cluster::start().await;
    let relay = Relay::start(&[]).await;
    let wishes = Wishes { relay: Some(relay.port), ..Wishes::default() };
    let mut console = Console::start_with(Database::of(&cluster), wishes).await;
    complain(&console).await;
    acknowledged(&console, 1).await;
    invariant::rest(&console.database).await;
    let pid = console.pid();
    cluster.signal_all("STOP").await;
    unready(&console).await;
    complain(&console).await;
    let mut imap = Imap::sign_in(&console.address).await;
    until("it lies there", PATIENCE, async || imap.messages("INBOX").await.len() == 2).await;
    console.turn_clock_by(MINUTE);
    cluster.signal_all("CONT").await;
    console.turn_clock_by(MINUTE * 5);
    acknowledged(&console, 2).await;
    invariant::rest(&console.database).await;
    ready_again(&console).await;
    assert_eq!(console.pid(), pid, "the same process all the time");
    invariant::hold_at_rest(&console).await;
    console.terminate().await;
    assert_eq!(relay.given().len(), 2, "one mail each: {:?}", relay.given());
}
