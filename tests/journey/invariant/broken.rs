//! Each invariant is broken on purpose, in a sound database that mail made, and must be the one that is named.

use postdesk::{
    domain::message::Outcome,
    store::{counter, message, outbox},
};

use super::{Invariant, always, at_rest, hold_at_rest, rest};
use crate::{
    journey::{
        harness::{Console, seen},
        letter, on_both,
    },
    world::{Imap, unique},
};

/// What stands for a message that nothing was made of.
const STRANGER: &str = "INSERT INTO sighting (mailbox_id, uidvalidity, uid, message_id, due)
    SELECT 999, 1, 1, id, 'done' FROM message WHERE mailbox_id = 999";

/// What breaks an invariant, and nothing else: its name and the statements.
const BREAKS: &[(&str, &[&str])] = &[
    (
        "a UID stands for a message that its mailbox does not have",
        &["INSERT INTO sighting (mailbox_id, uidvalidity, uid, message_id, due)
           SELECT mailbox_id, uidvalidity - 1, 1, 999999, 'done' FROM sighting LIMIT 1"],
    ),
    ("a message stands under no UID", &["DELETE FROM sighting WHERE message_id = (SELECT MIN(id) FROM message)"]),
    ("a UID above the cursor", &["UPDATE mailbox SET cursor_uid = cursor_uid - 1"]),
    (
        "a message without its bytes",
        &["DELETE FROM blob WHERE sha256 = (SELECT sha256 FROM message ORDER BY id LIMIT 1)"],
    ),
    ("bytes of no message", &["INSERT INTO blob (sha256, size, body) SELECT body, 5, body FROM blob LIMIT 1"]),
    (
        "an applied message without an outcome, a decision or a reading",
        &["UPDATE message SET reading = '' WHERE id = (SELECT MIN(id) FROM message)"],
    ),
    (
        "an outcome of a message that was not applied",
        &[
            "INSERT INTO message (mailbox_id, sha256, size, internal_date, kept_at, stage, acknowledgement)
             SELECT 999, sha256, size, internal_date, kept_at, 'discarded', 'never' FROM message ORDER BY id LIMIT 1",
            STRANGER,
            "INSERT INTO counter (name, value) VALUES ('message.stage.discarded', 1)",
        ],
    ),
    (
        "an outcome that does not fit its ticket",
        &["UPDATE message SET ticket_id = (SELECT MIN(number) FROM ticket) WHERE outcome = 'ledger'"],
    ),
    (
        "an applied message without an identity",
        &["DELETE FROM known_identity WHERE message_id = (SELECT MIN(id) FROM message)"],
    ),
    (
        "an identity of a message that was not applied",
        &["INSERT INTO known_identity (identity, message_id) SELECT body, 999999 FROM blob LIMIT 1"],
    ),
    (
        "an identity that leads to another ticket than its message",
        &["UPDATE known_identity SET ticket_id = 999999
           WHERE message_id = (SELECT MIN(id) FROM message WHERE outcome = 'opened')"],
    ),
    (
        "a ticket that not exactly one message opened",
        &[
            "UPDATE message SET outcome = 'joined' WHERE id = (SELECT MIN(id) FROM message WHERE outcome = 'opened')",
            "UPDATE counter SET value = value - 1 WHERE name = 'message.outcome.opened'",
            "UPDATE counter SET value = value + 1 WHERE name = 'message.outcome.joined'",
        ],
    ),
    (
        "a pair's ticket that is not about its sender",
        &["INSERT INTO ledger_pair (recipient, sender, count, ticket_id)
           SELECT 'x', 'nobody in particular', 0, MIN(number) FROM ticket"],
    ),
    (
        "a ticket without exactly one opening event",
        &["DELETE FROM event WHERE what = 'ticket_opened' AND ticket_id = (SELECT MIN(number) FROM ticket)"],
    ),
    (
        "a ticket that miscounts its messages",
        &["UPDATE ticket SET messages = messages + 1 WHERE number = (SELECT MIN(number) FROM ticket)"],
    ),
    (
        "a message whose arrival is not on its ticket's timeline once",
        &["DELETE FROM event WHERE what = 'message_received'
           AND message_id = (SELECT MIN(id) FROM message WHERE outcome = 'opened')"],
    ),
    (
        "a complaint without exactly one decision on the timeline",
        &["DELETE FROM event WHERE what = 'acknowledgement_decided'
           AND message_id = (SELECT MIN(id) FROM message WHERE kind = 'complaint')"],
    ),
    (
        "a ticket whose reporter has an answer and which is still new",
        &[
            "UPDATE ticket SET state = 'new' WHERE state = 'acknowledged'",
            "UPDATE counter SET value = value - 1 WHERE name IN ('ticket.acknowledged', 'ticket.acknowledged.complaint')",
            "UPDATE counter SET value = value + 1 WHERE name IN ('ticket.new', 'ticket.new.complaint')",
        ],
    ),
    (
        "an event of something that is not there",
        &["INSERT INTO event (at, actor_sort, actor, what, why, ticket_id)
           VALUES (0, 'system', 'test', 'note_added', '', 999999)"],
    ),
    (
        "an acknowledgement is due and not written exactly once",
        &["UPDATE message SET acknowledgement = 'send' WHERE outcome = 'ledger'"],
    ),
    (
        "an acknowledgement that nothing asked for",
        &["UPDATE message SET acknowledgement = 'record' WHERE acknowledgement = 'send'"],
    ),
    ("a mail without a ticket, a Message-ID or a text", &["UPDATE outbox SET ticket_id = NULL"]),
    (
        "two mails under one Message-ID",
        &[
            "INSERT INTO outbox (purpose, state, ticket_id, mail_id, to_address, subject, null_sender, body, created_at,
                 due_at, give_up_at)
             SELECT 'reply', 'refused', ticket_id, mail_id, to_address, subject, null_sender, body, created_at, due_at,
                 give_up_at FROM outbox LIMIT 1",
            "INSERT INTO counter (name, value) VALUES ('outbox.refused', 1)",
        ],
    ),
    ("a mail in nobody's hand, or one in hand that is not being sent", &["UPDATE outbox SET claimed_by = 'x'"]),
    ("an acknowledgement that is not on the timeline once", &["DELETE FROM event WHERE what = 'acknowledgement_queued'"]),
    (
        "an acceptance that is not on the timeline once, or is there and not true",
        &["DELETE FROM event WHERE what = 'mail_accepted'"],
    ),
    (
        "more places in the hours' caps than mails",
        &["INSERT INTO acknowledged (scope, bucket, count) VALUES ('hour', 1, 5)"],
    ),
    ("a kept count is wrong", &["UPDATE counter SET value = value + 1 WHERE name = 'message.stage.applied'"]),
    ("a kept count is wrong", &["UPDATE counter SET value = value - 1 WHERE name = 'ledger.errors'"]),
    ("a kept count is wrong", &["DELETE FROM counter WHERE name = 'message.kind.complaint'"]),
    ("a sum of the ledger is wrong", &["UPDATE ledger_total SET count = count + 1 WHERE side = 'sender'"]),
    ("a sum of the ledger is wrong", &["DELETE FROM ledger_total WHERE side = 'recipient'"]),
    ("a sum of the ledger is wrong", &["UPDATE ledger_day SET count = count + 1"]),
    ("a sum of the ledger is wrong", &["UPDATE ledger_hour SET count = count + 1"]),
    (
        "a message is kept and not applied",
        &[
            "INSERT INTO message (mailbox_id, sha256, size, internal_date, kept_at, stage)
             SELECT 999, sha256, size, internal_date, kept_at, 'kept' FROM message ORDER BY id LIMIT 1",
            STRANGER,
            "UPDATE counter SET value = value + 1 WHERE name = 'message.stage.kept'",
        ],
    ),
    (
        "a message could not be imported",
        &[
            "INSERT INTO message (mailbox_id, sha256, size, internal_date, kept_at, stage)
             SELECT 999, sha256, size, internal_date, kept_at, 'not_imported' FROM message ORDER BY id LIMIT 1",
            STRANGER,
            "INSERT INTO counter (name, value) VALUES ('message.stage.not_imported', 1)",
        ],
    ),
    (
        "a mail waits in the outbox or nobody knows of it",
        &[
            "INSERT INTO outbox (purpose, state, ticket_id, mail_id, to_address, subject, null_sender, body, created_at,
                 due_at, give_up_at)
             SELECT 'reply', 'uncertain', ticket_id, 'another', to_address, subject, null_sender, body, created_at,
                 due_at, give_up_at FROM outbox LIMIT 1",
            "INSERT INTO counter (name, value) VALUES ('outbox.uncertain', 1)",
        ],
    ),
    ("the server was not told of a message", &["UPDATE sighting SET due = 'due' WHERE uid = 1"]),
];

/// A complaint that was acknowledged, a person's answer that joined it, another matter, and an error of delivery.
async fn sound(console: &Console) {
    let mia = format!("{}@example.test", unique("mia"));
    let mut imap = Imap::sign_in(&console.address).await;
    imap.append("INBOX", &letter::complaint(&mia, &console.address, "Spam from your network").1).await;
    let sent = seen!(console, "the acknowledgement", v => {
        let all = outbox::list(&mut v, None, i64::MAX, 10).await.expect("a list");
        all.into_iter().find(|mail| mail.settled_at.is_some())
    });
    let thread = format!("<{}>", sent.mail_id);
    imap.append("INBOX", &letter::answer(&mia, &console.address, &format!("Re: {}", sent.subject), Some(&thread)))
        .await;
    imap.append("INBOX", &letter::answer(&mia, &console.address, "Another matter", None)).await;
    imap.append("INBOX", &letter::bounce(&console.address, &format!("{}@far.test", unique("gone")))).await;
    seen!(console, "four applied", v => {
        (counter::get(&mut v, "message.stage.applied").await.expect("a count") == 4).then_some(())
    });
    let mut v = console.store.read().await.expect("a view");
    let all = message::list(&mut v, &message::Filter::default(), i64::MAX, 10).await.expect("a list");
    let outcomes: Vec<Outcome> = all.iter().rev().map(|message| message.outcome).collect();
    assert_eq!(outcomes, [Outcome::Opened, Outcome::Joined, Outcome::Opened, Outcome::Ledger], "{all:?}");
}

on_both!(each_is_seen_when_it_does_not_hold_and_no_other, |database| {
    let mut console = Console::start(database).await;
    sound(&console).await;
    rest(&console.database).await;
    console.terminate().await;
    hold_at_rest(&console).await;

    let lists = [always::MESSAGES, always::TICKETS, always::OUTGOING, always::SUMS, at_rest::NOTHING_WAITS];
    let all: Vec<Invariant> = lists.concat();
    let statements: Vec<&'static str> = all.iter().map(|(_, statement)| *statement).collect();
    for (name, breaks) in BREAKS {
        let found = console.database.look_broken(breaks, &statements).await;
        let named: Vec<_> = all.iter().zip(found).filter(|(_, rows)| !rows.is_empty()).map(|((n, _), _)| *n).collect();
        assert_eq!(named, [*name], "after {breaks:?}");
    }
    let unbroken: Vec<_> = all.iter().filter(|(name, _)| BREAKS.iter().all(|(broken, _)| broken != name)).collect();
    assert!(unbroken.is_empty(), "nothing breaks {unbroken:?}");
    // Nothing of it stayed.
    hold_at_rest(&console).await;
});
