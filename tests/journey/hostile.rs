//! Mail that means harm or is merely broken: each is kept byte for byte, shown safely, and blocks nothing.

use std::fmt::Write;

use postdesk::{
    domain::role::Role,
    store::{blob, message},
};

use super::{
    acknowledgement::received,
    harness::{Console, PATIENCE},
    letter,
    visitor::Visitor,
};
use crate::world::{Database, Imap, unique, until};

fn nested(levels: usize) -> Vec<u8> {
    let mut text = String::from("From: a@example.test\r\nSubject: nested\r\nMIME-Version: 1.0\r\n");
    for level in 0..levels {
        write!(text, "Content-Type: multipart/mixed; boundary=\"b{level}\"\r\n\r\n--b{level}\r\n").expect("a line");
    }
    text += "Content-Type: text/plain\r\n\r\nthe bottom\r\n";
    for level in (0..levels).rev() {
        write!(text, "--b{level}--\r\n").expect("a line");
    }
    text.into_bytes()
}

fn page(body: &str) -> Vec<u8> {
    format!(
        "From: <script>alert(1)</script> <evil@example.test>\r\nSubject: <img src=x onerror=alert(2)>\r\nMIME-Version: 1.0\r\n\
         Message-ID: <{}@example.test>\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body>{body}</body></html>\r\n",
        unique("h")
    )
    .into_bytes()
}

/// So many header lines.
fn lines(count: usize) -> String {
    let mut lines = String::new();
    for n in 0..count {
        write!(lines, "X-Line-{n}: x\r\n").expect("a line");
    }
    lines
}

/// A name for each, and its bytes.
fn hostile() -> Vec<(&'static str, Vec<u8>)> {
    let head = "From: a@example.test\r\nSubject: strange\r\n";
    let many = lines(100_000);
    vec![
        ("no Message-ID", format!("{head}\r\nhello\r\n").into_bytes()),
        ("nothing but a line end", b"\r\n".to_vec()),
        ("no header at all", b"just words, no colon\r\n".to_vec()),
        ("bare CR", format!("{head}X-A: b\rX-B: c\r\n\r\none\rtwo\rthree\r\n").into_bytes()),
        ("bare LF", b"From: a@example.test\nSubject: lf\n\nbody\n".to_vec()),
        (
            "invalid UTF-8",
            [head.as_bytes(), b"Content-Type: text/plain; charset=utf-8\r\n\r\n\xff\xfe\xc3\x28\xed\xa0\x80\r\n"]
                .concat(),
        ),
        (
            "invalid UTF-8 in the header",
            b"From: \xff\xfe <\xc3@\xa0>\r\nSubject: \xe2\x28\xa1 \xf0\x9f\r\n\r\nx\r\n".to_vec(),
        ),
        ("100,000 header lines", format!("{many}{head}\r\nhello\r\n").into_bytes()),
        ("1,000 levels of nesting", nested(1000)),
        ("a megabyte in one line", [head.as_bytes(), b"\r\n", &b"x".repeat(1 << 20)].concat()),
        (
            "a header of a megabyte",
            format!("Subject: {}\r\nFrom: a@example.test\r\n\r\nx\r\n", "y".repeat(1 << 20)).into_bytes(),
        ),
        (
            "encoded words without end",
            format!("Subject: {}\r\n\r\nx\r\n", "=?utf-8?B?4p2k?= ".repeat(20_000)).into_bytes(),
        ),
        (
            "an encoded U+0000",
            b"From: =?utf-8?Q?a=00b?= <a@example.test>\r\nSubject: =?utf-8?Q?=00?=\r\n\r\nx\r\n".to_vec(),
        ),
        (
            "a boundary that never comes",
            format!("{head}Content-Type: multipart/mixed; boundary=never\r\n\r\nx\r\n").into_bytes(),
        ),
        (
            "an unknown charset",
            format!("{head}Content-Type: text/plain; charset=klingon\r\n\r\n\u{e9}\r\n").into_bytes(),
        ),
        (
            "base64 that is none",
            format!("{head}Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!====\r\n")
                .into_bytes(),
        ),
        (
            "a thousand recipients",
            format!("From: a@example.test\r\nTo: {}\r\n\r\nx\r\n", "b@example.test, ".repeat(1000)).into_bytes(),
        ),
        ("script", page("<script>alert(3)</script><p onclick='alert(4)'>words</p>")),
        ("forms", page("<form action='https://evil.example/'><input name=password><button>Sign in</button></form>")),
        (
            "remote images",
            page(
                "<img src='https://evil.example/pixel.gif'><img srcset='//evil.example/a 2x'><p background='http://evil.example/b'>x</p>",
            ),
        ),
        (
            "CSS",
            page(
                "<style>body{background:url(https://evil.example/c)}</style><p style='background:u\\72l(https://evil.example/d);position:fixed'>x</p>",
            ),
        ),
        (
            "SVG",
            page(
                "<svg onload=alert(5)><script>alert(6)</script><a xlink:href='javascript:alert(7)'>x</a></svg><math><mi//xlink:href='data:x,<script>alert(8)</script>'></math>",
            ),
        ),
        (
            "links",
            page(
                "<a href='javascript:alert(9)'>a</a><a href=' JaVa\tScRiPt:alert(10)'>b</a><a href='data:text/html,<script>alert(11)</script>'>c</a>",
            ),
        ),
        (
            "a base and a refresh",
            page(
                "<base href='https://evil.example/'><meta http-equiv=refresh content='0;url=https://evil.example/'><iframe src='https://evil.example/'></iframe>",
            ),
        ),
        ("an open comment", page("<!-- <p>hidden</p> <plaintext><textarea><title></body>")),
    ]
}

