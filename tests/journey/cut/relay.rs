//! The line to the relay, or the relay itself, has one of its bad days.

use std::{collections::BTreeSet, time::Duration};

use postdesk::{
    domain::{outgoing::OutboxState, ticket::State},
    store::{outbox, ticket},
};

use super::{
    super::{
        harness::{Console, PATIENCE, Wishes, seen},
        letter, on_both,
    },
    before, impatient, turning,
};
use crate::world::{Fault, Imap, Rule, When, deliver, unique, until};

/// What the relay says when it has taken a text.
const TAKEN: &[u8] = b"250 2.0.0 Ok: queued";

fn instead(of: &'static [u8], words: &[u8]) -> Rule {
    Rule::from_server(When::Before(of), Fault::Instead(words.to_vec()))
}

/// Faults after which the mail has certainly not left.
fn before_the_dot() -> Vec<Rule> {
    vec![
        Rule::to_server(When::Before(b"\r\n.\r\n"), Fault::Cut),
        Rule::to_server(When::Behind(b"Auto-Submitted"), Fault::Cut),
        Rule::from_server(When::Start, Fault::Stall),
        instead(b"220 ", b"554 5.3.2 No service today\r\n"),
        instead(b"220 ", b"421 4.3.2 Too busy\r\n"),
        instead(b"220 ", b"\x00\xff\xfe no server at all\r\n"),
        Rule::from_server(When::Before(b"250-"), Fault::Forever(b"250-X-WITHOUT-END\r\n".repeat(100))),
        Rule::from_server(When::Before(b"220 "), Fault::Forever(vec![b'2'; 4096])),
        instead(b"250 2.1.0", b"451 4.3.0 Queue file write error\r\n"),
        instead(b"250 2.1.5", b"\xff\xfe\xfd\r\n"),
        Rule::from_server(When::Before(b"250 2.1.5"), Fault::Stall),
        instead(b"354 ", b"452 4.3.1 Insufficient system storage\r\n"),
        Rule::from_server(When::Behind(b"354 "), Fault::Close),
    ]
}

/// Faults after which it has left, or may have.
fn behind_the_dot() -> Vec<Rule> {
    vec![
        Rule::from_server(When::Before(TAKEN), Fault::Cut),
        Rule::from_server(When::Before(TAKEN), Fault::Stall),
        instead(TAKEN, b"\x00 nothing a relay would say\r\n"),
        instead(TAKEN, b"451 4.3.0 Try again, although it was taken\r\n"),
    ]
}

on_both!(an_acknowledgement_leaves_under_one_message_id_whatever_happens_on_the_line, |database| {
    let proxy = before("SMTP_PORT").await;
    let console = Console::start_with(database, Wishes { relay: Some(proxy.port), ..impatient() }).await;
    let (not_left, left) = (before_the_dot(), behind_the_dot());
    let copies = left.len() + 1;
    let faults: Vec<Rule> = not_left.into_iter().chain(left).collect();
    for fault in &faults {
        // A connection that is kept for the next try gives way to one with the next fault.
        proxy.then(&[fault.clone(), Rule::to_server(When::Before(b"RSET"), Fault::Cut)]);
    }
    let mia = format!("{}@example.test", unique("mia"));
    deliver(&mia, &console.address, &letter::complaint(&mia, &console.address, "Spam from your network").1).await;
    let accepted = turning(&console, Duration::from_hours(1), "it is accepted", async || {
        let mut v = console.store.read().await.expect("a view");
        outbox::list(&mut v, Some(OutboxState::Accepted), i64::MAX, 10).await.expect("a list").pop()
    })
    .await;
    assert!(proxy.acted() >= faults.len(), "every fault happened");
    assert!(usize::try_from(accepted.attempts).expect("a few") > faults.len() - 1, "a try each: {accepted:?}");
    let mut theirs = Imap::sign_in(&mia).await;
    let mut answers = Vec::new();
    until("every copy", PATIENCE, async || {
        answers = theirs.messages("INBOX").await;
        answers.len() >= copies
    })
    .await;
    assert_eq!(answers.len(), copies, "what had not left is not there twice");
    let ids: BTreeSet<String> = answers.iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!(ids, BTreeSet::from([format!("<{}>", accepted.mail_id)]), "the same mail again, never another");
    let mut v = console.store.read().await.expect("a view");
    assert_eq!(outbox::list(&mut v, None, i64::MAX, 10).await.expect("a list").len(), 1);
    let found = ticket::get(&mut v, accepted.ticket.expect("a ticket")).await.expect("read").expect("a ticket");
    assert_eq!((found.state, found.unreachable), (State::Acknowledged, false));
    assert!(console.log().lines().all(|line| !line.contains("panicked")), "{}", console.log());
});

/// While one mail meets a relay that says nothing, the others leave.
#[tokio::test]
async fn a_relay_that_falls_silent_holds_up_one_mail() {
    let proxy = before("SMTP_PORT").await;
    let wishes = Wishes { relay: Some(proxy.port), ..Wishes::default() };
    // The console's own patience: minutes, of which this test waits for none.
    let console = Console::start_with(crate::world::Database::sqlite().await, wishes).await;
    proxy.then(&[Rule::from_server(When::Before(TAKEN), Fault::Stall)]);
    let (zoe, mia) = (format!("{}@example.test", unique("zoe")), format!("{}@example.test", unique("mia")));
    deliver(&zoe, &console.address, &letter::complaint(&zoe, &console.address, "Spam, and silence").1).await;
    until("the relay is silent", PATIENCE, async || proxy.acted() == 1).await;
    deliver(&mia, &console.address, &letter::complaint(&mia, &console.address, "Spam").1).await;
    let mut theirs = Imap::sign_in(&mia).await;
    until("the other's answer", PATIENCE, async || !theirs.messages("INBOX").await.is_empty()).await;
    // Its being accepted is noted a moment after it was seen.
    let accepted = seen!(console, "the other's is noted", v => {
        outbox::list(&mut v, Some(OutboxState::Accepted), i64::MAX, 10).await.expect("a list").pop()
    });
    assert_eq!(accepted.to, mia);
    let mut v = console.store.read().await.expect("a view");
    let sending = outbox::list(&mut v, Some(OutboxState::Sending), i64::MAX, 10).await.expect("a list");
    assert_eq!(sending.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), [zoe.as_str()]);
}
