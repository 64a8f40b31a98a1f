//! Going on from a copy of the database while mail keeps arriving: nothing lost, nothing twice.

use std::os::unix::fs::PermissionsExt;

use postdesk::{
    clock::Clock,
    domain::{acknowledgement::Decision, outgoing::OutboxState, role::Role, ticket::State},
    store::{Store, counter, message, outbox, ticket},
};

use super::{
    harness::{Console, PASSWORD, PATIENCE, Wishes, seen},
    letter, on_both,
    visitor::Visitor,
};
use crate::world::{Database, Directory, Imap, deliver, postgres_tool, unique, until};

const MOVE: &str = "after = \"move\"\nmove_to = \"Archive/Postdesk\"";

/// Copies the database as an administrator does, while it is written to.
async fn copy(console: &Console, to: &str) {
    let file = console.file(to);
    let path = file.to_str().expect("a path");
    if console.store.is_embedded() {
        let made = console.command(&["backup", "--to", path]).await;
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let words = String::from_utf8_lossy(&made.stdout).into_owned();
        assert!(words.contains("is whole") && words.contains("messages"), "{words}");
    } else {
        postgres_tool("pg_dump", &["-Fc", "-f", path, console.database()]).await;
    }
}

/// Puts the copy in the place of the database, as an administrator does after a loss.
async fn restore(console: &mut Console, from: &str) {
    let file = console.file(from);
    let path = file.to_str().expect("a path");
    if console.store.is_embedded() {
        let database = console.database().trim_start_matches("sqlite://").to_owned();
        let refused = console.command(&["restore", "--from", path]).await;
        assert!(!refused.status.success(), "a database is there: nothing is overwritten");
        assert!(String::from_utf8_lossy(&refused.stderr).contains("move it away"), "{refused:?}");
        console.store.close().await;
        for tail in ["", "-wal", "-shm"] {
            let _ = std::fs::rename(format!("{database}{tail}"), format!("{database}.lost{tail}"));
        }
        let done = console.command(&["restore", "--from", path]).await;
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        console.open_again().await;
    } else {
        // A new database, filled by PostgreSQL's own tool. Nobody says a word to Postdesk about it.
        let fresh = Database::postgres().await;
        postgres_tool("pg_restore", &["--exit-on-error", "--no-owner", "-d", fresh.url(), path]).await;
        console.take_database(fresh).await;
    }
}

/// Complaints by people of their own, each with its mailbox.
struct People {
    names: Vec<String>,
}

impl People {
    fn new(prefix: &str, count: usize) -> Self {
        Self { names: (0..count).map(|_| format!("{}@example.test", unique(prefix))).collect() }
    }

    async fn complain(&self, to: &str) {
        for name in &self.names {
            let (_, mail) = letter::complaint(name, to, "Spam from your network");
            deliver(name, to, &mail).await;
        }
    }

    /// How many mails each has, by different Message-IDs.
    async fn mails(&self) -> Vec<usize> {
        let mut counts = Vec::new();
        for name in &self.names {
            let mails = Imap::sign_in(name).await.messages("INBOX").await;
            let ids: std::collections::BTreeSet<_> = mails.iter().map(|mail| mail.header("Message-ID")).collect();
            assert_eq!(ids.len(), mails.len(), "no Message-ID twice: {mails:?}");
            counts.push(mails.len());
        }
        counts
    }

    async fn have_heard(&self) {
        until("an acknowledgement for each", PATIENCE, async || self.mails().await.iter().all(|count| *count == 1))
            .await;
    }
}

async fn applied(store: &Store) -> i64 {
    let mut v = store.read().await.expect("a view");
    counter::get(&mut v, "message.stage.applied").await.expect("a count")
}

