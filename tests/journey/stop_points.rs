//! A real SIGKILL at each named point of a mail's way, where a crash would hurt most, on both databases.

use std::collections::BTreeSet;

use postdesk::{
    domain::{message::Stage, outgoing::OutboxState, ticket::State},
    store::{counter, message, outbox, ticket},
};

use super::{
    harness::{Console, PATIENCE, Wishes, seen},
    invariant, letter, on_both,
};
use crate::world::{Database, Imap, Mail, Mood, Relay, unique, until};

/// Longer than any test waits: whoever goes on before has learnt that the dead process is dead.
const LONG_LEASE: u16 = 600;
const SEEN: &str = "after = \"seen\"";
const MOVED: &str = "after = \"move\"\nmove_to = \"Done\"";

/// A test a point: its name, the points at which it is killed one after the other, what is done on the server, and how
/// often the acknowledgement then arrives.
macro_rules! killed {
    ($($name:ident: $points:expr, $after:expr, $copies:literal;)+) => {
        $(on_both!($name, |database| { killed_at(&$points, $after, $copies, database).await; });)+
    };
}

killed! {
    half_of_a_batch_fetched: ["inbox.fetching"], SEEN, 1;
    fetched_and_nothing_kept: ["inbox.fetched"], SEEN, 1;
    just_before_keeping_is_committed: ["inbox.keeping"], SEEN, 1;
    kept_and_nothing_read: ["inbox.kept"], SEEN, 1;
    read_and_not_applied: ["inbox.read"], SEEN, 1;
    just_before_applying_is_committed: ["inbox.applying"], SEEN, 1;
    applied_and_the_server_not_told: ["inbox.applied"], SEEN, 1;
    about_to_flag: ["inbox.flagging"], SEEN, 1;
    flagged_and_nobody_noted_it: ["inbox.flagged"], SEEN, 1;
    about_to_move: ["inbox.flagging"], MOVED, 1;
    moved_and_nobody_noted_it: ["inbox.flagged"], MOVED, 1;
    just_before_a_claim_is_committed: ["outbox.claiming"], SEEN, 1;
    claimed_and_the_relay_not_called: ["outbox.claimed"], SEEN, 1;
    // The relay has it, and nobody noted that: it goes again, under the same Message-ID.
    sent_and_the_answer_not_noted: ["outbox.sent"], SEEN, 2;
    just_before_the_answer_is_committed: ["outbox.storing"], SEEN, 2;
    sent_and_the_answer_noted: ["outbox.stored"], SEEN, 1;
    killed_again_in_the_middle_of_the_recovery: ["inbox.kept", "inbox.applying", "inbox.applied", "outbox.claimed"], SEEN, 1;
}

