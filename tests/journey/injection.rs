//! Words of strangers that try to be more than words: in the mail we send, in our log, in the names of downloads.

use postdesk::{domain::role::Role, store::message};

use super::{
    acknowledgement::received,
    cut::{before, impatient, mailbox_at},
    harness::{Console, Wishes, seen},
    letter,
    visitor::Visitor,
};
use crate::world::{Database, Fault, Imap, Rule, When, deliver, unique};

/// Characters that no log and no header of ours may hold.
fn harmful(text: &str) -> Vec<char> {
    let turning =
        |c: char| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().filter(|c| (c.is_control() && !matches!(c, '\n' | '\t')) || turning(*c)).collect()
}

#[tokio::test]
async fn nothing_of_a_complaint_becomes_a_header_of_the_answer() {
    let site = "[site]\n".to_owned();
    let edits = vec![(site.clone(), format!("{site}hostnames = [\"mail.college.test\"]\n"))];
    let console = Console::start_with(Database::sqlite().await, Wishes { edits, ..Wishes::default() }).await;
    let (mia, victim) = (format!("{}@example.test", unique("mia")), format!("{}@example.test", unique("victim")));
    let hidden = format!("=0D=0ABcc:_<{victim}>=0D=0AX-Injected:_yes=0D=0A=0D=0ANew_body=1B[2J=E2=80=AEtxt.exe=00");
    // Proved, so that its subject is repeated; everything else of it is not to be.
    let text = format!(
        "Authentication-Results: mail.college.test; dmarc=pass header.from=example.test\r\n\
         From: =?utf-8?Q?Mia{hidden}?= <{mia}>\r\nTo: <{to}>\r\nSubject: =?utf-8?Q?Spam{hidden}?=\r\nDate: {date}\r\n\
         Message-ID: <{id}@example.test>\r\nReferences: <a@example.test> <b@example.test>\\r\\nBcc: {victim}\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
         I am receiving spam from your network and want to complain about it. Please stop this abuse.\r\n",
        to = console.address,
        date = letter::date(),
        id = unique("c"),
    );
    // Put there as our own server would have left it: its verdict on top.
    Imap::sign_in(&console.address).await.append("INBOX", text.as_bytes()).await;
    let mut inbox = Imap::sign_in(&mia).await;
    let answer = received(&mut inbox).await;
    let whole = answer.text();
    let (head, body) = whole.split_once("\n\n").expect("a mail");
    let ours: Vec<String> = head
        .lines()
        .filter(|line| !line.starts_with([' ', '\t']))
        .map(|line| line.split(':').next().unwrap_or_default().to_ascii_lowercase())
        .collect();
    let expected = [
        "return-path",
        "delivered-to",
        "received",
        "date",
        "from",
        "to",
        "subject",
        "message-id",
        "mime-version",
        "content-type",
        "content-transfer-encoding",
        "in-reply-to",
        "references",
        "auto-submitted",
    ];
    assert!(ours.iter().all(|name| expected.contains(&name.as_str())), "{head}");
    for name in ["from", "to", "subject", "message-id", "in-reply-to", "auto-submitted"] {
        assert_eq!(ours.iter().filter(|found| *found == name).count(), 1, "{name} in\n{head}");
    }
    assert!(!body.contains("New body") && !body.contains("Injected"), "{body}");
    let letter = mail_parser::MessageParser::default().parse(&answer.bytes).expect("a mail");
    let subject = letter.subject().expect("a subject");
    assert!(subject.starts_with("Re: Spam"), "{subject}");
    assert!(harmful(subject).is_empty(), "{subject:?}");
    let mut theirs = Imap::sign_in(&victim).await;
    assert!(theirs.messages("INBOX").await.is_empty(), "nobody else was written to");
}

