//! The disk is full while mail is kept, applied, sent, and while the log is written: nothing is lost or done twice, it is
//! said, and it goes on by itself when there is room.

use std::{path::PathBuf, time::Duration};

use postdesk::{
    clock::Clock,
    domain::{message::Stage, role::Role},
    store::{counter, message},
};

use super::{
    harness::{Console, PATIENCE, Wishes, client, seen, signal},
    invariant, letter,
    peer::Peer,
    visitor::Visitor,
};
use crate::world::{Database, Imap, Relay, SmallDisk, deliver, unique, until};

/// Longer than a mailbox waits before it tries again.
const LONGER: Duration = Duration::from_mins(10);
const WORDS: &str = "disk is full. Make room on it";

/// One body as two tests, each with its database on a small disk.
macro_rules! on_a_small_disk {
    ($name:ident, |$disk:ident, $database:ident| $body:block) => {
        mod $name {
            use super::*;

            async fn body($disk: SmallDisk, $database: Database) $body

            #[tokio::test]
            async fn sqlite() {
                let disk = SmallDisk::new(64);
                let database = Database::sqlite_on(&disk);
                body(disk, database).await;
            }

            #[tokio::test]
            async fn postgres() {
                let disk = SmallDisk::new(64);
                let database = Database::postgres_on(&disk).await;
                body(disk, database).await;
            }
        }
    };
}

/// A complaint with so many lines that nothing compresses.
fn long_complaint(from: &str, to: &str, lines: usize) -> Vec<u8> {
    let (_, mut mail) = letter::complaint(from, to, "Spam from your network");
    for _ in 0..lines {
        let bytes: [u8; 32] = Clock::machine().unguessable().expect("random bytes");
        let line = bytes.iter().fold(String::new(), |line, byte| line + &format!("{byte:02x}"));
        mail.extend_from_slice(line.as_bytes());
        mail.extend_from_slice(b"\r\n");
    }
    mail
}

async fn readiness(origin: &str) -> (u16, String) {
    let answer = client().get(format!("{origin}/readyz")).send().await.expect("an answer");
    (answer.status().as_u16(), answer.text().await.expect("a body"))
}

/// Supervisors are told. The log may be first: there each job speaks for itself.
async fn unready(console: &Console) {
    until("/readyz says it", PATIENCE, async || {
        let (status, text) = readiness(&console.origin).await;
        status == 503 && text.contains(WORDS)
    })
    .await;
}

/// It is said where people and their supervisors look.
async fn said(console: &Console, anna: &mut Visitor) {
    unready(console).await;
    // The word on /readyz may have been another job's, whose next try found room.
    until("the page says it", PATIENCE, async || {
        let page = anna.get("/mailboxes").await;
        assert_eq!(page.status, 200, "people can read: {}", page.text());
        page.text().contains("disk is full")
    })
    .await;
}

/// Everything is done at last, without a word from anybody.
async fn goes_on(console: &Console, applied: i64) {
    seen!(console, "everything applied", v => {
        (counter::get(&mut v, "message.stage.applied").await.expect("a count") == applied).then_some(())
    });
    invariant::rest(&console.database).await;
    until("/readyz says 200", PATIENCE, async || readiness(&console.origin).await.0 == 200).await;
    invariant::hold_at_rest(console).await;
}

on_a_small_disk!(while_keeping, |disk, database| {
    let console = Console::start(database).await;
    console.account("anna", &[Role::Postmaster]).await;
    let mut anna = Visitor::signed_in(&console, "anna").await;
    disk.fill();
    let mia = format!("{}@example.test", unique("mia"));
    let mut imap = Imap::sign_in(&console.address).await;
    // More than any log of the database has room for beforehand.
    imap.append("INBOX", &long_complaint(&mia, &console.address, 200_000)).await;
    said(&console, &mut anna).await;
    {
        let mut v = console.store.read().await.expect("a view");
        let kept = message::list(&mut v, &message::Filter::default(), i64::MAX, 10).await.expect("a list");
        assert!(kept.is_empty(), "{kept:?}");
    }
    let left = imap.messages("INBOX").await;
    assert!(
        left.len() == 1 && !left[0].flags.contains("\\Seen"),
        "the server still has it as new: {:?}",
        left[0].flags
    );

    disk.make_room();
    // Not before: on a full disk PostgreSQL may refuse a new session ("could not write init file").
    invariant::hold_always(&console.database).await;
    console.turn_clock_by(LONGER);
    goes_on(&console, 1).await;
    let page = anna.get("/mailboxes").await.text();
    assert!(!page.contains("disk is full"), "{page}");
});

