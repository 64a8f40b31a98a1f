//! Very many complaints in a few minutes: caps hold, pages stay usable, nothing is lost, people are told.
//!
//! `POSTDESK_FLOOD=10000` makes them ten thousand each; the usual run takes 300.

use std::{collections::BTreeSet, time::Duration};

use postdesk::{
    domain::{acknowledgement::Decision, outgoing::OutboxState, role::Role},
    store::{counter, message, outbox},
};

use super::{
    harness::{Console, Wishes},
    invariant, letter, on_both,
    visitor::Visitor,
};
use crate::world::{Imap, deliver_all, unique, until};

/// How many complaints.
fn many() -> usize {
    std::env::var("POSTDESK_FLOOD").ok().and_then(|text| text.parse().ok()).unwrap_or(300)
}

/// Delivers them by SMTP and waits until all are dealt with; looks at the pages meanwhile.
async fn flood(console: &Console, from: impl Fn(usize) -> String) {
    let count = many();
    console.account("anna", &[Role::Postmaster]).await;
    let mut anna = Visitor::signed_in(console, "anna").await;
    let mails: Vec<(String, Vec<u8>)> = (0..count)
        .map(|n| {
            let from = from(n);
            let mail = letter::complaint(&from, &console.address, &format!("Spam, number {n}")).1;
            (from, mail)
        })
        .collect();
    let to = console.address.clone();
    let delivered = tokio::spawn(async move { deliver_all(&to, mails).await });
    let patience = Duration::from_mins(1) + Duration::from_millis(30) * u32::try_from(count).expect("a few");
    let mut slowest = Duration::ZERO;
    let clock = postdesk::clock::Clock::machine();
    until("all applied", patience, async || {
        for page in ["/", "/tickets", "/messages", "/mailboxes"] {
            let begun = clock.now();
            assert_eq!(anna.get(page).await.status, 200, "{page}");
            slowest = slowest.max(clock.now().since(begun));
        }
        let mut v = console.store.read().await.expect("a view");
        let applied = counter::get(&mut v, "message.stage.applied").await.expect("a count");
        usize::try_from(applied).expect("a count") == count
    })
    .await;
    delivered.await.expect("delivered");
    eprintln!("{count} complaints; the slowest page took {slowest:?}");
    assert!(slowest < Duration::from_secs(5), "a page took {slowest:?} in the middle of it");
    let mut inbox = Imap::sign_in(&console.address).await;
    until("all marked", patience, async || inbox.unseen("INBOX").await == 0).await;
    assert_eq!(inbox.uids("INBOX").await.1.len(), count, "nothing is lost");
    assert!(console.log().lines().all(|line| !line.contains("session ended")), "{}", console.log());
}

async fn decisions(console: &Console) -> (usize, BTreeSet<String>) {
    let mut v = console.store.read().await.expect("a view");
    let (mut sent, mut reasons, mut before) = (0, BTreeSet::new(), i64::MAX);
    loop {
        let some = message::list(&mut v, &message::Filter::default(), before, 500).await.expect("a list");
        let Some(last) = some.last() else { return (sent, reasons) };
        before = last.id;
        for decided in some.iter().map(|one| one.acknowledgement.as_ref().expect("a decision about each")) {
            if decided.decision == Decision::Send {
                sent += 1;
            } else {
                reasons.insert(decided.reason.clone());
            }
        }
    }
}

async fn outgoing(console: &Console, state: Option<OutboxState>) -> Vec<outbox::Outbound> {
    let mut v = console.store.read().await.expect("a view");
    let (mut all, mut before) = (Vec::new(), i64::MAX);
    loop {
        let some = outbox::list(&mut v, state, before, 500).await.expect("a list");
        let Some(last) = some.last() else { return all };
        before = last.id;
        all.extend(some);
    }
}

async fn accepted(console: &Console, wanted: usize) {
    until("all that may leave has left", Duration::from_mins(5), async || {
        let mut v = console.store.read().await.expect("a view");
        let accepted = counter::get(&mut v, "outbox.accepted").await.expect("a count");
        let accepted = usize::try_from(accepted).expect("a count");
        assert!(accepted <= wanted, "{accepted} left, {wanted} may");
        accepted == wanted
    })
    .await;
}

on_both!(very_many_complaints_of_one_address_get_three_answers, |database| {
    let console = Console::start_with(database, Wishes { lease_seconds: 600, ..Wishes::default() }).await;
    let mia = format!("{}@example.test", unique("mia"));
    flood(&console, |_| mia.clone()).await;
    accepted(&console, 3).await;
    let (sent, reasons) = decisions(&console).await;
    assert_eq!((sent, outgoing(&console, None).await.len()), (3, 3));
    assert_eq!(reasons, BTreeSet::from(["cap for this address reached today".to_owned()]));
    let today = Visitor::signed_in(&console, "anna").await.get("/").await.text();
    assert!(today.contains(&format!("{} of today are not sent", many() - 3)), "{today}");
    invariant::hold_at_rest(&console).await;
});

on_both!(very_many_complainants_are_answered_by_the_hour_oldest_first, |database| {
    // Room for half of them: this hour and the two that a message may wait, which came up to an hour ago by this clock.
    let room = many() / 6;
    let edits =
        vec![("\n[smtp]".to_owned(), format!("\n[acknowledge]\nper_hour = {room}\nmax_age_hours = 3\n\n[smtp]"))];
    let console = Console::start_with(database, Wishes { edits, lease_seconds: 600, ..Wishes::default() }).await;
    console.turn_to_the_hour();
    let mia = unique("mia");
    flood(&console, |n| format!("{mia}-{n}@example.test")).await;
    accepted(&console, room).await;
    let (sent, reasons) = decisions(&console).await;
    assert_eq!(reasons, BTreeSet::from(["cap for all acknowledgements reached".to_owned()]));
    let mut waiting = outgoing(&console, Some(OutboxState::Queued)).await;
    waiting.sort_unstable_by_key(|mail| mail.answers);
    let hours = waiting.iter().map(|mail| mail.due_at).collect::<BTreeSet<_>>().len();
    // Three, if the machine's own clock began another hour meanwhile.
    assert!((2..=3).contains(&hours), "{hours} further hours");
    assert_eq!((waiting.len(), sent), (hours * room, (hours + 1) * room), "each hour is full");
    assert!(waiting.is_sorted_by_key(|mail| mail.due_at), "the oldest waits least");
    let today = Visitor::signed_in(&console, "anna").await.get("/").await.text();
    assert!(today.contains(&format!("{} wait for a later hour", hours * room)), "{today}");
    for hour in 2..=hours + 1 {
        console.turn_clock_by(Duration::from_hours(1));
        accepted(&console, hour * room).await;
    }
    invariant::hold_at_rest(&console).await;
});
