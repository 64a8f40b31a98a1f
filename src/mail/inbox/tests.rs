//! The session against a server that follows a script: what real servers do only on bad days.

use std::time::Duration;

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
};

use super::*;
use crate::{domain::secret::Secret, mail::tls::Tls};

const PASSWORD: &str = "correct horse";
const CAPABILITIES: &str = "* CAPABILITY IMAP4rev1 IDLE UIDPLUS MOVE\r\n$ OK done\r\n";

/// Answers command after command; `$` stands for the tag, `\u{4}` for the end of the connection.
async fn serve(answers: Vec<String>) -> Account {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a client");
        let mut stream = BufReader::new(stream);
        let _ = stream.write_all(b"* OK [CAPABILITY IMAP4rev1] hello\r\n").await;
        let mut answers = answers.into_iter();
        let mut line = String::new();
        let mut tag = String::new();
        loop {
            line.clear();
            if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
                return;
            }
            let word = line.split_whitespace().next().unwrap_or_default();
            if word != "DONE" {
                word.clone_into(&mut tag);
            }
            let Some(answer) = answers.next() else { return };
            let (answer, cut) = answer.strip_suffix('\u{4}').map_or((answer.as_str(), false), |a| (a, true));
            let _ = stream.write_all(answer.replace('$', &tag).as_bytes()).await;
            if cut {
                return;
            }
        }
    });
    Account {
        host: "127.0.0.1".into(),
        port,
        tls: Tls::None,
        ca_file: None,
        user: "postmaster".into(),
        secret: Secret::new(PASSWORD.into()),
        grant: None,
        folder: "INBOX".into(),
        after: After::Seen,
    }
}

fn pace() -> Pace {
    let short = Duration::from_secs(5);
    Pace { connect: short, answer: short, command: short, idle: short, poll: Duration::from_millis(20) }
}

async fn signed_in(answers: &[&str]) -> Inbox {
    let mut all = vec!["$ OK in\r\n".to_owned(), CAPABILITIES.to_owned()];
    all.extend(answers.iter().map(|answer| (*answer).to_owned()));
    Inbox::connect(&serve(all).await, None, pace()).await.expect("signed in")
}

