//! The limits of the web door, each at its edge, on the real binary's socket.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{
    harness::{Console, PATIENCE, Wishes, client, seen},
    visitor::Visitor,
};
use crate::world::{Database, Imap, until};
use postdesk::{domain::role::Role, store::counter};

const NARROW: &str = "[limits]\nheader_seconds = 1\nbody_seconds = 1\nrequest_seconds = 3\nform_kib = 16\nheader_kib = 8\n\
                      connections = 12\nconnections_per_address = 6\nstreams_per_account = 2\n";

async fn narrow() -> Console {
    Console::start_with(Database::sqlite().await, Wishes { more: NARROW, ..Wishes::default() }).await
}

async fn connect(console: &Console) -> TcpStream {
    TcpStream::connect(console.origin.trim_start_matches("http://")).await.expect("a connection")
}

/// What the server says until it closes the connection; fails if it does not.
async fn last_words(stream: &mut TcpStream) -> String {
    let mut said = Vec::new();
    let ended = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut said)).await.expect("it is closed in time");
    let _ = ended;
    String::from_utf8_lossy(&said).into_owned()
}

/// The answer to one request on a fresh connection, whose sender then waits.
async fn answer(console: &Console, request: &[u8]) -> String {
    let mut stream = connect(console).await;
    stream.write_all(request).await.expect("written");
    last_words(&mut stream).await
}

fn head(method: &str, path: &str, more: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nhost: desk\r\n{more}")
}

#[tokio::test]
async fn a_slow_header_is_not_waited_for() {
    let console = narrow().await;
    let began = postdesk::clock::Clock::machine().now();
    answer(&console, b"GET / HTTP/1.1\r\nhost: de").await;
    answer(&console, b"").await;
    let took = postdesk::clock::Clock::machine().now().since(began);
    assert!(took >= Duration::from_secs(2), "each had its second: {took:?}");
    // An idle connection that was used before ends as well.
    let said = answer(&console, head("GET", "/healthz", "\r\n").as_bytes()).await;
    assert!(said.starts_with("HTTP/1.1 200") && said.ends_with("ok\n"), "{said}");
}

#[tokio::test]
async fn a_slow_body_is_answered_and_closed() {
    let console = narrow().await;
    let form = "content-type: application/x-www-form-urlencoded\r\ncontent-length: 100\r\n\r\nlogin=anna";
    let said = answer(&console, head("POST", "/sign-in", form).as_bytes()).await;
    assert!(said.starts_with("HTTP/1.1 408"), "{said}");
    assert!(said.contains("did not arrive in time"), "in words: {said}");
}

#[tokio::test]
async fn a_form_has_its_size_and_a_header_too() {
    let console = narrow().await;
    let form = |size: usize| {
        let kind = "content-type: application/x-www-form-urlencoded\r\nconnection: close\r\n";
        let body = format!("login={}", "x".repeat(size - 6));
        head("POST", "/sign-in", &format!("{kind}content-length: {size}\r\n\r\n{body}"))
    };
    // 403: it was read to its end, and has no form token.
    let said = answer(&console, form(16 << 10).as_bytes()).await;
    assert!(said.starts_with("HTTP/1.1 403"), "{said}");
    let said = answer(&console, form((16 << 10) + 1).as_bytes()).await;
    assert!(said.starts_with("HTTP/1.1 413"), "{said}");
    // One that does not say its size beforehand.
    let kind =
        "content-type: application/x-www-form-urlencoded\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n";
    let body = format!("4001\r\n{}\r\n0\r\n\r\n", "x".repeat(0x4001));
    let said = answer(&console, (head("POST", "/sign-in", kind) + &body).as_bytes()).await;
    assert!(said.starts_with("HTTP/1.1 413"), "{said}");

    let with =
        |size: usize| head("GET", "/healthz", &format!("connection: close\r\nx-long: {}\r\n\r\n", "x".repeat(size)));
    let said = answer(&console, with(7 << 10).as_bytes()).await;
    assert!(said.starts_with("HTTP/1.1 200"), "{said}");
    let said = answer(&console, with(9 << 10).as_bytes()).await;
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 431"), "{said}");
    let many = "x-many: 1\r\n".repeat(101);
    let said = answer(&console, head("GET", "/healthz", &format!("{many}\r\n")).as_bytes()).await;
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 431"), "{said}");
}

#[tokio::test]
async fn one_address_has_so_many_connections() {
    // No connection ends by itself while the others are opened, however busy the machine is.
    let more = "[limits]\nheader_seconds = 60\nconnections_per_address = 6\n";
    let console = Console::start_with(Database::sqlite().await, Wishes { more, ..Wishes::default() }).await;
    let ask = head("GET", "/healthz", "\r\n");
    let mut held = Vec::new();
    for _ in 0..6 {
        let mut stream = connect(&console).await;
        stream.write_all(ask.as_bytes()).await.expect("written");
        let mut first = [0; 12];
        stream.read_exact(&mut first).await.expect("an answer");
        assert_eq!(&first, b"HTTP/1.1 200");
        held.push(stream);
    }
    let mut seventh = connect(&console).await;
    let _ = seventh.write_all(ask.as_bytes()).await;
    let mut said = Vec::new();
    let _ =
        tokio::time::timeout(Duration::from_secs(20), seventh.read_to_end(&mut said)).await.expect("closed at once");
    assert!(said.is_empty(), "it gets no answer: {}", String::from_utf8_lossy(&said));
    held.pop();
    until("a place is free again", PATIENCE, async || {
        client().get(format!("{}/healthz", console.origin)).send().await.is_ok()
    })
    .await;
}