#[tokio::test]
async fn servers_and_visitors_write_no_line_of_the_log_and_turn_no_terminal() {
    let (imap, relay) = (before("IMAP_PORT").await, before("SMTP_PORT").await);
    let words =
        "NO [SERVERBUG] \x1b[2J\x1b]0;owned\x07 gone \u{202e}gnp.exe \u{9b}31m 2026-01-01T00:00:00Z ERROR forged\r\n";
    imap.then(&[Rule::from_server(When::Before(b"OK [READ-WRITE]"), Fault::Instead(words.as_bytes().to_vec()))]);
    let refusal = "550-5.1.1 \x1b[2J gone\r\n550 5.1.1 \u{202e}evil\u{7}\r\n";
    relay.then(&[Rule::from_server(When::Before(b"250 2.1.5"), Fault::Instead(refusal.as_bytes().to_vec()))]);
    let wishes = Wishes { edits: vec![mailbox_at(imap.port, "none")], relay: Some(relay.port), ..impatient() };
    let console = Console::start_with(Database::sqlite().await, wishes).await;
    let mia = format!("{}@example.test", unique("mia"));
    let (_, mail) = letter::complaint(&mia, &console.address, "=?utf-8?Q?Spam=1B[2J=0AERROR_forged=E2=80=AE?=");
    deliver(&mia, &console.address, &mail).await;
    seen!(console, "refused", v => {
        let state = Some(postdesk::domain::outgoing::OutboxState::Refused);
        postdesk::store::outbox::list(&mut v, state, i64::MAX, 10).await.expect("a list").pop()
    });
    console.account("anna", &[Role::Postmaster]).await;
    let mut anna = Visitor::new(&console);
    for login in ["anna\u{1b}[2J", "x\nERROR forged", "\u{202e}anna"] {
        anna.sign_in(login, "wrong").await;
    }
    anna.get("/tickets/%1b%5b2J%0aERROR%20forged").await;
    anna.get("/messages?q=%1b%5b2J%0a").await;
    let mut anna = Visitor::signed_in(&console, "anna").await;
    let mailboxes = anna.get("/mailboxes").await.text();
    assert!(mailboxes.contains("gone") && harmful(&mailboxes).is_empty(), "{:?}", harmful(&mailboxes));
    let log = console.log();
    assert!(log.contains("gone gnp.exe"), "the server's words are there, as words: {log}");
    assert!(harmful(&log).is_empty(), "{log:?}");
    assert!(log.lines().all(|line| line.starts_with("2026-") || line.starts_with("20")), "no line of another: {log}");
    assert!(log.lines().all(|line| !line.starts_with("ERROR")), "{log}");
}

#[tokio::test]
async fn a_download_is_named_by_us() {
    let console = Console::start(Database::sqlite().await).await;
    let id = unique("c");
    let text = format!(
        "From: Mia <mia@example.test>\r\nTo: <{}>\r\nSubject: =?utf-8?Q?../../etc/passwd=0D=0ASet-Cookie:_a=3Db?=\r\n\
         Date: {}\r\nMessage-ID: <{id}@example.test>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"{id}\"\r\n\r\n--{id}\r\nContent-Type: text/plain\r\n\r\nHello\r\n\
         --{id}\r\nContent-Type: text/html\r\n\
         Content-Disposition: attachment; filename*=utf-8''..%2F..%2Fx%0D%0ASet-Cookie%3A%20a%3Db%22%3B%E2%80%AEgnp.exe\r\n\r\n\
         <script>alert(1)</script>\r\n--{id}--\r\n",
        console.address,
        letter::date(),
    );
    deliver("mia@example.test", &console.address, text.as_bytes()).await;
    let id = seen!(console, "it is there", v => {
        let all = message::list(&mut v, &message::Filter::default(), i64::MAX, 10).await.expect("a list");
        all.into_iter().find(|m| m.stage == postdesk::domain::message::Stage::Applied).map(|m| m.id)
    });
    console.account("anna", &[Role::Postmaster]).await;
    let mut anna = Visitor::signed_in(&console, "anna").await;
    let page = anna.get(&format!("/messages/{id}")).await.text();
    let start = format!("/messages/{id}/attachments/");
    let at = page.find(&start).unwrap_or_else(|| panic!("no attachment in {page}"));
    let link: String = page[at..].chars().take_while(|c| *c != '"').collect();
    for path in [link, format!("/messages/{id}/raw")] {
        let answer = anna.get(&path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.headers.get_all("set-cookie").iter().all(|set| !set.as_bytes().starts_with(b"a=")), "{path}");
        let name = answer.header("content-disposition");
        assert!(name.starts_with("attachment; filename=\""), "{name}");
        assert!(!name.contains("..") && !name.contains('/') && !name.to_lowercase().contains("%0d"), "{name}");
        assert!(!name.contains("%E2%80%AE") && harmful(name).is_empty(), "{name}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(!answer.header("content-type").starts_with("text/html"), "{}", answer.header("content-type"));
    }
}
