//! What other people and programs do to a folder while it is watched: with the real Dovecot, on its own files.

use std::path::PathBuf;

use postdesk::{
    domain::{event::What, message::Outcome, role::Role},
    store::{counter, event, mailbox, message, outbox, ticket},
};

use super::{
    cut::{AWAY, impatient, turning},
    harness::{Console, PATIENCE, Wishes, seen, signal},
    invariant, letter, on_both,
    visitor::Visitor,
};
use crate::world::{Database, Imap, address, unique, until};

/// A console that watches a folder of its own, which has three complaints in it.
async fn watching(database: Database) -> (Console, Imap) {
    let user = "user = \"postmaster@{domain}\"\n";
    let edits = vec![(user.to_owned(), format!("{user}folder = \"Complaints\"\n"))];
    let mut console = Console::prepare(database, Wishes { edits, ..impatient() }).await;
    let mut imap = Imap::sign_in(&console.address).await;
    imap.command("CREATE Complaints").await;
    for n in 1..=3 {
        imap.append("Complaints", &complaint(&console, &format!("Spam {n}"))).await;
    }
    console.run();
    console.ready().await;
    standing(&console, 3, 3).await;
    (console, imap)
}

/// A complaint from somebody new.
fn complaint(console: &Console, subject: &str) -> Vec<u8> {
    letter::complaint(&format!("{}@example.test", unique("mia")), &console.address, subject).1
}

/// Waits until so many messages are applied and acknowledged, each once, and the count check agrees with the server.
async fn standing(console: &Console, messages: i64, on_server: i64) {
    let what = format!("{messages} messages taken and {on_server} on the server");
    turning(console, AWAY, &what, async || {
        let mut v = console.store.read().await.expect("a view");
        let applied = counter::get(&mut v, "message.stage.applied").await.expect("a count");
        let accepted = counter::get(&mut v, "outbox.accepted").await.expect("a count");
        assert!(applied <= messages && accepted <= messages, "{applied} messages, {accepted} acknowledgements");
        let found = mailbox::all(&mut v).await.expect("mailboxes").pop().expect("the mailbox");
        let counted = (found.on_server, found.kept_of_server) == (on_server, on_server) && found.trouble.is_empty();
        ((applied, accepted) == (messages, messages) && counted).then_some(())
    })
    .await;
}

async fn events(console: &Console, what: What) -> usize {
    let mut v = console.store.read().await.expect("a view");
    event::after(&mut v, 0, 1000).await.expect("events").iter().filter(|event| event.what == what).count()
}

on_both!(a_folder_made_anew_with_the_same_mail_makes_no_ticket_twice, |database| {
    let (console, mut imap) = watching(database).await;
    let before = imap.messages("Complaints").await;
    imap.command("UNSELECT").await;
    imap.command("DELETE Complaints").await;
    turning(&console, AWAY, "the folder is missed", async || {
        let mut v = console.store.read().await.expect("a view");
        let trouble = mailbox::all(&mut v).await.expect("mailboxes").pop()?.trouble;
        trouble.contains("folder `Complaints`").then_some(())
    })
    .await;
    imap.command("CREATE Complaints").await;
    for mail in &before {
        imap.append("Complaints", &mail.bytes).await;
    }
    imap.append("Complaints", &complaint(&console, "A new one")).await;
    standing(&console, 4, 4).await;
    assert!(events(&console, What::MailboxRenumbered).await >= 1, "it is told");
    let marked = imap.messages("Complaints").await;
    assert!(marked.iter().all(|mail| mail.flags.contains("\\Seen")), "known mail is marked in its new place, too");
});

on_both!(another_folder_in_its_place_is_taken_whole, |database| {
    let (console, mut imap) = watching(database).await;
    let known = imap.messages("Complaints").await.remove(0);
    imap.command("UNSELECT").await;
    imap.command("CREATE Other").await;
    // UIDs that the console has seen before, for other mail.
    imap.append("Other", &complaint(&console, "Other 1")).await;
    imap.append("Other", &complaint(&console, "Other 2")).await;
    imap.append("Other", &known.bytes).await;
    imap.command("RENAME Complaints Former").await;
    imap.command("RENAME Other Complaints").await;
    standing(&console, 5, 3).await;
    assert!(events(&console, What::MailboxRenumbered).await >= 1);
    // And back again: nothing of it is new.
    imap.command("RENAME Complaints Other").await;
    imap.command("RENAME Former Complaints").await;
    imap.append("Complaints", &complaint(&console, "After all")).await;
    standing(&console, 6, 4).await;
});

