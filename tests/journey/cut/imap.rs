//! The line to the mail server, or the server itself, has one of its bad days.

use std::{collections::BTreeSet, time::Duration};

use postdesk::{
    domain::role::Role,
    store::{counter, mailbox, message, outbox, ticket},
};

use super::{
    super::{
        harness::{Console, PATIENCE, Wishes, client, seen},
        letter, on_both,
        visitor::Visitor,
    },
    AWAY, all_acted, before, impatient, mailbox_at, turning,
};
use crate::world::{Database, Fault, Imap, Rule, When, unique, until};

const MAILS: usize = 12;

fn read(when: &'static [u8], fault: Fault) -> Rule {
    Rule::from_server(When::Behind(when), fault)
}

fn instead(of: &'static [u8], words: &[u8]) -> Rule {
    Rule::from_server(When::Before(of), Fault::Instead(words.to_vec()))
}

/// A fault a connection, from the first to the last message. No message meets more than two of them.
fn bad_days() -> Vec<Rule> {
    vec![
        // In the middle of a literal.
        read(b"Subject: Spam 02", Fault::Cut),
        // Between two answers, and inside one.
        Rule::from_server(When::After(700), Fault::Cut),
        read(b"Subject: Spam 04", Fault::Stall),
        // The server is going, says no, or does not understand.
        instead(b"* FLAGS", b"* BYE Server shutting down.\r\n"),
        instead(b"OK [READ-WRITE]", b"NO [SERVERBUG] Internal error occurred\r\n"),
        instead(b"OK Fetch completed", b"BAD Error in IMAP command UID FETCH\r\n"),
        // Sizes that would take all memory, by what they announce and by what they send.
        read(b"BODY[] {", Fault::Instead(b"99999999999}\r\n".to_vec())),
        read(b"* 7 FETCH (", Fault::Instead(b"UID 7 BODY[] {500000000}\r\n".to_vec())),
        read(b"* 8 FETCH (", Fault::Forever(vec![b'x'; 4096])),
        // What would take the stack: the parser goes into parentheses by recursion.
        read(b"* 9 FETCH (", Fault::Instead([b"BODYSTRUCTURE ", "(".repeat(60_000).as_bytes()].concat())),
        // Noise.
        read(b"Subject: Spam 10", Fault::Insert(b"\r\n)\r\n\x00\xff\xfe* )( \r\n* 1 FETCH\r\n".repeat(20))),
        // Nobody greets; half of the connection is gone; the sign-in gets no answer.
        Rule::from_server(When::Start, Fault::Stall),
        Rule::to_server(When::Behind(b"SELECT"), Fault::Close),
        instead(b"OK [CAPABILITY", b"NO [UNAVAILABLE] Temporary authentication failure.\r\n"),
        // And a line over which bytes come one by one.
        read(b"Subject: Spam 12", Fault::Drip(40, Duration::from_millis(5))),
    ]
}

on_both!(whatever_happens_on_the_line_everything_arrives_once, |database| {
    let proxy = before("IMAP_PORT").await;
    let mut console =
        Console::prepare(database, Wishes { edits: vec![mailbox_at(proxy.port, "none")], ..impatient() }).await;
    let mut imap = Imap::sign_in(&console.address).await;
    let mia = unique("mia");
    for n in 1..=MAILS {
        let from = format!("{mia}-{n}@example.test");
        imap.append("INBOX", &letter::complaint(&from, &console.address, &format!("Spam {n:02}")).1).await;
    }
    let days = bad_days();
    for day in &days {
        proxy.then(std::slice::from_ref(day));
    }
    console.run();
    all_acted(&console, &proxy, days.len()).await;
    everything_once(&console, &mut imap, &mia).await;
    assert!(peak_mib(&console) < 200, "nothing that was announced was set aside: {} MiB", peak_mib(&console));
    assert!(console.log().lines().all(|line| !line.contains("panicked")), "{}", console.log());
    console.terminate().await;
});

/// Most memory that the process ever had.
fn peak_mib(console: &Console) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", console.pid())).expect("a process");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("a peak");
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).expect("a number") >> 10
}