async fn back_from_a_copy(database: Database, after: &'static str) {
    let mut console = Console::start_with(database, Wishes { after, ..Wishes::default() }).await;
    let to = console.address.clone();
    let (early, during, late, down, new) = (
        People::new("early", 2),
        People::new("during", 4),
        People::new("late", 3),
        People::new("down", 2),
        People::new("new", 1),
    );
    early.complain(&to).await;
    early.have_heard().await;
    // The copy is made while mail arrives; which of it is in the copy, nobody knows.
    tokio::join!(during.complain(&to), copy(&console, "copy"));
    late.complain(&to).await;
    during.have_heard().await;
    late.have_heard().await;
    let before: Vec<i64> = {
        let mut v = console.store.read().await.expect("a view");
        let all = ticket::list(&mut v, &ticket::Filter::default(), None, 50).await.expect("a list");
        all.iter().map(|ticket| ticket.number).collect()
    };
    console.kill().await;
    down.complain(&to).await;
    restore(&mut console, "copy").await;
    console.run();
    console.ready().await;
    // Mail servers tell the time in whole seconds: what comes in the second of the restore counts as before it.
    let clock = Clock::machine();
    let ready = clock.now();
    until("the next second", PATIENCE, async || clock.now().secs() > ready.secs()).await;
    new.complain(&to).await;
    new.have_heard().await;

    let people: Vec<&String> = [&early, &during, &late, &down, &new].iter().flat_map(|some| &some.names).collect();
    let all = i64::try_from(people.len()).expect("a count");
    until("everything read again", PATIENCE, async || applied(&console.store).await >= all).await;
    if after == MOVE {
        let mut imap = Imap::sign_in(&to).await;
        until("an empty folder and a full archive", PATIENCE, async || {
            imap.messages("INBOX").await.is_empty() && imap.messages("Archive/Postdesk").await.len() == people.len()
        })
        .await;
    }
    // It ends by itself only with nothing in hand: what has left by then is all that leaves.
    console.terminate().await;
    nothing_is_lost(&console, &people, all).await;
    for (people, heard) in [(&early, 1), (&during, 1), (&late, 1), (&down, 0), (&new, 1)] {
        assert!(people.mails().await.iter().all(|count| *count == heard), "{:?}", people.mails().await);
    }
    let mut v = console.store.read().await.expect("a view");
    let tickets = ticket::list(&mut v, &ticket::Filter::default(), None, 50).await.expect("a list");
    for ticket in tickets.iter().filter(|ticket| down.names.contains(&ticket.reporter)) {
        assert_eq!(ticket.state, State::New, "it waits for a person");
        assert!(!before.contains(&ticket.number), "a number that was given once means nothing else");
    }
    drop(v);
    by_a_click(&mut console, &down.names[0]).await;
}

/// One kept message, one ticket each; a decision about each with its reason.
async fn nothing_is_lost(console: &Console, people: &[&String], all: i64) {
    let mut v = console.store.read().await.expect("a view");
    let messages = message::list(&mut v, &message::Filter::default(), i64::MAX, 100).await.expect("a list");
    assert_eq!(messages.len(), usize::try_from(all).expect("a count"), "one of each: {messages:?}");
    for person in people {
        let of: Vec<_> = messages.iter().filter(|m| m.from_address == **person).collect();
        assert_eq!(of.len(), 1, "{person}");
        let decided = of[0].acknowledgement.as_ref().expect("a decision");
        match decided.decision {
            Decision::Record => assert!(decided.reason.contains("restored from a copy"), "{decided:?}"),
            Decision::Send => {}
            Decision::Never => panic!("{decided:?}"),
        }
        let ticket = ticket::get(&mut v, of[0].ticket.expect("a ticket")).await.expect("a look").expect("a ticket");
        assert_eq!((ticket.reporter.as_str(), ticket.messages), (person.as_str(), 1));
    }
    let sent = outbox::list(&mut v, None, i64::MAX, 100).await.expect("a list");
    assert!(sent.iter().all(|mail| matches!(mail.state, OutboxState::Accepted | OutboxState::Uncertain)), "{sent:?}");
}

/// A person looks at a ticket that waits, and has it acknowledged.
async fn by_a_click(console: &mut Console, who: &str) {
    console.account("anna", &[Role::Postmaster]).await;
    console.run();
    console.ready().await;
    let number = {
        let mut v = console.store.read().await.expect("a view");
        let all = ticket::list(&mut v, &ticket::Filter::default(), None, 50).await.expect("a list");
        all.iter().find(|ticket| ticket.reporter == who).expect("the ticket").number
    };
    let mut anna = Visitor::signed_in(console, "anna").await;
    let page = format!("/tickets/{number}");
    let shown = anna.get(&page).await.text();
    assert!(shown.contains("restored from a copy"), "the reason is there to read: {shown}");
    let done =
        anna.submit(&page, &format!("{page}/acknowledgement"), &[("reason", "it came while we were down")]).await;
    assert_eq!(done.status, 303, "{}", done.text());
    let who = who.to_owned();
    People { names: vec![who] }.have_heard().await;
    let today = anna.get("/").await.text();
    assert!(today.contains("went back to a copy of the database"), "{today}");
}

on_both!(from_a_copy_nothing_is_lost_and_nothing_sent_twice, |database| {
    back_from_a_copy(database, "after = \"seen\"").await;
});

on_both!(from_a_copy_mail_that_was_moved_since_is_found_again, |database| {
    back_from_a_copy(database, MOVE).await;
});