/// A folder that was put back from a copy, by a server that numbers on from the copy's numbers and does not say so.
#[tokio::test]
async fn numbers_that_went_back_are_noticed() {
    let (mut console, imap) = watching(Database::sqlite().await).await;
    drop(imap);
    console.terminate().await;
    let (domain, local) = console.address.split_once('@').map(|(local, domain)| (domain, local)).expect("an address");
    let folder = PathBuf::from(address("MAILDIR_ROOT")).join(domain).join(local).join("Maildir/.Complaints");
    let list = std::fs::read_to_string(folder.join("dovecot-uidlist")).expect("its numbers");
    let first = list.lines().next().expect("a first line");
    let empty: Vec<String> =
        first.split(' ').map(|word| if word.starts_with('N') { "N1".to_owned() } else { word.to_owned() }).collect();
    for entry in
        std::fs::read_dir(&folder).expect("the folder").chain(std::fs::read_dir(folder.join("cur")).expect("mail"))
    {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if path.is_file()
            && (name.starts_with("dovecot.index") || path.parent().is_some_and(|dir| dir.ends_with("cur")))
        {
            std::fs::remove_file(path).expect("removed");
        }
    }
    std::fs::write(folder.join("dovecot-uidlist"), empty.join(" ") + "\n").expect("its numbers");
    let mut imap = Imap::sign_in(&console.address).await;
    for n in 1..=2 {
        imap.append("Complaints", &complaint(&console, &format!("Again UID {n}"))).await;
    }
    let now: Vec<i64> = imap.messages("Complaints").await.iter().map(|mail| mail.uid).collect();
    assert_eq!(now, [1, 2], "the numbers went back");
    console.run();
    console.ready().await;
    standing(&console, 5, 2).await;
    assert_eq!(events(&console, What::MailboxRenumbered).await, 1);
    // Once is enough: the next session finds everything in order.
    imap.append("Complaints", &complaint(&console, "Later")).await;
    imap.append("Complaints", &complaint(&console, "And later")).await;
    standing(&console, 7, 4).await;
    console.terminate().await;
    console.run();
    console.ready().await;
    imap.append("Complaints", &complaint(&console, "Last")).await;
    standing(&console, 8, 5).await;
    assert_eq!(events(&console, What::MailboxRenumbered).await, 1);
}

on_both!(a_folder_renamed_away_is_told_and_goes_on_when_it_is_back, |database| {
    let (console, mut imap) = watching(database).await;
    console.account("anna", &[Role::Postmaster]).await;
    imap.command("RENAME Complaints Elsewhere").await;
    imap.append("Elsewhere", &complaint(&console, "While it was away")).await;
    turning(&console, AWAY, "the folder is missed", async || {
        let mut v = console.store.read().await.expect("a view");
        let trouble = mailbox::all(&mut v).await.expect("mailboxes").pop()?.trouble;
        trouble.contains("folder `Complaints`").then_some(())
    })
    .await;
    let shown = Visitor::signed_in(&console, "anna").await.get("/mailboxes").await.text();
    assert!(shown.contains("failing") && shown.contains("look at its name"), "{shown}");
    imap.command("RENAME Elsewhere Complaints").await;
    standing(&console, 4, 4).await;
});

#[tokio::test]
async fn an_emptied_folder_is_nothing_special() {
    let (console, mut imap) = watching(Database::sqlite().await).await;
    imap.command("SELECT Complaints").await;
    imap.command("STORE 1:* +FLAGS.SILENT (\\Deleted)").await;
    imap.command("EXPUNGE").await;
    standing(&console, 3, 0).await;
    imap.append("Complaints", &complaint(&console, "Later")).await;
    standing(&console, 4, 1).await;
}

