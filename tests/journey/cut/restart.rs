//! Servers that go and come back.

use std::time::Duration;

use postdesk::{
    domain::{outgoing::OutboxState, role::Role},
    store::{counter, mailbox, outbox},
};

use super::{
    super::{
        harness::{Console, PATIENCE, Wishes, client, seen},
        letter, on_both,
        visitor::Visitor,
    },
    AWAY, before, impatient, mailbox_at, turning,
};
use crate::world::{Dovecot, Imap, deliver, unique, until};

on_both!(dovecot_is_restarted_and_every_mail_is_taken_once, |database| {
    let mut dovecot = Dovecot::start().await;
    let edits = vec![mailbox_at(dovecot.port, "none")];
    let console = Console::start_with(database, Wishes { edits, ..impatient() }).await;
    // The world's own Dovecot serves the same mailboxes, so that mail comes in while the console's is away.
    let mut imap = Imap::sign_in(&console.address).await;
    for round in 1..=3_i64 {
        dovecot.stop().await;
        seen!(console, "the trouble", v => {
            mailbox::all(&mut v).await.expect("mailboxes").pop().filter(|found| !found.trouble.is_empty())
        });
        let mail = letter::answer("zoe@example.test", &console.address, &format!("While it was away, {round}"), None);
        imap.append("INBOX", &mail).await;
        dovecot.run().await;
        turning(&console, AWAY, "the mail applied", async || {
            let mut v = console.store.read().await.expect("a view");
            (counter::get(&mut v, "message.stage.applied").await.expect("a count") == round).then_some(())
        })
        .await;
    }
    seen!(console, "no trouble left", v => {
        mailbox::all(&mut v).await.expect("mailboxes").pop().filter(|found| found.trouble.is_empty())
    });
});

on_both!(postfix_is_down_for_an_hour_and_each_acknowledgement_leaves_once, |database| {
    let proxy = before("SMTP_PORT").await;
    let console = Console::start_with(database, Wishes { relay: Some(proxy.port), ..impatient() }).await;
    proxy.refuse();
    let mia = unique("mia");
    for n in 0..10 {
        let from = format!("{mia}-{n}@example.test");
        deliver(&from, &console.address, &letter::complaint(&from, &console.address, &format!("Spam {n}")).1).await;
    }
    let tried = async |least: i64| {
        let mut v = console.store.read().await.expect("a view");
        let all = outbox::list(&mut v, Some(OutboxState::Queued), i64::MAX, 100).await.expect("a list");
        (all.len() == 10 && all.iter().all(|mail| mail.attempts >= least)).then_some(())
    };
    turning(&console, Duration::ZERO, "each was tried", async || tried(1).await).await;
    // Twelve times five minutes.
    for _ in 0..12 {
        console.turn_clock_by(Duration::from_mins(5));
        seen!(console, "the outbox has looked", v => {
            outbox::next_due(&mut v).await.expect("a time").filter(|due| *due > console.now())
        });
    }
    turning(&console, Duration::ZERO, "it was tried again and again", async || tried(5).await).await;
    console.account("anna", &[Role::Postmaster]).await;
    let mut anna = Visitor::signed_in(&console, "anna").await;
    for page in ["/", "/mailboxes"] {
        let text = anna.get(page).await.text();
        assert!(text.contains("no connection"), "{page}: {text}");
        assert!(page != "/" || (text.contains("10 queued") && text.contains("failing")), "{text}");
    }
    let ready = client().get(format!("{}/readyz", console.origin)).send().await.expect("an answer");
    assert_eq!(ready.status(), 503);
    let culprits = ready.text().await.expect("JSON");
    assert!(culprits.contains("the mail server has not been reached for"), "{culprits}");
    proxy.restore();
    turning(&console, Duration::from_hours(1), "all accepted", async || {
        let mut v = console.store.read().await.expect("a view");
        (counter::get(&mut v, "outbox.accepted").await.expect("a count") == 10).then_some(())
    })
    .await;
    for n in 0..10 {
        let mut theirs = Imap::sign_in(&format!("{mia}-{n}@example.test")).await;
        until("the answer", PATIENCE, async || !theirs.messages("INBOX").await.is_empty()).await;
        assert_eq!(theirs.messages("INBOX").await.len(), 1);
    }
});
