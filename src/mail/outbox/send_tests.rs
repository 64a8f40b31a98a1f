use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
};

use super::*;

/// What the relay of a test does at one word.
#[derive(Clone, Copy)]
enum Act {
    Say(&'static str),
    /// Closes the connection at once.
    Cut,
}

/// A relay that says what it is told to, by the verb it hears; `.` stands for the end of the text.
async fn relay(script: &'static [(&'static str, Act)]) -> Relay {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mut stream = BufReader::new(stream);
            let _ = stream.write_all(b"220 test\r\n").await;
            let mut text = false;
            let mut line = String::new();
            loop {
                line.clear();
                if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
                    break;
                }
                let verb = line.split_whitespace().next().unwrap_or_default().to_owned();
                if text && line != ".\r\n" {
                    continue;
                }
                let act = script.iter().find(|(at, _)| *at == verb).map(|(_, act)| *act);
                let say = match act {
                    Some(Act::Cut) => break,
                    Some(Act::Say(words)) => words,
                    None if verb == "DATA" => "354 go on",
                    None => "250 2.0.0 fine",
                };
                text = verb == "DATA" && say.starts_with('3');
                let _ = stream.write_all(format!("{say}\r\n").as_bytes()).await;
            }
        }
    });
    Relay::new(Smarthost {
        host: "127.0.0.1".into(),
        port,
        tls: Tls::None,
        ca_file: None,
        user: None,
        secret: Secret::default(),
        hello: "college.test".into(),
        patience: Patience::default(),
    })
    .expect("a relay")
}

async fn sent(script: &'static [(&'static str, Act)]) -> Sent {
    relay(script).await.send(None, "a@b.test", b"Subject: x\r\n\r\n.dot\r\n").await
}

#[tokio::test]
async fn accepted_again_over_one_connection() {
    let relay = relay(&[(".", Act::Say("250 2.0.0 queued as 4711"))]).await;
    for _ in 0..3 {
        let sent = relay.send(Some("p@college.test"), "a@b.test", b"x: y\r\n\r\nz\r\n").await;
        assert_eq!(sent, Sent::Accepted { answer: "250 2.0.0 queued as 4711".into() });
    }
    assert_eq!(relay.idle.lock().await.len(), 1);
}

#[tokio::test]
async fn verdicts() {
    assert_eq!(
        sent(&[("RCPT", Act::Say("550 5.1.1 no such user"))]).await,
        Sent::Refused { code: 550, answer: "5.1.1 no such user".into() }
    );
    assert!(matches!(sent(&[("MAIL", Act::Say("451 later"))]).await, Sent::Deferred { code: 451, .. }));
    assert!(matches!(sent(&[("DATA", Act::Say("554 no"))]).await, Sent::Refused { code: 554, .. }));
    assert!(matches!(sent(&[(".", Act::Say("452 4.3.1 full"))]).await, Sent::Deferred { code: 452, .. }));
    assert!(matches!(sent(&[(".", Act::Say("554 5.6.0 no"))]).await, Sent::Refused { code: 554, .. }));
    assert!(matches!(sent(&[("MAIL", Act::Say("530 5.7.0 sign in first"))]).await, Sent::NotConnected { .. }));
}

/// A line that never ends would be read into memory until there is none left; lettre counts whole lines only.
#[tokio::test]
async fn a_reply_has_an_end() {
    let endless: &'static str = format!("250 {}", "and on ".repeat(60_000)).leak();
    let script: &'static [_] = Box::leak(Box::new([("MAIL", Act::Say(endless))]));
    let Sent::NotConnected { why } = sent(script).await else { panic!("it was read whole") };
    assert!(why.contains("has no end"), "{why}");
}

#[tokio::test]
async fn uncertain_only_after_the_dot() {
    for verb in ["EHLO", "MAIL", "RCPT", "DATA"] {
        let script: &'static [_] = Box::leak(Box::new([(verb, Act::Cut)]));
        assert!(matches!(sent(script).await, Sent::NotConnected { .. }), "{verb}");
    }
    assert!(matches!(sent(&[("DATA", Act::Say("250 odd"))]).await, Sent::NotConnected { .. }));
    assert!(matches!(sent(&[(".", Act::Cut)]).await, Sent::Uncertain { .. }));
    assert!(matches!(sent(&[(".", Act::Say("gibberish"))]).await, Sent::Uncertain { .. }));
    assert!(matches!(sent(&[(".", Act::Say("354 more"))]).await, Sent::Uncertain { .. }));
}

#[tokio::test]
async fn a_cut_within_the_text_is_not_uncertain() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a client");
        let mut stream = BufReader::new(stream);
        let _ = stream.write_all(b"220 test\r\n").await;
        for say in ["250 fine", "250 fine", "250 fine", "354 go on"] {
            let mut line = String::new();
            let _ = stream.read_line(&mut line).await;
            let _ = stream.write_all(format!("{say}\r\n").as_bytes()).await;
        }
        let mut some = [0; 1000];
        let _ = stream.read_exact(&mut some).await;
        // Closed with unread bytes: the client's next write fails.
    });
    let mut relay = relay(&[]).await;
    relay.smarthost.port = port;
    let large = b"0123456789\r\n".repeat(4 << 20);
    assert!(matches!(relay.send(None, "a@b.test", &large).await, Sent::NotConnected { .. }));
}

#[tokio::test]
async fn a_dead_idle_connection_is_replaced() {
    let relay = relay(&[("RSET", Act::Cut)]).await;
    for _ in 0..2 {
        assert!(matches!(relay.send(None, "a@b.test", b"x: y\r\n\r\n").await, Sent::Accepted { .. }));
    }
}

#[tokio::test]
async fn nothing_unfit_leaves() {
    let relay = relay(&[]).await;
    for (to, bytes) in [
        ("postmaster", &b"x: y\r\n\r\n"[..]),
        ("a@b.test> SIZE=1\r\nDATA", b"x: y\r\n\r\n"),
        ("a@b.test", b"x: y\n\r\n"),
        ("a@b.test", b"x: y\r\r\n"),
        ("a@b.test", b"x: y\r\n\r"),
        ("a@b.test", "x: ü\r\n\r\n".as_bytes()),
    ] {
        assert!(matches!(relay.send(None, to, bytes).await, Sent::Unfit { .. }), "{to} {bytes:?}");
    }
}

#[test]
fn no_plain_text_to_others() {
    let smarthost = Smarthost {
        host: "relay.college.test".into(),
        port: 25,
        tls: Tls::None,
        ca_file: None,
        user: None,
        secret: Secret::new("s3cret".into()),
        hello: String::new(),
        patience: Patience::default(),
    };
    assert!(!format!("{smarthost:?}").contains("s3cret"));
    assert!(matches!(Relay::new(smarthost), Err(TlsError::PlainText(_))));
}
