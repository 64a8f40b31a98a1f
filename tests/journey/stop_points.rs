//! A real SIGKILL at each named point, where a crash would hurt most.

use std::collections::BTreeSet;

use postdesk::{
    domain::{message::Stage, outgoing::OutboxState, ticket::State},
    store::{counter, message, outbox, sighting, ticket},
};

use super::{
    harness::{Console, PATIENCE, Wishes, seen},
    letter,
};
use crate::world::{Database, Imap, Mail, unique, until};

/// Longer than any test waits: whoever goes on before has learnt that the dead process is dead.
const LONG_LEASE: u16 = 600;

#[tokio::test]
async fn fetched_and_nothing_kept() {
    killed_at("inbox.fetched", 1, Database::sqlite().await).await;
}

#[tokio::test]
async fn kept_and_nothing_read() {
    killed_at("inbox.kept", 1, Database::sqlite().await).await;
}

#[tokio::test]
async fn kept_and_nothing_read_on_postgres() {
    killed_at("inbox.kept", 1, Database::postgres().await).await;
}

#[tokio::test]
async fn read_and_not_applied() {
    killed_at("inbox.read", 1, Database::sqlite().await).await;
}

#[tokio::test]
async fn applied_and_the_server_not_told() {
    killed_at("inbox.applied", 1, Database::sqlite().await).await;
}

#[tokio::test]
async fn about_to_tell_the_server() {
    killed_at("inbox.flagging", 1, Database::sqlite().await).await;
}

#[tokio::test]
async fn claimed_and_not_sent() {
    killed_at("outbox.claimed", 1, Database::sqlite().await).await;
}

/// The relay has it, and nobody noted that: it goes again, under the same Message-ID.
#[tokio::test]
async fn sent_and_the_answer_not_noted() {
    killed_at("outbox.sent", 2, Database::sqlite().await).await;
}

#[tokio::test]
async fn sent_and_the_answer_not_noted_on_postgres() {
    killed_at("outbox.sent", 2, Database::postgres().await).await;
}

/// One complaint and one other mail, with a crash at `point`; `copies` is how often the acknowledgement then arrives.
async fn killed_at(point: &str, copies: usize, database: Database) {
    let wishes = Wishes { lease_seconds: LONG_LEASE, ..Wishes::default() };
    let mut console = Console::prepare(database, wishes).await;
    let mia = format!("{}@example.test", unique("mia"));
    let mut imap = Imap::sign_in(&console.address).await;
    let (id, complaint) = letter::complaint(&mia, &console.address, "Spam from your network");
    imap.append("INBOX", &complaint).await;
    imap.append("INBOX", &letter::answer(&mia, &console.address, "Another matter", None)).await;

    console.run_to(point).await;
    standing(&console, point).await;
    console.kill().await;
    console.run();
    console.ready().await;

    seen!(console, "the acknowledgement accepted", v => {
        (counter::get(&mut v, "outbox.accepted").await.expect("a count") == 1).then_some(())
    });
    until("both messages seen on the server", PATIENCE, async || {
        let left = imap.messages("INBOX").await;
        assert_eq!(left.len(), 2, "nothing vanished");
        left.iter().all(|mail| mail.flags.contains("\\Seen"))
    })
    .await;
    let mut theirs = Imap::sign_in(&mia).await;
    let mut answers: Vec<Mail> = Vec::new();
    until("the complainant's mail", PATIENCE, async || {
        answers = theirs.messages("INBOX").await;
        answers.len() >= copies
    })
    .await;
    // It ends by itself only with nothing in hand: what is there now is all there will be.
    console.terminate().await;
    answers = theirs.messages("INBOX").await;
    assert_eq!(answers.len(), copies, "{answers:?}");
    assert!(answers.iter().all(|mail| mail.header("In-Reply-To") == format!("<{id}>")), "{answers:?}");
    all_is_there_once(&console, &mia, &answers).await;
}

/// What was stored when it stopped: the point is where its name says.
async fn standing(console: &Console, point: &str) {
    let mut v = console.store.read().await.expect("a view");
    let kept = message::list(&mut v, &message::Filter::default(), i64::MAX, 10).await.expect("a list");
    let applied = kept.iter().filter(|m| m.stage == Stage::Applied).count();
    let outbox: Vec<OutboxState> =
        outbox::list(&mut v, None, i64::MAX, 10).await.expect("a list").iter().map(|o| o.state).collect();
    match point {
        "inbox.fetched" => assert_eq!((kept.len(), applied, outbox.len()), (0, 0, 0)),
        "inbox.kept" | "inbox.read" => assert_eq!((kept.len(), applied, outbox.len()), (2, 0, 0)),
        "outbox.claimed" | "outbox.sent" => assert_eq!(outbox, [OutboxState::Sending]),
        _ => assert_eq!((kept.len(), applied, outbox.len()), (2, 2, 1)),
    }
}

async fn all_is_there_once(console: &Console, mia: &str, answers: &[Mail]) {
    let mut v = console.store.read().await.expect("a view");
    let messages = message::list(&mut v, &message::Filter::default(), i64::MAX, 10).await.expect("a list");
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert!(messages.iter().all(|m| m.stage == Stage::Applied), "{messages:?}");
    assert_eq!(messages.iter().map(|m| &m.sha256).collect::<BTreeSet<_>>().len(), 2);
    for mailbox in postdesk::store::mailbox::all(&mut v).await.expect("mailboxes") {
        let kept = sighting::kept_between(&mut v, mailbox.id, mailbox.uidvalidity, 1, i64::MAX).await.expect("kept");
        assert_eq!(kept.len(), 2, "each under its own UID, once");
    }
    let tickets = ticket::list(&mut v, &ticket::Filter::default(), None, 10).await.expect("a list");
    assert_eq!(tickets.iter().map(|t| (t.reporter.as_str(), t.messages)).collect::<Vec<_>>(), [(mia, 1), (mia, 1)]);
    let mut states: Vec<State> = tickets.iter().map(|t| t.state).collect();
    states.sort_unstable_by_key(|state| state.as_str());
    assert_eq!(states, [State::Acknowledged, State::New]);
    let of: BTreeSet<Option<i64>> = messages.iter().map(|m| m.ticket).collect();
    assert_eq!(of, tickets.iter().map(|t| Some(t.number)).collect(), "a ticket each");
    let sent = outbox::list(&mut v, None, i64::MAX, 10).await.expect("a list");
    assert_eq!(sent.iter().map(|o| o.state).collect::<Vec<_>>(), [OutboxState::Accepted]);
    let ids: BTreeSet<String> = answers.iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!(ids, BTreeSet::from([format!("<{}>", sent[0].mail_id)]), "one Message-ID");
}