/// Somebody else's mail program removes what was fetched before it is flagged, or moved.
async fn expunged_in_between(database: Database, after: &'static str) {
    let mut console = Console::prepare(database, Wishes { after, ..impatient() }).await;
    let mut imap = Imap::sign_in(&console.address).await;
    for n in 1..=3 {
        imap.append("INBOX", &complaint(&console, &format!("Spam {n}"))).await;
    }
    console.run_to("inbox.flagging").await;
    imap.command("SELECT INBOX").await;
    imap.command("UID STORE 2 +FLAGS.SILENT (\\Deleted)").await;
    imap.command("EXPUNGE").await;
    signal(console.pid(), "CONT").await;
    console.ready().await;
    standing(&console, 3, if after.contains("move") { 0 } else { 2 }).await;
    invariant::hold_at_rest(&console).await;
    if after.contains("move") {
        assert_eq!(imap.messages("Done").await.len(), 2);
    }
}

on_both!(expunged_before_it_is_marked, |database| {
    expunged_in_between(database, "after = \"seen\"").await;
});

#[tokio::test]
async fn expunged_before_it_is_moved() {
    expunged_in_between(Database::sqlite().await, "after = \"move\"\nmove_to = \"Done\"").await;
}

on_both!(the_same_mail_to_two_mailboxes_is_one_ticket_and_one_acknowledgement, |database| {
    let mut console = Console::prepare(database, Wishes { mailboxes: 2, ..Wishes::default() }).await;
    let mia = unique("mia");
    let mut first = Imap::sign_in(&console.address).await;
    let mut second = Imap::sign_in(&format!("desk2@{}", console.domain)).await;
    // Many at once, so that the two mailboxes meet over them.
    for n in 0..20 {
        let (_, mail) = letter::complaint(&format!("{mia}-{n}@example.test"), &console.address, &format!("Spam {n}"));
        first.append("INBOX", &mail).await;
        second.append("INBOX", &[b"Received: by another way\r\n", mail.as_slice()].concat()).await;
    }
    console.run();
    console.ready().await;
    seen!(console, "all taken", v => {
        let applied = counter::get(&mut v, "message.stage.applied").await.expect("a count");
        (applied == 40 && counter::get(&mut v, "outbox.accepted").await.expect("a count") == 20).then_some(())
    });
    let mut v = console.store.read().await.expect("a view");
    assert_eq!(ticket::list(&mut v, &ticket::Filter::default(), None, 100).await.expect("a list").len(), 20);
    assert_eq!(outbox::list(&mut v, None, i64::MAX, 100).await.expect("a list").len(), 20);
    let all = message::list(&mut v, &message::Filter::default(), i64::MAX, 100).await.expect("a list");
    assert_eq!(all.iter().filter(|m| m.outcome == Outcome::SecondCopy).count(), 20);
    assert!(all.iter().all(|m| m.ticket.is_some()), "the copies belong to it as well");
    drop(v);
    assert_eq!(events(&console, What::SecondCopy).await, 20);
    assert!(!console.log().contains("session ended"), "they do not stand in each other's way: {}", console.log());
    until("both marked", PATIENCE, async || {
        let all = [first.messages("INBOX").await, second.messages("INBOX").await].concat();
        all.len() == 40 && all.iter().all(|mail| mail.flags.contains("\\Seen"))
    })
    .await;
});

#[tokio::test]
async fn a_refused_move_is_told_and_holds_up_nothing() {
    // Longer than any file system takes.
    const AFTER: &str = concat!(
        "after = \"move\"\nmove_to = \"a-name-that-no-server-makes-a-folder-of-0123456789-0123456789-0123456789-0123456789-",
        "0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-",
        "0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789\""
    );
    let mut console = Console::prepare(Database::sqlite().await, Wishes { after: AFTER, ..impatient() }).await;
    let mut imap = Imap::sign_in(&console.address).await;
    imap.append("INBOX", &complaint(&console, "Spam 1")).await;
    console.run();
    console.ready().await;
    standing(&console, 1, 1).await;
    imap.append("INBOX", &complaint(&console, "Spam 2")).await;
    standing(&console, 2, 2).await;
    console.account("anna", &[Role::Postmaster]).await;
    let shown = Visitor::signed_in(&console, "anna").await.get("/mailboxes").await.text();
    assert!(shown.contains("cannot mark") && shown.contains("Nothing is lost"), "{shown}");
    assert_eq!(events(&console, What::MailboxMoveRefused).await, 1, "told once");
}