/// Each complaint is a ticket, each complainant has one answer, the server's side is in order, and the count says so.
async fn everything_once(console: &Console, imap: &mut Imap, mia: &str) {
    let wanted = i64::try_from(MAILS).expect("a few");
    turning(console, AWAY, "all acknowledged", async || {
        let mut v = console.store.read().await.expect("a view");
        (counter::get(&mut v, "outbox.accepted").await.expect("a count") == wanted).then_some(())
    })
    .await;
    until("every message seen", PATIENCE, async || {
        let left = imap.messages("INBOX").await;
        assert_eq!(left.len(), MAILS, "nothing vanished");
        left.iter().all(|mail| mail.flags.contains("\\Seen"))
    })
    .await;
    seen!(console, "the count check", v => {
        let found = mailbox::all(&mut v).await.expect("mailboxes").pop()?;
        (found.on_server == wanted && found.kept_of_server == wanted && found.trouble.is_empty()).then_some(())
    });
    let mut v = console.store.read().await.expect("a view");
    let messages = message::list(&mut v, &message::Filter::default(), i64::MAX, 100).await.expect("a list");
    assert_eq!(messages.len(), MAILS, "{messages:?}");
    let tickets = ticket::list(&mut v, &ticket::Filter::default(), None, 100).await.expect("a list");
    assert_eq!(tickets.iter().map(|t| t.reporter.as_str()).collect::<BTreeSet<_>>().len(), MAILS, "{tickets:?}");
    assert_eq!(tickets.len(), MAILS);
    let sent = outbox::list(&mut v, None, i64::MAX, 100).await.expect("a list");
    assert_eq!(sent.iter().map(|o| o.to.as_str()).collect::<BTreeSet<_>>().len(), MAILS, "{sent:?}");
    assert_eq!(sent.len(), MAILS);
    drop(v);
    for n in 1..=MAILS {
        let mut theirs = Imap::sign_in(&format!("{mia}-{n}@example.test")).await;
        let mut answers = Vec::new();
        until("the answer", PATIENCE, async || {
            answers = theirs.messages("INBOX").await;
            !answers.is_empty()
        })
        .await;
        assert_eq!(answers.len(), 1, "{answers:?}");
    }
}

// While waiting for news: the line dies loudly, silently, and together with the arrival of a mail.
on_both!(a_line_that_dies_while_idle_is_noticed, |database| {
    let proxy = before("IMAP_PORT").await;
    let console =
        Console::start_with(database, Wishes { edits: vec![mailbox_at(proxy.port, "none")], ..impatient() }).await;
    let mut imap = Imap::sign_in(&console.address).await;
    let mut applied = 0;
    for fault in [None, Some(Fault::Cut), Some(Fault::Stall), Some(Fault::Close)] {
        until("it waits for news", PATIENCE, async || {
            proxy.connections().last().is_some_and(|last| last.from_server.ends_with(b"+ idling\r\n"))
        })
        .await;
        let so_far = proxy.connections().len();
        if let Some(fault) = fault {
            // The next connection dies as soon as it waits.
            proxy.then(&[read(b"+ idling\r\n", fault)]);
        }
        proxy.cut();
        let mail = letter::answer("zoe@example.test", &console.address, &format!("Hello {applied}"), None);
        imap.append("INBOX", &mail).await;
        applied += 1;
        applied_by_now(&console, applied).await;
        assert!(proxy.connections().len() > so_far, "over a new connection");
        // To a line that is dead without a word, or to one that is fine.
        let late = letter::answer("zoe@example.test", &console.address, &format!("Hello {applied}"), None);
        imap.append("INBOX", &late).await;
        applied += 1;
        applied_by_now(&console, applied).await;
    }
    let mut v = console.store.read().await.expect("a view");
    assert_eq!(message::list(&mut v, &message::Filter::default(), i64::MAX, 100).await.expect("a list").len(), 8);
});

async fn applied_by_now(console: &Console, wanted: i64) {
    turning(console, AWAY, "the mail applied", async || {
        let mut v = console.store.read().await.expect("a view");
        (counter::get(&mut v, "message.stage.applied").await.expect("a count") == wanted).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_unreachable_mailbox_is_told_on_every_page_that_should() {
    let proxy = before("IMAP_PORT").await;
    let edits = vec![mailbox_at(proxy.port, "none")];
    let console = Console::start_with(Database::sqlite().await, Wishes { edits, ..impatient() }).await;
    console.account("anna", &[Role::Postmaster]).await;
    proxy.refuse();
    let trouble = seen!(console, "the trouble", v => {
        mailbox::all(&mut v).await.expect("mailboxes").pop().map(|m| m.trouble).filter(|t| t.contains("cannot reach"))
    });
    assert!(trouble.contains("look whether the server runs"), "{trouble}");
    console.turn_clock_by(Duration::from_mins(5));
    let mut anna = Visitor::signed_in(&console, "anna").await;
    for page in ["/mailboxes", "/"] {
        let text = anna.get(page).await.text();
        assert!(text.contains("failing") && text.contains("cannot reach 127.0.0.1"), "{page}: {text}");
        // On the first page above everything else, and once more where the health of all mailboxes is.
        let (now, health) = text.split_once("health-title").unwrap_or((text.as_str(), ""));
        let in_both = now.contains("cannot reach 127.0.0.1") && health.contains("cannot reach 127.0.0.1");
        assert!(page != "/" || in_both, "{text}");
    }
    let ready = client().get(format!("{}/readyz", console.origin)).send().await.expect("an answer");
    assert_eq!(ready.status(), 503);
    let culprits = ready.text().await.expect("JSON");
    assert!(culprits.contains("\"mailbox\"") && culprits.contains("no answer for"), "{culprits}");

    proxy.restore();
    let mut imap = Imap::sign_in(&console.address).await;
    imap.append("INBOX", &letter::answer("zoe@example.test", &console.address, "Hello", None)).await;
    applied_by_now(&console, 1).await;
    until("/readyz says 200", PATIENCE, async || {
        client().get(format!("{}/readyz", console.origin)).send().await.is_ok_and(|answer| answer.status() == 200)
    })
    .await;
    assert!(!anna.get("/mailboxes").await.text().contains("failing"));
}
