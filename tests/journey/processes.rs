//! Several processes on one `PostgreSQL`: real ones, killed and frozen for real. And one on `SQLite`, which lets in no other.

use std::{collections::BTreeMap, time::Duration};

use postdesk::{domain::role::Role, store::counter};

use super::{
    harness::{Console, PATIENCE, Wishes, client, seen},
    invariant, letter,
    peer::Peer,
    visitor::Visitor,
};
use crate::world::{Database, Imap, deliver, unique, until};

/// Longer than any test waits: a lease ends because its owner is seen to be gone, not by time.
const LONG_LEASE: u16 = 600;
const MAILBOXES: usize = 6;

/// Which process holds which mailbox: lease → the number of its owner's process.
async fn owners(database: &Database) -> BTreeMap<String, u32> {
    let held = "SELECT name || '=' || owner FROM lease WHERE name LIKE 'mailbox %' AND expires_at > 0";
    let rows = database.look(&[held]).await.remove(0);
    let pairs = rows.iter().filter_map(|row| row.split_once('='));
    pairs
        .map(|(name, owner)| (name.to_owned(), owner.split('-').next().expect("a pid").parse().expect("a pid")))
        .collect()
}

fn address(console: &Console, n: usize) -> String {
    if n == 1 { console.address.clone() } else { format!("desk{n}@{}", console.domain) }
}

async fn complain_to_all(console: &Console) {
    for n in 1..=MAILBOXES {
        let mia = format!("{}@example.test", unique("mia"));
        let (_, mail) = letter::complaint(&mia, &address(console, n), "Spam from your network");
        deliver(&mia, &address(console, n), &mail).await;
    }
}

async fn acknowledged(console: &Console, wanted: usize) {
    let wanted = i64::try_from(wanted).expect("a count");
    seen!(console, &format!("{wanted} acknowledged"), v => {
        (counter::get(&mut v, "ticket.acknowledged").await.expect("a count") == wanted).then_some(())
    });
}

#[tokio::test]
async fn three_share_the_mailboxes_and_take_over_from_one_that_is_killed() {
    let wishes = Wishes { mailboxes: MAILBOXES, lease_seconds: LONG_LEASE, ..Wishes::default() };
    let mut console = Console::prepare(Database::postgres().await, wishes).await;
    complain_to_all(&console).await;
    console.run();
    let mut peers = [Peer::run(&console, "b", "clock"), Peer::run(&console, "c", "clock")];
    console.ready().await;
    for peer in &mut peers {
        peer.ready().await;
    }
    acknowledged(&console, MAILBOXES).await;
    let before = owners(&console.database).await;
    assert_eq!(before.len(), MAILBOXES, "each mailbox is in one hand: {before:?}");

    // Whoever holds the first mailbox dies, with all that it holds.
    let dead = before["mailbox 1"];
    if dead == console.pid() {
        console.kill().await;
    } else {
        peers.iter_mut().find(|peer| peer.pid() == Some(dead)).expect("one of the three").kill().await;
    }
    complain_to_all(&console).await;
    acknowledged(&console, 2 * MAILBOXES).await;
    let after = owners(&console.database).await;
    assert_eq!(after.len(), MAILBOXES, "{after:?}");
    assert!(after.values().all(|owner| *owner != dead), "{dead} is dead: {after:?}");
    invariant::rest(&console.database).await;
    invariant::hold_at_rest(&console).await;
}

