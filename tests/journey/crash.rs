//! A real SIGKILL of the real binary while it works.

use std::collections::BTreeSet;

use postdesk::store::counter;

use super::{
    harness::{Console, Wishes, seen},
    invariant, letter, on_both,
};
use crate::world::{Database, Imap, unique, until};

const MAILS: i64 = 200;

async fn count(console: &Console, name: &str) -> i64 {
    let mut v = console.store.read().await.expect("a view");
    counter::get(&mut v, name).await.expect("a count")
}

on_both!(killed_in_the_middle_it_loses_nothing_and_says_nothing_twice, |database| {
    killed_twice(database).await;
});

async fn killed_twice(database: Database) {
    let wishes = Wishes { more: "[acknowledge]\nper_hour = 1000\nper_address_per_day = 1000\n", ..Wishes::default() };
    let mut console = Console::prepare(database, wishes).await;
    let mia = unique("mia");
    let mut imap = Imap::sign_in(&console.address).await;
    for n in 0..MAILS {
        let (_, mail) =
            letter::complaint(&format!("{mia}+{n}@example.test"), &console.address, &format!("Spam, number {n}"));
        imap.append("INBOX", &mail).await;
    }

    console.run();
    seen!(console, "the first message kept", v => (counter::get(&mut v, "message.stage.kept").await.expect("a count")
        + counter::get(&mut v, "message.stage.applied").await.expect("a count") > 0).then_some(()));
    console.kill().await;
    invariant::hold_always(&console.database).await;
    // Held there: on a busy machine all of them could have left before this test looks again.
    console.run_to("outbox.stored:3").await;
    console.kill().await;
    invariant::hold_always(&console.database).await;
    let before = count(&console, "outbox.accepted").await;
    assert!(before < MAILS, "it was killed in the middle, with {before} accepted");

    console.run();
    console.ready().await;
    seen!(console, "all acknowledged", v => (counter::get(&mut v, "outbox.accepted").await.expect("a count") == MAILS).then_some(()));
    assert_eq!(count(&console, "message.stage.applied").await, MAILS);
    assert_eq!(count(&console, "ticket.acknowledged").await, MAILS, "a ticket each");

    // The complainants' side: each heard, and each only under one Message-ID.
    let mut theirs = Imap::sign_in(&format!("{mia}@example.test")).await;
    let mut answers = Vec::new();
    until("every complainant's mail", super::harness::PATIENCE, async || {
        answers = theirs.messages("INBOX").await;
        answers.iter().map(|m| m.header("In-Reply-To")).collect::<BTreeSet<_>>().len() == 200
    })
    .await;
    let ids: BTreeSet<String> = answers.iter().map(|m| m.header("Message-ID")).collect();
    assert_eq!(ids.len(), 200, "a crash may repeat a mail, never under another Message-ID");

    // The server's side: nothing is left unmarked, nothing vanished.
    until("every message seen", super::harness::PATIENCE, async || {
        let left = imap.messages("INBOX").await;
        left.len() == 200 && left.iter().all(|m| m.flags.contains("\\Seen"))
    })
    .await;
    console.terminate().await;
    invariant::hold_at_rest(&console).await;
}
