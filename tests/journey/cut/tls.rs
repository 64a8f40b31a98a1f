//! Half TLS: handshakes that stall or break, and somebody in between who takes STARTTLS away. Nothing secret ever passes
//! in plain text, and no mail leaves in it.

use postdesk::{
    domain::outgoing::OutboxState,
    store::{counter, mailbox, outbox},
};

use super::{
    super::{
        harness::{Console, Wishes},
        letter,
    },
    AWAY, before, impatient, mailbox_at, turning,
};
use crate::world::{Database, Fault, Imap, Proxy, Relay, Rule, When, address, deliver, unique};

fn handshakes() -> Vec<Vec<Rule>> {
    vec![
        vec![Rule::from_server(When::Start, Fault::Stall)],
        vec![Rule::from_server(When::After(100), Fault::Stall)],
        vec![Rule::from_server(When::After(100), Fault::Cut)],
        vec![Rule::to_server(When::After(100), Fault::Cut)],
        vec![Rule::from_server(When::Start, Fault::Insert(b"* OK no TLS here, but do sign in\r\n".to_vec()))],
        vec![Rule::from_server(When::After(600), Fault::Insert(b"\x17\x03\x03\x00\x05hello".to_vec()))],
    ]
}

/// The secret in any form that a sign-in gives it.
fn tells_nothing(proxy: &Proxy) {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let secret = address("MAIL_PASSWORD");
    // Whatever stands before it, base64 has one of three forms of it.
    let encoded = (0..3).map(|shift| {
        let all = STANDARD.encode([&b"xx"[..shift], secret.as_bytes()].concat());
        all[4..all.len() - 4].to_owned()
    });
    let forms: Vec<String> = std::iter::once(secret.to_owned()).chain(encoded).collect();
    for connection in proxy.connections() {
        let said = String::from_utf8_lossy(&connection.to_server).into_owned();
        assert!(forms.iter().all(|form| !said.contains(form)), "{said}");
        assert!(!said.contains("MAIL FROM") && !said.contains("RCPT TO"), "{said}");
    }
}

async fn taken(console: &Console, wanted: i64) {
    turning(console, AWAY, "the mail applied", async || {
        let mut v = console.store.read().await.expect("a view");
        (counter::get(&mut v, "message.stage.applied").await.expect("a count") == wanted).then_some(())
    })
    .await;
}