#[tokio::test]
async fn each_is_kept_shown_safely_and_blocks_nothing() {
    let console = Console::start(Database::sqlite().await).await;
    let mut imap = Imap::sign_in(&console.address).await;
    let all = hostile();
    for (_, bytes) in &all {
        imap.append("INBOX", bytes).await;
    }
    // An honest complaint behind them is answered all the same.
    let mia = format!("{}@example.test", unique("mia"));
    let (_, honest) = letter::complaint(&mia, &console.address, "Spam from your network");
    imap.append("INBOX", &honest).await;
    let mut theirs = Imap::sign_in(&mia).await;
    received(&mut theirs).await;

    let wanted = all.len() + 1;
    let mut messages = Vec::new();
    until("every message handled", PATIENCE, async || {
        let mut v = console.store.read().await.expect("a view");
        messages = message::list(&mut v, &message::Filter::default(), i64::MAX, 100).await.expect("a list");
        messages.len() == wanted && messages.iter().all(|m| m.stage != postdesk::domain::message::Stage::Kept)
    })
    .await;
    messages.sort_unstable_by_key(|m| m.id);
    let stored = imap.messages("INBOX").await;
    for (((name, bytes), message), on_server) in all.iter().zip(&messages).zip(&stored) {
        let mut v = console.store.read().await.expect("a view");
        let kept = blob::load(&mut v, &message.sha256).await.expect("read").expect("kept");
        assert!(kept == on_server.bytes, "{name}: kept {} bytes, the server has {}", kept.len(), on_server.bytes.len());
        // Dovecot itself mends line ends when it stores; all else is as it was sent.
        let plain = |bytes: &[u8]| bytes.iter().copied().filter(|b| *b != b'\r').collect::<Vec<_>>();
        assert!(plain(&kept) == plain(bytes), "{name}");
        assert_eq!(message.stage, postdesk::domain::message::Stage::Applied, "{name}: {}", message.trouble);
    }
    assert!(console.log().lines().all(|line| !line.contains("panicked")), "{}", console.log());

    console.account("anna", &[Role::Postmaster]).await;
    let mut anna = Visitor::signed_in(&console, "anna").await;
    for ((name, _), message) in all.iter().zip(&messages) {
        let id = message.id;
        let shown = anna.get(&format!("/messages/{id}")).await;
        assert_eq!(shown.status, 200, "{name}: {}", shown.text());
        inert(name, &shown.text());
        let raw = anna.get(&format!("/messages/{id}/raw")).await;
        assert_eq!((raw.status, raw.header("x-content-type-options")), (200, "nosniff"), "{name}");
        assert!(raw.header("content-disposition").starts_with("attachment"), "{name}");
        let frame = anna.get(&format!("/messages/{id}/html")).await;
        if frame.status == 200 {
            let policy = frame.header("content-security-policy");
            assert!(
                policy.contains("sandbox")
                    && policy.contains("default-src 'none'")
                    && !policy.contains("allow-scripts"),
                "{name}: {policy}"
            );
            inert(name, &frame.text());
            frameworthy(name, &frame.text());
        }
    }
    for list in ["/messages", "/tickets", "/"] {
        let shown = anna.get(list).await;
        assert_eq!(shown.status, 200, "{list}");
        inert(list, &shown.text());
    }
}

/// Nothing of the mail may run or load, whatever the policy says.
fn inert(name: &str, html: &str) {
    let lower = html.to_lowercase();
    for word in
        ["<script>", "<img src=x", "<svg onload", "<iframe src='https", "<base", "http-equiv=refresh", "<plaintext"]
    {
        assert!(!lower.contains(word), "{name}: {word} stands in the page");
    }
    for tag in lower.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or_default()) {
        // What stands in quotes is text: only an attribute of its own would act.
        let acts = tag.split('"').step_by(2).any(|bare| bare.contains("alert("));
        assert!(!acts, "{name}: <{tag}>");
    }
    for tag in lower.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or_default()) {
        let runs = ["javascript:", "data:text/html", "//evil.example"].iter().any(|word| {
            ["src=", "href=", "srcset=", "action=", "background=", "style=", "content="]
                .iter()
                .any(|at| tag.split(at).skip(1).any(|value| value.contains(word)))
        });
        assert!(!runs, "{name}: <{tag}>");
    }
}

/// The frame holds the mail's own text without anything that acts.
fn frameworthy(name: &str, html: &str) {
    let lower = html.to_lowercase();
    for word in [
        "<script",
        "<form",
        "<input",
        "<button",
        "<style>body",
        "<svg",
        "<math",
        "<iframe",
        "<object",
        "<meta http-equiv",
        "evil.example/",
        "position:fixed",
    ] {
        assert!(!lower.contains(word), "{name}: {word} stands in the frame");
    }
}