/// What waited to be sent when the copy was made may have left since.
#[tokio::test]
async fn mail_that_waited_in_the_copy_is_held() {
    let relay = crate::world::Relay::start(&[crate::world::Mood::Refuse("451 4.3.0 later"); 4]).await;
    let wishes = Wishes { relay: Some(relay.port), ..Wishes::default() };
    let mut console = Console::start_with(Database::sqlite().await, wishes).await;
    let to = console.address.clone();
    let mia = format!("{}@example.test", unique("mia"));
    let (_, mail) = letter::complaint(&mia, &to, "Spam");
    deliver(&mia, &to, &mail).await;
    seen!(console, "the relay's first refusal", v => {
        outbox::list(&mut v, None, i64::MAX, 5).await.expect("a list").into_iter().find(|mail| mail.attempts > 0)
    });
    copy(&console, "copy").await;
    console.kill().await;
    restore(&mut console, "copy").await;
    let mut v = console.store.read().await.expect("a view");
    let mails = outbox::list(&mut v, None, i64::MAX, 5).await.expect("a list");
    assert_eq!(mails.iter().map(|mail| mail.state).collect::<Vec<_>>(), [OutboxState::Uncertain]);
    assert!(mails[0].answer.contains("restored from a copy"), "{mails:?}");
}

#[tokio::test]
async fn a_copy_is_private_whole_and_overwrites_nothing() {
    let mut console = Console::start(Database::sqlite().await).await;
    console.account("anna", &[Role::Postmaster]).await;
    let mut anna = Visitor::signed_in(&console, "anna").await;
    copy(&console, "copy").await;
    let file = console.file("copy");
    assert_eq!(std::fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
    let path = file.to_str().expect("a path");
    let bytes = std::fs::read(&file).expect("a copy");
    let again = console.command(&["backup", "--to", path]).await;
    assert!(!again.status.success());
    assert!(String::from_utf8_lossy(&again.stderr).contains("must not exist"), "{again:?}");
    assert_eq!(std::fs::read(&file).expect("a copy"), bytes, "the first one is untouched");
    assert!(!console.file("copy.part").exists());

    // While the console runs nothing is put under its feet.
    let refused = console.command(&["restore", "--from", path]).await;
    assert!(String::from_utf8_lossy(&refused.stderr).contains("stop"), "{refused:?}");
    assert_eq!(anna.get("/").await.status, 200);
    console.terminate().await;

    // A damaged copy is refused, and nothing is left in the place of the database.
    let elsewhere = Directory::new();
    let target = elsewhere.join("postdesk.db");
    let config = std::fs::read_to_string(console.file("postdesk.toml")).expect("a configuration");
    let config = config.replace(console.database(), &format!("sqlite://{}", target.display()));
    std::fs::write(console.file("postdesk.toml"), config).expect("a configuration");
    let mut damaged = bytes.clone();
    for byte in damaged.iter_mut().skip(16 * 4096).take(3 * 4096) {
        *byte = 0x5a;
    }
    std::fs::write(console.file("damaged"), damaged).expect("a file");
    let refused = console.command(&["restore", "--from", console.file("damaged").to_str().expect("a path")]).await;
    assert!(!refused.status.success(), "{refused:?}");
    assert!(!target.exists(), "nothing half-done is left");
    // A copy that was only moved there, without a word to anybody: it knows what it is.
    std::fs::copy(&file, &target).expect("a copy");
    console.run();
    console.ready().await;
    assert!(console.log().contains("restored from a copy"), "{}", console.log());
    assert_eq!(anna.get("/").await.status, 303, "sessions ended with the copy");
    assert_eq!(Visitor::new(&console).sign_in("anna", PASSWORD).await.status, 303);
    console.terminate().await;
    let before = console.log().matches("restored from a copy").count();
    console.run();
    console.ready().await;
    assert_eq!(console.log().matches("restored from a copy").count(), before, "it is said once");
}

/// A dump that became a new database by moving to another server, with nothing running in between.
#[tokio::test]
async fn a_database_that_was_only_moved_goes_on_as_it_was() {
    let mut console = Console::start(Database::postgres().await).await;
    console.account("anna", &[Role::Postmaster]).await;
    let mut anna = Visitor::signed_in(&console, "anna").await;
    console.terminate().await;
    copy(&console, "dump").await;
    restore(&mut console, "dump").await;
    let said = console.command(&["restore", "--moved"]).await;
    assert!(said.status.success(), "{said:?}");
    console.run();
    console.ready().await;
    assert!(!console.log().contains("restored from a copy"), "{}", console.log());
    assert_eq!(anna.get("/").await.status, 200, "her session goes on");
}