async fn trouble(console: &Console, words: &str) {
    turning(console, AWAY, words, async || {
        let mut v = console.store.read().await.expect("a view");
        let found = mailbox::all(&mut v).await.expect("mailboxes").pop()?;
        found.trouble.contains(words).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_mailbox_whose_handshakes_fail_is_taken_when_one_succeeds() {
    let proxy = before("IMAPS_PORT").await;
    let edits = vec![mailbox_at(proxy.port, "implicit")];
    let mut console = Console::prepare(Database::sqlite().await, Wishes { edits, ..impatient() }).await;
    let mut imap = Imap::sign_in(&console.address).await;
    imap.append("INBOX", &letter::answer("zoe@example.test", &console.address, "Hello", None)).await;
    let plans = handshakes();
    for plan in &plans {
        proxy.then(plan);
    }
    console.run();
    taken(&console, 1).await;
    assert_eq!(proxy.acted(), plans.len());
    for words in ["TLS failed", "no answer to the connection within 1 s"] {
        assert!(console.log().contains(words), "{words} is not in\n{}", console.log());
    }
    tells_nothing(&proxy);
}

#[tokio::test]
async fn a_mailbox_without_starttls_is_not_signed_in_to() {
    let proxy = before("IMAP_PORT").await;
    let edits = vec![mailbox_at(proxy.port, "starttls")];
    let mut console = Console::prepare(Database::sqlite().await, Wishes { edits, ..impatient() }).await;
    let mut imap = Imap::sign_in(&console.address).await;
    imap.append("INBOX", &letter::answer("zoe@example.test", &console.address, "Hello", None)).await;
    // Refused; then granted, with an answer slipped in that would be read after the handshake.
    let refused =
        Rule::from_server(When::Before(b"OK Begin TLS"), Fault::Instead(b"BAD Unknown command.\r\n".to_vec()));
    let slipped = b"* PREAUTH come in\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n".to_vec();
    proxy.then(std::slice::from_ref(&refused));
    proxy.then(&[Rule::from_server(When::Behind(b"OK Begin TLS negotiation now.\r\n"), Fault::Insert(slipped))]);
    proxy.always(&[refused]);
    console.run();
    trouble(&console, "the server does not offer STARTTLS").await;
    turning(&console, AWAY, "three refusals", async || (proxy.acted() >= 3).then_some(())).await;
    let mut v = console.store.read().await.expect("a view");
    assert_eq!(counter::get(&mut v, "message.stage.applied").await.expect("a count"), 0);
    drop(v);
    tells_nothing(&proxy);
    proxy.always(&[]);
    taken(&console, 1).await;
    tells_nothing(&proxy);
}

/// It would take mail in plain text; it knows no other way.
#[tokio::test]
async fn a_relay_that_does_not_know_starttls_gets_no_mail() {
    let relay = Relay::start(&[]).await;
    let (plain, asked) =
        ("tls = \"none\"\n".to_owned(), format!("tls = \"starttls\"\nca_file = \"{}\"\n", address("CA_FILE")));
    let wishes = Wishes { relay: Some(relay.port), edits: vec![(plain, asked)], ..impatient() };
    let mut console = Console::start_with(Database::sqlite().await, wishes).await;
    let mia = format!("{}@example.test", unique("mia"));
    deliver(&mia, &console.address, &letter::complaint(&mia, &console.address, "Spam").1).await;
    let waiting = turning(&console, std::time::Duration::from_hours(1), "tried three times", async || {
        let mut v = console.store.read().await.expect("a view");
        let all = outbox::list(&mut v, None, i64::MAX, 10).await.expect("a list");
        all.into_iter().find(|mail| mail.attempts >= 3 || mail.state != OutboxState::Queued && mail.attempts > 1)
    })
    .await;
    console.terminate().await;
    assert!(relay.given().is_empty(), "{:?}", relay.given());
    assert!(waiting.answer.contains("STARTTLS was answered by 500"), "{}", waiting.answer);
}

#[tokio::test]
async fn a_relay_without_starttls_gets_no_mail() {
    let proxy = before("SMTP_PORT").await;
    let (plain, asked) =
        ("tls = \"none\"\n".to_owned(), format!("tls = \"starttls\"\nca_file = \"{}\"\n", address("CA_FILE")));
    let wishes = Wishes { relay: Some(proxy.port), edits: vec![(plain, asked)], ..impatient() };
    let console = Console::start_with(Database::sqlite().await, wishes).await;
    let granted: &[u8] = b"220 2.0.0 Ready to start TLS";
    let refused = Rule::from_server(When::Before(granted), Fault::Instead(b"454 4.7.0 TLS not available\r\n".to_vec()));
    let slipped = Rule::from_server(When::Before(granted), Fault::Insert(b"220 go on\r\n250 you are in\r\n".to_vec()));
    let mut plans = vec![vec![refused.clone()], vec![slipped]];
    for at in [1, 200, 500] {
        plans.push(vec![Rule::from_server(When::Behind(granted), Fault::Stall)]);
        plans.push(vec![Rule::from_server(When::After(300 + at), Fault::Cut)]);
    }
    for plan in &plans {
        proxy.then(plan);
    }
    proxy.always(&[refused]);
    let mia = format!("{}@example.test", unique("mia"));
    deliver(&mia, &console.address, &letter::complaint(&mia, &console.address, "Spam").1).await;
    let tried = i64::try_from(plans.len() + 2).expect("a few");
    let waiting = turning(&console, std::time::Duration::from_hours(1), "tried and tried", async || {
        let mut v = console.store.read().await.expect("a view");
        let all = outbox::list(&mut v, Some(OutboxState::Queued), i64::MAX, 10).await.expect("a list");
        all.into_iter().find(|mail| mail.attempts >= tried)
    })
    .await;
    assert!(waiting.answer.contains("STARTTLS was answered by 454 4.7.0 TLS not available"), "{}", waiting.answer);
    tells_nothing(&proxy);
    proxy.always(&[]);
    turning(&console, std::time::Duration::from_hours(1), "accepted", async || {
        let mut v = console.store.read().await.expect("a view");
        outbox::list(&mut v, Some(OutboxState::Accepted), i64::MAX, 10).await.expect("a list").pop()
    })
    .await;
    tells_nothing(&proxy);
    let mut theirs = Imap::sign_in(&mia).await;
    super::super::acknowledgement::received(&mut theirs).await;
    assert_eq!(theirs.messages("INBOX").await.len(), 1);
}