#[tokio::test]
async fn what_happens_at_one_is_seen_live_at_the_other() {
    let console = Console::start(Database::postgres().await).await;
    // The console has the mailbox; the peer only serves pages.
    seen!(console, "the mailbox's session", v => {
        postdesk::store::mailbox::all(&mut v).await.expect("mailboxes").pop().and_then(|one| one.connected_at)
    });
    let peer = Peer::start(&console, "b").await;
    console.account("anna", &[Role::Postmaster]).await;
    for (listens_at, acts_at) in [(&peer.origin, &console.origin), (&console.origin, &peer.origin)] {
        let mut listener = Visitor::at(listens_at);
        assert_eq!(listener.sign_in("anna", super::harness::PASSWORD).await.status, 303);
        let cookies: Vec<String> = listener.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = client().get(format!("{listens_at}/live")).header("cookie", cookies.join("; "));
        let mut stream = request.send().await.expect("a stream");
        assert_eq!(stream.status(), 200);
        let mut told = String::new();
        while !told.contains("event: resync") {
            told.push_str(&String::from_utf8_lossy(&stream.chunk().await.expect("a piece").expect("open")));
        }
        told.clear();
        let mut actor = Visitor::at(acts_at);
        assert_eq!(actor.sign_in("anna", super::harness::PASSWORD).await.status, 303);
        let typed = [
            ("channel", "telephone"),
            ("kind", "complaint"),
            ("subject", "By telephone"),
            ("name", "Mia"),
            ("address", ""),
            ("text", "She called."),
            ("priority", "normal"),
        ];
        // The search field leads to the same address, so the token is taken from another form of the page.
        let mut fields = actor.get("/tickets/new").await.hidden("/sign-out");
        fields.extend(typed.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let made = actor.post("/tickets", &fields, &[]).await;
        assert_eq!(made.status, 303, "{}", made.text());
        let number = made.header("location").rsplit('/').next().expect("a number").to_owned();
        while !told.contains(&format!("\"tickets\":[{number}]")) {
            told.push_str(&String::from_utf8_lossy(&stream.chunk().await.expect("a piece").expect("open")));
        }
        let shown = listener.get(&format!("/tickets/{number}")).await;
        assert!(shown.text().contains("By telephone"), "{}", shown.text());
    }
    // Mail that the console takes is told at the peer as well: by the same way, and on its pages.
    let mut reader = Visitor::at(&peer.origin);
    assert_eq!(reader.sign_in("anna", super::harness::PASSWORD).await.status, 303);
    let subject = unique("Subject");
    let mia = format!("{}@example.test", unique("mia"));
    let (_, mail) = letter::complaint(&mia, &console.address, &subject);
    deliver(&mia, &console.address, &mail).await;
    until("the peer's list shows it", PATIENCE, async || reader.get("/tickets").await.text().contains(&subject)).await;
}

#[tokio::test]
async fn a_second_serve_on_sqlite_is_refused_and_other_commands_work_beside_it() {
    let mut console = Console::start(Database::sqlite().await).await;
    let second = console.command(&["serve"]).await;
    let words = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(!second.status.success(), "{words}");
    assert!(
        words.contains("another postdesk serve has this database open; stop it first, or use PostgreSQL"),
        "{words}"
    );
    console.account("anna", &[Role::Postmaster]).await;
    let listed = console.command(&["account", "list"]).await;
    assert!(listed.status.success() && String::from_utf8_lossy(&listed.stdout).contains("anna"), "{listed:?}");
    assert!(console.command(&["migrate"]).await.status.success());
    assert!(console.command(&["token", "list"]).await.status.success());
    let checked = console.command(&["check"]).await;
    let found = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(found.contains("database"), "{found}");
    // It still has the mailbox, and takes mail; and once it is gone, however, another may start.
    let mia = format!("{}@example.test", unique("mia"));
    let (_, mail) = letter::complaint(&mia, &console.address, "Spam from your network");
    deliver(&mia, &console.address, &mail).await;
    acknowledged(&console, 1).await;
    console.kill().await;
    console.run();
    console.ready().await;
}

#[cfg(feature = "test-doors")]
#[tokio::test]
async fn housekeeping_is_done_by_one_of_them() {
    // Long leases: on a busy machine a short one runs out, and another of them takes it over.
    let wishes = Wishes { lease_seconds: LONG_LEASE, ..Wishes::default() };
    let mut console = Console::prepare(Database::postgres().await, wishes).await;
    console.run();
    console.ready().await;
    let mut peers = [Peer::run(&console, "b", "clock"), Peer::run(&console, "c", "clock")];
    for peer in &mut peers {
        peer.ready().await;
    }
    let done = |peers: &[Peer]| {
        let logs = peers.iter().map(Peer::log).chain([console.log()]);
        logs.map(|log| log.matches("housekeeping done").count()).collect::<Vec<_>>()
    };
    for times in 1..=3 {
        until("housekeeping", PATIENCE, async || done(&peers).iter().sum::<usize>() >= times).await;
        let counts = done(&peers);
        assert_eq!(counts.iter().sum::<usize>(), times, "{counts:?}");
        assert_eq!(counts.iter().filter(|count| **count > 0).count(), 1, "always the same one: {counts:?}");
        console.turn_clock_by(Duration::from_mins(11));
    }
}

/// One complaint and one other mail wait in the mailbox.
async fn two_mails(console: &Console) {
    let mut imap = Imap::sign_in(&console.address).await;
    let mia = format!("{}@example.test", unique("mia"));
    imap.append("INBOX", &letter::complaint(&mia, &console.address, "Spam from your network").1).await;
    imap.append("INBOX", &letter::answer(&mia, &console.address, "Another matter", None)).await;
}

#[cfg(feature = "test-doors")]
mod frozen {
    use std::collections::BTreeSet;

    use postdesk::{domain::outgoing::OutboxState, store::outbox};

    use super::*;
    use crate::{journey::harness::signal, world::Relay};

    async fn log_says(console: &Console, words: &str) {
        until(&format!("the log says {words:?}"), PATIENCE, async || console.log().contains(words)).await;
    }

    /// Frozen between two transactions for longer than its lease. Its timers stood still meanwhile, as those of a
    /// suspended machine do: only the fence can tell it.
    #[tokio::test]
    async fn beyond_its_lease_its_late_write_is_refused() {
        let mut console = Console::prepare(Database::postgres().await, Wishes::default()).await;
        two_mails(&console).await;
        console.run_to("inbox.read").await;
        console.turn_clock_back_by(Duration::from_mins(1));
        let mut peer = Peer::start(&console, "b").await;
        acknowledged(&console, 1).await;
        invariant::rest(&console.database).await;
        signal(console.pid(), "CONT").await;
        log_says(&console, "its write was refused, for another process has this mailbox now").await;
        invariant::hold_at_rest(&console).await;

        // It has not fallen ill by that: when the other is gone, it goes on.
        peer.kill().await;
        two_mails(&console).await;
        acknowledged(&console, 2).await;
        invariant::rest(&console.database).await;
        invariant::hold_at_rest(&console).await;
        console.terminate().await;
    }

    /// Frozen in the middle of a transaction, with locks in its hand that everybody needs.
    #[tokio::test]
    async fn in_the_middle_of_a_transaction_it_holds_up_nobody() {
        let mut console = Console::prepare(Database::postgres().await, Wishes::default()).await;
        two_mails(&console).await;
        console.run_to("inbox.applying").await;
        let mut peer = Peer::start(&console, "b").await;
        acknowledged(&console, 1).await;
        invariant::rest(&console.database).await;
        signal(console.pid(), "CONT").await;
        log_says(&console, "another process has this mailbox now").await;
        invariant::hold_at_rest(&console).await;
        peer.kill().await;
        two_mails(&console).await;
        acknowledged(&console, 2).await;
        invariant::rest(&console.database).await;
        invariant::hold_at_rest(&console).await;
        console.terminate().await;
    }

    /// Frozen with a mail in hand that it has not begun to send: the other sends it, and it does not.
    #[tokio::test]
    async fn with_a_mail_in_hand_it_does_not_send_it_after_the_other() {
        let relay = Relay::start(&[]).await;
        let wishes = Wishes { relay: Some(relay.port), ..Wishes::default() };
        let mut console = Console::prepare(Database::postgres().await, wishes).await;
        two_mails(&console).await;
        console.run_to("outbox.claimed").await;
        let _peer = Peer::start(&console, "b").await;
        acknowledged(&console, 1).await;
        signal(console.pid(), "CONT").await;
        log_says(&console, "another process took over a mail before it was sent").await;
        invariant::rest(&console.database).await;
        invariant::hold_at_rest(&console).await;
        console.terminate().await;
        assert_eq!(relay.given().len(), 1, "{:?}", relay.given());
    }

    /// Frozen with the relay's answer in hand: the other had to send it again, as the same mail, and the late answer is
    /// not noted a second time.
    #[tokio::test]
    async fn with_an_answer_in_hand_it_does_not_settle_the_others_try() {
        let relay = Relay::start(&[]).await;
        let wishes = Wishes { relay: Some(relay.port), ..Wishes::default() };
        let mut console = Console::prepare(Database::postgres().await, wishes).await;
        two_mails(&console).await;
        console.run_to("outbox.sent").await;
        let _peer = Peer::start(&console, "b").await;
        acknowledged(&console, 1).await;
        signal(console.pid(), "CONT").await;
        log_says(&console, "another process took over a mail that was in hand").await;
        invariant::hold_at_rest(&console).await;
        console.terminate().await;
        let given = relay.given();
        let ids: BTreeSet<&str> = given.iter().filter_map(|one| one.message_id()).collect();
        assert_eq!((given.len(), ids.len()), (2, 1), "{given:?}");
    }

    /// A person's reply in the hand of a frozen process is given out as uncertain; then it must not leave after all.
    #[tokio::test]
    async fn a_persons_reply_that_was_called_uncertain_does_not_leave_after_all() {
        let relay = Relay::start(&[]).await;
        let wishes = Wishes { relay: Some(relay.port), ..Wishes::default() };
        let mut console = Console::prepare(Database::postgres().await, wishes).await;
        two_mails(&console).await;
        // The first claim is the acknowledgement's.
        console.run_until("outbox.claimed:2");
        console.ready().await;
        console.account("anna", &[Role::Postmaster]).await;
        acknowledged(&console, 1).await;
        let number = relay.given()[0]
            .text
            .split(" #")
            .nth(1)
            .and_then(|rest| rest.split(']').next())
            .expect("a number")
            .to_owned();
        let mut anna = Visitor::signed_in(&console, "anna").await;
        let page = format!("/tickets/{number}");
        let typed =
            [("to", relay.given()[0].to.as_str()), ("subject", "Your report"), ("body", "We found the account.")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let shown = anna
            .submit(
                &page,
                &format!("{page}/reply/preview"),
                &typed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect::<Vec<_>>(),
            )
            .await;
        assert_eq!(shown.status, 200, "{}", shown.text());
        let fields = shown.hidden(&format!("{page}/reply"));
        // The outbox wakes with the reply's commit and may freeze the process before the answer is written.
        let path = format!("{page}/reply");
        tokio::select! {
            answered = anna.post(&path, &fields, &[]) => {
                assert_eq!(answered.status, 303);
                console.frozen("outbox.claimed:2").await;
            }
            () = console.frozen("outbox.claimed:2") => {}
        }

        let _peer = Peer::start(&console, "b").await;
        seen!(console, "the reply is uncertain", v => {
            let all = outbox::list(&mut v, Some(OutboxState::Uncertain), i64::MAX, 10).await.expect("a list");
            (all.len() == 1).then_some(())
        });
        signal(console.pid(), "CONT").await;
        log_says(&console, "another process took over a mail before it was sent").await;
        console.terminate().await;
        assert_eq!(relay.given().len(), 1, "the acknowledgement alone: {:?}", relay.given());
        invariant::hold_always(&console.database).await;
    }
}