on_a_small_disk!(while_applying, |disk, database| {
    let mut console = Console::prepare(database, Wishes::default()).await;
    console.account("anna", &[Role::Postmaster]).await;
    let mut imap = Imap::sign_in(&console.address).await;
    for _ in 0..50 {
        let mia = format!("{}@example.test", unique("mia"));
        imap.append("INBOX", &long_complaint(&mia, &console.address, 3_000)).await;
    }
    console.run_until("inbox.kept");
    console.frozen("inbox.kept").await;
    disk.fill();
    signal(console.pid(), "CONT").await;
    console.listens().await;
    let mut anna = Visitor::at(&console.origin);
    until("it says that there is no room", PATIENCE, async || console.log().contains("disk is full")).await;
    {
        let mut v = console.store.read().await.expect("a view");
        let all = message::list(&mut v, &message::Filter::default(), i64::MAX, 100).await.expect("a list");
        assert!(!all.is_empty() && all.iter().all(|m| m.stage == Stage::Kept), "kept and waiting: {all:?}");
    }
    unready(&console).await;
    disk.make_room();
    invariant::hold_always(&console.database).await;
    console.turn_clock_by(LONGER);
    goes_on(&console, 50).await;
    assert_eq!(anna.sign_in("anna", crate::journey::harness::PASSWORD).await.status, 303, "and people get in");
});

/// The relay has the mail, and its answer finds no room: it is stored later, and the mail does not leave again.
#[tokio::test]
async fn while_the_relays_answer_is_stored() {
    let disk = SmallDisk::new(64);
    let relay = Relay::start(&[]).await;
    let wishes = Wishes { relay: Some(relay.port), ..Wishes::default() };
    let mut console = Console::prepare(Database::sqlite_on(&disk), wishes).await;
    let mia = format!("{}@example.test", unique("mia"));
    let (_, mail) = letter::complaint(&mia, &console.address, "Spam from your network");
    Imap::sign_in(&console.address).await.append("INBOX", &mail).await;
    console.run_to("outbox.sent").await;
    disk.fill();
    signal(console.pid(), "CONT").await;
    until("the outbox stands still", PATIENCE, async || console.log().contains("outbox stands still")).await;
    unready(&console).await;
    disk.make_room();
    goes_on(&console, 1).await;
    console.terminate().await;
    assert_eq!(relay.given().len(), 1, "{:?}", relay.given());
}

/// Not one line of the log finds room. That is no reason to stop.
#[tokio::test]
async fn while_logging() {
    let console = Console::prepare(Database::sqlite().await, Wishes::default()).await;
    console.account("anna", &[Role::Postmaster]).await;
    let mut peer = Peer::run_logging_to(&console, PathBuf::from("/dev/full"), "clock");
    peer.ready().await;
    let mia = format!("{}@example.test", unique("mia"));
    let (_, mail) = letter::complaint(&mia, &console.address, "Spam from your network");
    deliver(&mia, &console.address, &mail).await;
    assert_eq!(Visitor::at(&peer.origin).sign_in("anna", crate::journey::harness::PASSWORD).await.status, 303);
    seen!(console, "the complaint acknowledged", v => {
        (counter::get(&mut v, "ticket.acknowledged").await.expect("a count") == 1).then_some(())
    });
    assert_eq!(readiness(&peer.origin).await.0, 200);
    peer.kill().await;
}