/// One complaint and one other mail, with crashes at `points`.
async fn killed_at(points: &[&str], after: &'static str, copies: usize, database: Database) {
    let wishes = Wishes { lease_seconds: LONG_LEASE, after, ..Wishes::default() };
    let mut console = Console::prepare(database, wishes).await;
    let mia = format!("{}@example.test", unique("mia"));
    let mut imap = Imap::sign_in(&console.address).await;
    let (id, complaint) = letter::complaint(&mia, &console.address, "Spam from your network");
    imap.append("INBOX", &complaint).await;
    imap.append("INBOX", &letter::answer(&mia, &console.address, "Another matter", None)).await;

    for point in points {
        console.run_to(point).await;
        standing(&console, point).await;
        console.kill().await;
        invariant::hold_always(&console.database).await;
    }
    console.run();
    console.ready().await;

    seen!(console, "the acknowledgement accepted", v => {
        (counter::get(&mut v, "outbox.accepted").await.expect("a count") == 1).then_some(())
    });
    until("both messages dealt with on the server", PATIENCE, async || {
        let left = imap.messages("INBOX").await;
        if after == MOVED {
            return left.is_empty() && imap.messages("Done").await.len() == 2;
        }
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
    invariant::rest(&console.database).await;
    // It ends by itself only with nothing in hand: what is there now is all there will be.
    console.terminate().await;
    answers = theirs.messages("INBOX").await;
    // While the mailbox is worked on, the outbox of the same process may be at any point of its own: a kill can then come
    // between the relay's 250 and its noting, and the same Message-ID goes once more.
    let beside = points.iter().filter(|point| point.starts_with("inbox.")).count();
    assert!((copies..=copies + beside).contains(&answers.len()), "{} copies", answers.len());
    let ids: BTreeSet<String> = answers.iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    assert!(answers.iter().all(|mail| mail.header("In-Reply-To") == format!("<{id}>")), "{answers:?}");
    invariant::hold_at_rest(&console).await;
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
        "inbox.fetching" | "inbox.fetched" | "inbox.keeping" => {
            assert_eq!((kept.len(), applied, outbox.len()), (0, 0, 0));
        }
        "inbox.kept" | "inbox.read" | "inbox.applying" => {
            assert_eq!((kept.len(), applied, outbox.len()), (2, 0, 0));
        }
        "outbox.claiming" => assert_eq!(outbox, [OutboxState::Queued]),
        "outbox.claimed" | "outbox.sent" | "outbox.storing" => assert_eq!(outbox, [OutboxState::Sending]),
        "outbox.stored" => assert_eq!(outbox, [OutboxState::Accepted]),
        _ => assert_eq!((kept.len(), applied, outbox.len()), (2, 2, 1)),
    }
}

async fn all_is_there_once(console: &Console, mia: &str, answers: &[Mail]) {
    let mut v = console.store.read().await.expect("a view");
    let messages = message::list(&mut v, &message::Filter::default(), i64::MAX, 10).await.expect("a list");
    assert_eq!(messages.len(), 2, "{messages:?}");
    let tickets = ticket::list(&mut v, &ticket::Filter::default(), None, 10).await.expect("a list");
    assert_eq!(tickets.iter().map(|t| (t.reporter.as_str(), t.messages)).collect::<Vec<_>>(), [(mia, 1), (mia, 1)]);
    let mut states: Vec<State> = tickets.iter().map(|t| t.state).collect();
    states.sort_unstable_by_key(|state| state.as_str());
    assert_eq!(states, [State::Acknowledged, State::New]);
    let sent = outbox::list(&mut v, None, i64::MAX, 10).await.expect("a list");
    assert_eq!(sent.iter().map(|o| o.state).collect::<Vec<_>>(), [OutboxState::Accepted]);
    let ids: BTreeSet<String> = answers.iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!(ids, BTreeSet::from([format!("<{}>", sent[0].mail_id)]), "one Message-ID");
}

// The whole text is with the relay, which has not answered yet: nobody can know, so it goes again as the same mail.
on_both!(killed_while_the_relay_thinks, |database| {
    let relay = Relay::start(&[Mood::Silent]).await;
    let wishes = Wishes { lease_seconds: LONG_LEASE, relay: Some(relay.port), ..Wishes::default() };
    let mut console = Console::prepare(database, wishes).await;
    let mia = format!("{}@example.test", unique("mia"));
    let (_, complaint) = letter::complaint(&mia, &console.address, "Spam from your network");
    Imap::sign_in(&console.address).await.append("INBOX", &complaint).await;
    console.run();
    until("the relay has the text", PATIENCE, async || relay.given().len() == 1).await;
    console.kill().await;
    invariant::hold_always(&console.database).await;
    console.run();
    until("nothing waits", PATIENCE, async || {
        relay.given().len() == 2 && invariant::is_at_rest(&console.database).await
    })
    .await;
    console.terminate().await;
    invariant::hold_at_rest(&console).await;
    let given = relay.given();
    let ids: BTreeSet<&str> = given.iter().filter_map(|one| one.message_id()).collect();
    assert_eq!((given.len(), ids.len()), (2, 1), "{given:?}");
});