async fn never() {
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn refused_sign_ins_say_so_without_the_password() {
    for answer in ["$ NO [AUTHENTICATIONFAILED] no correct horse\r\n", "$ BAD what is correct horse\r\n"] {
        let error = Inbox::connect(&serve(vec![answer.into()]).await, None, pace()).await.expect_err("refused");
        assert!(matches!(error, InboxError::SignIn { .. }), "{error:?}");
        assert!(!format!("{error} {error:?}").contains(PASSWORD));
    }
    let later = serve(vec!["$ NO [UNAVAILABLE] later\r\n".into()]).await;
    assert!(matches!(Inbox::connect(&later, None, pace()).await, Err(InboxError::SignInUnavailable { .. })));
}

#[tokio::test]
async fn a_clean_close_while_idle_is_a_lost_connection() {
    let mut inbox = signed_in(&["+ idling\r\n* OK Still here\r\n\u{4}"]).await;
    assert!(matches!(inbox.wait(never()).await, Err(InboxError::Closed { .. })));
    let mut inbox = signed_in(&["+ idling\r\n* BYE restarting\r\n"]).await;
    let error = inbox.wait(never()).await.expect_err("closed");
    assert!(error.is_fatal() && error.to_string().contains("restarting"), "{error}");
    let mut inbox = signed_in(&["+ idling\r\n$ OK that was all\r\n"]).await;
    assert!(matches!(inbox.wait(never()).await, Err(InboxError::Protocol("IDLE"))));
}

#[tokio::test]
async fn news_is_heard_wherever_it_comes() {
    let before_plus = ["* 3 EXISTS\r\n+ idling\r\n", "$ OK done\r\n"];
    assert_eq!(signed_in(&before_plus).await.wait(never()).await.expect("news"), Woken::News);
    let after = ["+ idling\r\n* OK Still here\r\n* 1 FETCH (FLAGS (\\Seen))\r\n* 3 EXISTS\r\n", "$ OK done\r\n"];
    assert_eq!(signed_in(&after).await.wait(never()).await.expect("news"), Woken::News);
    // Told in passing, in answer to something else, and never again.
    let mut inbox = signed_in(&["* 3 EXISTS\r\n$ OK done\r\n"]).await;
    inbox.mark_seen(&[1]).await.expect("marked");
    assert_eq!(inbox.wait(never()).await.expect("news"), Woken::News);
}

#[tokio::test]
async fn a_refused_idle_falls_back_to_polling() {
    let mut inbox = signed_in(&["$ BAD no\r\n", "$ OK nothing\r\n", "* 4 EXISTS\r\n$ OK done\r\n"]).await;
    assert_eq!(inbox.wait(never()).await.expect("polled"), Woken::TimeUp);
    assert_eq!(inbox.wait(never()).await.expect("polled"), Woken::News);
    let mut inbox = signed_in(&["$ BAD no\r\n"]).await;
    assert_eq!(inbox.wait(std::future::ready(())).await.expect("stopped"), Woken::Stopped);
}

#[tokio::test]
async fn stop_and_time_end_idle_in_good_order() {
    let mut inbox = signed_in(&["+ idling\r\n", "$ OK done\r\n", "+ idling\r\n", "$ OK done\r\n", "$ OK\r\n"]).await;
    assert_eq!(inbox.wait(std::future::ready(())).await.expect("stopped"), Woken::Stopped);
    inbox.pace.idle = Duration::from_millis(10);
    assert_eq!(inbox.wait(never()).await.expect("time"), Woken::TimeUp);
    assert_eq!(inbox.count().await.expect("still in order"), 0);
}

#[tokio::test]
async fn what_lies_below_the_asked_uids_is_ignored() {
    let star = "* 9 FETCH (UID 70 RFC822.SIZE 10 INTERNALDATE \" 1-Jul-2026 09:00:00 +0200\")\r\n$ OK done\r\n";
    let mut inbox = signed_in(&[star]).await;
    assert_eq!(inbox.list_above(70, 10).await.expect("a listing"), Listing::default());
    let mixed = "* 2 FETCH (FLAGS (\\Seen))\r\n* 9 FETCH (UID 72 RFC822.SIZE 10)\r\n* 8 FETCH (UID 71 RFC822.SIZE 9)\r\n$ OK\r\n";
    let mut inbox = signed_in(&[mixed]).await;
    let listing = inbox.list_above(70, 1).await.expect("a listing");
    assert_eq!((listing.messages[0].uid, listing.messages.len(), listing.more), (71, 1, true));
}

#[tokio::test]
async fn sparse_uids_are_found_in_growing_windows() {
    let select = "* 1 EXISTS\r\n* OK [UIDVALIDITY 5] x\r\n* OK [UIDNEXT 1001] x\r\n$ OK [READ-WRITE] x\r\n";
    let empty = "$ OK done\r\n";
    let found = "* 1 FETCH (UID 900 RFC822.SIZE 10)\r\n$ OK done\r\n";
    let mut inbox = signed_in(&[select, empty, empty, found]).await;
    let selected = inbox.select("INBOX").await.expect("selected");
    assert_eq!(selected, Selected { uidvalidity: 5, exists: 1, uid_next: 1001 });
    let listing = inbox.list_above(0, 10).await.expect("a listing");
    assert_eq!(listing.messages.iter().map(|listed| listed.uid).collect::<Vec<_>>(), [900]);
}

#[tokio::test]
async fn folders_without_uidvalidity_are_of_no_use() {
    let mut inbox = signed_in(&["* 1 EXISTS\r\n$ OK x\r\n", "$ NO no such folder\r\n"]).await;
    assert!(matches!(inbox.select("INBOX").await, Err(InboxError::Folder { .. })));
    let error = inbox.select("Nowhere").await.expect_err("none");
    assert!(!error.is_fatal() && error.to_string().contains("no such folder"), "{error}");
    assert!(matches!(inbox.select("a\r\nb").await, Err(InboxError::Folder { .. })));
}

fn listed(uids: &[u32]) -> Vec<Listed> {
    uids.iter().map(|uid| Listed { uid: *uid, size: 5, internal_date: None }).collect()
}

#[tokio::test]
async fn a_refused_or_broken_fetch_is_no_end() {
    let body = "* 1 FETCH (UID 7 RFC822.SIZE 5 BODY[] {5}\r\na: b\n)\r\n";
    let stranger = "* 4 FETCH (UID 99 BODY[] {5}\r\nx: y\n)\r\n* 5 EXISTS\r\n* 1 EXPUNGE\r\n";
    let mut inbox = signed_in(&[&format!("{stranger}{body}$ NO [SERVERBUG] cannot read 8\r\n")]).await;
    let wanted = listed(&[7, 8]);
    let mut fetching = inbox.fetch(&wanted);
    assert_eq!(fetching.next().await.expect("one").expect("one").bytes, b"a: b\n");
    let error = fetching.next().await.expect_err("refused");
    assert!(!error.is_fatal() && error.to_string().contains("cannot read 8"), "{error}");

    for cut in ["\u{4}", "* 2 FETCH (UID 8 BODY[] {500}\r\nhalf\u{4}"] {
        let mut inbox = signed_in(&[&format!("{body}{cut}")]).await;
        let mut fetching = inbox.fetch(&wanted);
        fetching.next().await.expect("one").expect("one");
        assert!(matches!(fetching.next().await, Err(InboxError::Closed { .. })));
    }
}

#[tokio::test]
async fn large_messages_come_in_parts() {
    let part =
        |at: usize, text: &str| format!("* 1 FETCH (UID 7 BODY[]<{at}> {{{}}}\r\n{text})\r\n$ OK done\r\n", text.len());
    let large = Listed { uid: 7, size: 2 << 20, internal_date: None };
    let mut inbox = signed_in(&[&part(0, "a: b\n"), &part(5, "\nc"), &part(7, ""), "$ OK gone\r\n"]).await;
    let all = [large, Listed { uid: 8, ..large }];
    let mut fetching = inbox.fetch(&all[..1]);
    assert_eq!(fetching.next().await.expect("whole").expect("whole").bytes, b"a: b\n\nc");
    assert_eq!(fetching.next().await.expect("the end"), None);
    assert_eq!(inbox.fetch(&all[1..]).next().await.expect("gone"), None);
    // A server that never ends.
    let endless = part(0, &"x".repeat(5 << 20));
    let mut inbox = signed_in(&[&endless]).await;
    assert!(matches!(inbox.fetch(&all[..1]).next().await, Err(InboxError::Protocol(_))));
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_not_shown() {
    let mut inbox = signed_in(&["* 1 FETCH (UID seven BODY[] {5}\r\nSECRET\r\n$ OK done\r\n"]).await;
    let error = inbox.fetch(&listed(&[7])).next().await.expect_err("unreadable");
    assert!(matches!(error, InboxError::Protocol(_)), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("SECRET"));
}

#[tokio::test]
async fn silence_is_a_time_out() {
    let mut inbox = signed_in(&["* 1 EXISTS\r\n"]).await;
    inbox.pace.answer = Duration::from_millis(20);
    assert!(matches!(inbox.count().await, Err(InboxError::Timeout { .. })));
}

#[tokio::test]
async fn a_missing_target_is_made() {
    let create = "$ NO [TRYCREATE] no such folder\r\n";
    let mut inbox = signed_in(&[create, "$ OK made\r\n", "$ NO no subscriptions\r\n", "$ OK moved\r\n"]).await;
    inbox.move_to(&[1, 2, 3], "Done").await.expect("moved");
    let mut inbox = signed_in(&["$ NO [OVERQUOTA] full\r\n"]).await;
    assert!(matches!(inbox.move_to(&[1], "Done").await, Err(error) if !error.is_fatal()));
    inbox.abilities.uidplus = false;
    assert!(matches!(inbox.move_to(&[1], "Done").await, Err(InboxError::NoMove)));
}
