//! What is true whatever was killed, cut, frozen or full: the promises of the console, as questions to its database and
//! its mail server. Every fault test ends with them.
//!
//! An invariant is a name and a statement that gives one text for each breach, so it must give nothing.

mod always;
mod at_rest;
mod broken;

use std::collections::BTreeSet;

use super::harness::{Console, PATIENCE};
use crate::world::{Database, Imap, until};

/// A name and the statement that gives its breaches.
type Invariant = (&'static str, &'static str);

/// What holds in every snapshot, also in the middle of work and right after a kill.
pub(crate) async fn hold_always(database: &Database) {
    let found = breaches(database, &[always::MESSAGES, always::TICKETS, always::OUTGOING, always::SUMS]).await;
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

/// What holds besides when everything that arrived is done: nothing waits, and each message that the server shows in
/// the watched folder is kept under its UID. What was seen outside (an answer, a mark on the server) is noted a moment
/// after, so it is waited for.
pub(crate) async fn hold_at_rest(console: &Console) {
    let database = &console.database;
    rest(database).await;
    let all = [always::MESSAGES, always::TICKETS, always::OUTGOING, always::SUMS, at_rest::NOTHING_WAITS];
    let found = breaches(database, &all).await;
    assert!(found.is_empty(), "\n{}", found.join("\n"));
    let missing = not_kept(console).await;
    assert!(missing.is_empty(), "the server shows UIDs that are not kept: {missing:?}");
}

/// Waits until nothing waits any more.
pub(crate) async fn rest(database: &Database) {
    until("nothing waits", PATIENCE, async || is_at_rest(database).await).await;
}

/// Whether nothing waits any more.
pub(crate) async fn is_at_rest(database: &Database) -> bool {
    breaches(database, &[at_rest::NOTHING_WAITS]).await.is_empty()
}

async fn breaches(database: &Database, lists: &[&[Invariant]]) -> Vec<String> {
    let all: Vec<Invariant> = lists.concat();
    let statements: Vec<&'static str> = all.iter().map(|(_, statement)| *statement).collect();
    let found = database.look(&statements).await;
    let named = all.iter().zip(found).filter(|(_, rows)| !rows.is_empty());
    named
        .map(|((name, _), rows)| {
            format!("{name}: {} in all, such as {}", rows.len(), rows[..rows.len().min(5)].join(", "))
        })
        .collect()
}

/// UIDs in the watched folders that are not kept, by the server's own count.
async fn not_kept(console: &Console) -> Vec<(String, i64)> {
    let mut missing = Vec::new();
    let mut view = console.store.read().await.expect("a view");
    for mailbox in postdesk::store::mailbox::all(&mut view).await.expect("mailboxes") {
        let (uidvalidity, on_server) = Imap::sign_in(&mailbox.user_name).await.uids(&mailbox.folder).await;
        let kept = postdesk::store::sighting::kept_between(&mut view, mailbox.id, uidvalidity, 1, i64::MAX);
        let kept: BTreeSet<i64> = kept.await.expect("UIDs").into_iter().collect();
        let lost = on_server.into_iter().filter(|uid| !kept.contains(uid));
        missing.extend(lost.map(|uid| (mailbox.user_name.clone(), uid)));
    }
    missing
}
