//! What happens to the messages on the IMAP server, and when.

use postdesk::{
    domain::message::Stage,
    store::{counter, mailbox, message, sighting},
};

use super::{
    harness::{Console, PATIENCE, Wishes, seen},
    letter, on_both,
};
use crate::world::{Imap, unique, until};

const MAILS: usize = 30;

async fn fill(console: &Console) -> Imap {
    let mut imap = Imap::sign_in(&console.address).await;
    let mia = unique("mia");
    for n in 0..MAILS {
        let mail = letter::answer(&format!("{mia}@example.test"), &console.address, &format!("Hello {n}"), None);
        imap.append("INBOX", &mail).await;
    }
    imap
}

on_both!(a_message_is_marked_seen_only_after_it_is_stored, |database| {
    let mut console = Console::prepare(database, Wishes::default()).await;
    let mut imap = fill(&console).await;
    console.run();
    until("all marked seen", PATIENCE, async || {
        // First the server, then the database: what is marked by now must be stored by now.
        let marked: Vec<i64> =
            imap.messages("INBOX").await.iter().filter(|m| m.flags.contains("\\Seen")).map(|m| m.uid).collect();
        let mut v = console.store.read().await.expect("a view");
        for mailbox in mailbox::all(&mut v).await.expect("mailboxes") {
            let kept =
                sighting::kept_between(&mut v, mailbox.id, mailbox.uidvalidity, 1, i64::MAX).await.expect("kept");
            assert!(marked.iter().all(|uid| kept.contains(uid)), "marked {marked:?}, kept {kept:?}");
        }
        let applied = counter::get(&mut v, "message.stage.applied").await.expect("a count");
        assert!(usize::try_from(applied).expect("a count") >= marked.len(), "{applied} applied, marked {marked:?}");
        marked.len() == MAILS
    })
    .await;
    seen!(console, "the count check", v => {
        let found = mailbox::all(&mut v).await.expect("mailboxes").pop()?;
        (found.on_server == 30 && found.kept_of_server == 30 && found.cursor_uid >= 30).then_some(())
    });
});

on_both!(a_message_is_moved_into_a_folder_that_is_made_for_it, |database| {
    let wishes = Wishes { after: "after = \"move\"\nmove_to = \"Archive/Postdesk\"", ..Wishes::default() };
    let mut console = Console::prepare(database, wishes).await;
    let mut imap = fill(&console).await;
    console.run();
    until("an empty folder and a full archive", PATIENCE, async || {
        imap.messages("INBOX").await.is_empty() && imap.messages("Archive/Postdesk").await.len() == MAILS
    })
    .await;
    assert!(
        imap.subscribed().await.iter().any(|folder| folder == "Archive/Postdesk"),
        "a person's mail program shows it"
    );
    seen!(console, "all applied", v => {
        let all = message::list(&mut v, &message::Filter { stage: Some(Stage::Applied), ..message::Filter::default() }, i64::MAX, 100).await.expect("a list");
        (all.len() == MAILS).then_some(())
    });
    // What comes later is moved as well.
    let late = letter::answer("zoe@example.test", &console.address, "Later", None);
    imap.append("INBOX", &late).await;
    until("the late one moved", PATIENCE, async || imap.messages("Archive/Postdesk").await.len() == MAILS + 1).await;
});

#[tokio::test]
async fn with_keep_the_server_is_left_as_it_is() {
    let wishes = Wishes { after: "after = \"keep\"", ..Wishes::default() };
    let mut console = Console::prepare(crate::world::Database::sqlite().await, wishes).await;
    let mut imap = fill(&console).await;
    console.run();
    seen!(console, "all applied", v => (counter::get(&mut v, "message.stage.applied").await.expect("a count") == 30).then_some(()));
    console.terminate().await;
    let left = imap.messages("INBOX").await;
    assert_eq!(left.len(), MAILS);
    assert!(left.iter().all(|m| !m.flags.contains("\\Seen")), "BODY.PEEK only");
}

/// The same bytes under a further UID are a sighting: kept, counted, no second ticket.
#[tokio::test]
async fn equal_bytes_are_one_message() {
    let console = Console::start(crate::world::Database::sqlite().await).await;
    let mut imap = Imap::sign_in(&console.address).await;
    let (_, mail) = letter::complaint(&format!("{}@example.test", unique("mia")), &console.address, "Spam");
    for _ in 0..3 {
        imap.append("INBOX", &mail).await;
    }
    until("all three seen", PATIENCE, async || {
        let all = imap.messages("INBOX").await;
        all.len() == 3 && all.iter().all(|m| m.flags.contains("\\Seen"))
    })
    .await;
    let mut v = console.store.read().await.expect("a view");
    assert_eq!(counter::get(&mut v, "message.stage.applied").await.expect("a count"), 1);
    assert_eq!(
        counter::get(&mut v, "ticket.new").await.expect("a count")
            + counter::get(&mut v, "ticket.acknowledged").await.expect("a count"),
        1
    );
}