#[tokio::test]
async fn there_are_so_many_connections_in_all() {
    let more = "[limits]\nheader_seconds = 2\nconnections = 8\nconnections_per_address = 100\n";
    let mut console = Console::start_with(Database::sqlite().await, Wishes { more, ..Wishes::default() }).await;
    let ask = head("GET", "/healthz", "\r\n");
    let mut held = Vec::new();
    let answered = |mut stream: TcpStream| async move {
        let mut first = [0; 12];
        let done = tokio::time::timeout(Duration::from_millis(300), stream.read_exact(&mut first)).await;
        (stream, done.is_ok_and(|read| read.is_ok()))
    };
    // Whatever the client that asked for readiness still holds goes by itself.
    until("eight have a place and the ninth has none", PATIENCE, async || {
        held.clear();
        let mut good = 0;
        for _ in 0..9 {
            let mut stream = connect(&console).await;
            stream.write_all(ask.as_bytes()).await.expect("written");
            let (stream, done) = answered(stream).await;
            good += usize::from(done);
            held.push(stream);
        }
        good == 8
    })
    .await;
    // The ninth waited, and is answered as soon as the eight idle ones are closed.
    let mut first = [0; 12];
    let ninth = held.last_mut().expect("nine");
    tokio::time::timeout(PATIENCE, ninth.read_exact(&mut first)).await.expect("in time").expect("an answer");
    assert_eq!(&first, b"HTTP/1.1 200");
    drop(held);
    console.terminate().await;
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_a_503() {
    use sqlx::Connection;
    let console = narrow().await;
    console.account("anna", &[Role::Postmaster]).await;
    let mut anna = Visitor::signed_in(&console, "anna").await;
    // Somebody else writes and does not come to an end.
    let mut other = sqlx::SqliteConnection::connect(console.database()).await.expect("the file");
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.expect("the writer's place");
    let shown = anna.get("/tickets").await;
    assert_eq!(shown.status, 200, "who only reads is not kept waiting");
    let fields = shown.hidden("/sign-out");
    let clock = postdesk::clock::Clock::machine();
    let began = clock.now();
    let answer = anna.post("/sign-out", &fields, &[]).await;
    // Left to itself, the database would have it wait for ten seconds.
    let took = clock.now().since(began);
    assert!(took >= Duration::from_secs(3) && took < Duration::from_secs(8), "{took:?}");
    assert_eq!(answer.status, 503, "{}", answer.text());
    assert!(answer.text().contains("Not available at this moment"), "{}", answer.text());
    sqlx::query("ROLLBACK").execute(&mut other).await.expect("it ends");
}

#[tokio::test]
async fn an_account_has_so_many_live_streams_and_a_stop_ends_them() {
    let mut console = narrow().await;
    console.account("anna", &[Role::Postmaster]).await;
    let anna = Visitor::signed_in(&console, "anna").await;
    let cookie = anna.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
    let listen = || client().get(format!("{}/live", console.origin)).header("cookie", &cookie).send();
    let mut first = listen().await.expect("a stream");
    let second = listen().await.expect("a stream");
    assert_eq!((first.status().as_u16(), second.status().as_u16()), (200, 200));
    let third = listen().await.expect("an answer");
    assert_eq!(third.status(), 429);
    assert!(third.headers().contains_key("retry-after"));
    assert!(first.chunk().await.expect("a piece").is_some(), "it says something at once");
    // A stream is no idle connection: it lasts longer than a header may take.
    let quiet = tokio::time::timeout(Duration::from_secs(2), first.chunk()).await;
    assert!(!matches!(quiet, Ok(Ok(None) | Err(_))), "it was cut: {quiet:?}");
    drop(second);
    until("a place is free again", PATIENCE, async || listen().await.is_ok_and(|answer| answer.status() == 200)).await;
    let began = postdesk::clock::Clock::machine().now();
    console.terminate().await;
    let took = postdesk::clock::Clock::machine().now().since(began);
    assert!(took < Duration::from_secs(8), "open streams do not hold up a stop: {took:?}");
    while let Ok(Some(_)) = first.chunk().await {}
}

#[tokio::test]
async fn an_answer_that_nobody_takes_is_given_up() {
    let more = "[limits]\nanswer_seconds = 1\nconnections = 8\nconnections_per_address = 100\n";
    let console = Console::start_with(Database::sqlite().await, Wishes { more, ..Wishes::default() }).await;
    console.account("anna", &[Role::Postmaster]).await;
    // More than the operating system holds for a connection.
    let mail = [b"Subject: large\r\n\r\n".to_vec(), b"0123456789abcde\n".repeat(1 << 20)].concat();
    Imap::sign_in(&console.address).await.append("INBOX", &mail).await;
    seen!(console, "the large message", v => {
        (counter::get(&mut v, "message.stage.applied").await.expect("a count") == 1).then_some(())
    });
    let anna = Visitor::signed_in(&console, "anna").await;
    let cookie = anna.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
    let ask = head("GET", "/messages/1/raw", &format!("cookie: {cookie}\r\n\r\n"));
    let mut held = Vec::new();
    for _ in 0..8 {
        let mut stream = connect(&console).await;
        stream.write_all(ask.as_bytes()).await.expect("written");
        held.push(stream);
    }
    // All places are taken by clients that take nothing; before they are given up, nobody else is answered.
    until("somebody else is answered", PATIENCE, async || {
        client().get(format!("{}/healthz", console.origin)).send().await.is_ok()
    })
    .await;
    let mut whole = 0;
    for mut stream in held {
        let mut said = Vec::new();
        let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut said)).await.expect("it is closed");
        whole += usize::from(said.len() > mail.len());
    }
    // One or two may have got their places late, after those of before.
    assert!(whole <= 2, "{whole} of eight got it all, though they had taken nothing in time");
}
