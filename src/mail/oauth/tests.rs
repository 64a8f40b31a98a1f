use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::*;

/// A token endpoint that gives one answer after the other and remembers what it was asked.
async fn endpoint(answers: Vec<(u16, String)>) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/token", listener.local_addr().expect("an address"));
    let asked = Arc::new(Mutex::new(Vec::new()));
    let notes = asked.clone();
    tokio::spawn(async move {
        for (status, body) in answers {
            let (mut stream, _) = listener.accept().await.expect("a client");
            let mut request = String::new();
            let mut piece = [0; 4096];
            // The form is short and comes with or right after the header.
            while !request.split_once("\r\n\r\n").is_some_and(|(_, form)| form.contains("grant_type")) {
                let count = stream.read(&mut piece).await.expect("a request");
                request.push_str(&String::from_utf8_lossy(&piece[..count]));
            }
            notes.lock().expect("notes").push(request.split_once("\r\n\r\n").expect("a form").1.to_owned());
            let head = format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
        }
    });
    (url, asked)
}

fn grant(token_url: String, flow: Flow) -> Grant {
    Grant {
        token_url,
        client_id: "postdesk".into(),
        client_secret: Secret::new("hush".into()),
        scope: "imap".into(),
        flow,
        ca_file: None,
    }
}

fn at(secs: i64) -> Moment {
    Moment::from_secs(1_000_000 + secs)
}

#[tokio::test]
async fn renewed_ahead_of_time_and_rotated() {
    let answer = |n: u32| {
        (
            200,
            format!(
                "{{\"access_token\":\"t{n}\",\"token_type\":\"Bearer\",\"expires_in\":100,\"refresh_token\":\"r{n}\"}}"
            ),
        )
    };
    let (url, asked) = endpoint(vec![answer(1), answer(2), (503, String::new()), (503, String::new())]).await;
    let flow = Flow::Refresh(Secret::new("r-old".into()));
    let kept = {
        let earlier = TokenSource::new(grant(url.clone(), flow.clone()), "").expect("a source");
        earlier.to_keep(&Secret::new("r0".into()))
    };
    let mut source = TokenSource::new(grant(url, flow), kept.expose()).expect("a source");

    let (token, renewed) = source.access(at(0)).await.expect("a token");
    let renewed = renewed.expect("it was asked for");
    assert_eq!((token.expose(), renewed.expires_at), ("t1", at(100)));
    assert_eq!(renewed.refresh.as_ref().map(Secret::expose), Some("r1"));
    assert!(source.access(at(79)).await.expect("held").1.is_none());
    assert_eq!(source.access(at(80)).await.expect("renewed").0.expose(), "t2");
    // The endpoint is down: the held token serves to its end, not beyond.
    assert_eq!(source.access(at(175)).await.expect("still good").0.expose(), "t2");
    assert!(matches!(source.access(at(180)).await, Err(error) if error.is_passing()));

    let asked = asked.lock().expect("notes");
    assert!(asked[0].contains("refresh_token=r0") && asked[1].contains("refresh_token=r1"), "{asked:?}");
    assert!(asked[0].contains("client_secret=hush") && asked[0].contains("scope=imap"));
}

#[tokio::test]
async fn client_credentials() {
    let (url, asked) = endpoint(vec![(200, "{\"access_token\":\"t\",\"expires_in\":1e300}".into())]).await;
    let mut source = TokenSource::new(grant(url, Flow::ClientCredentials), "").expect("a source");
    let renewed = source.renew(at(0)).await.expect("a token");
    assert_eq!(renewed.expires_at, at(i64::try_from(LONGEST_LIFE).expect("small")));
    assert!(asked.lock().expect("notes")[0].contains("grant_type=client_credentials"));
    assert!(!format!("{renewed:?} {source:?}").contains("hush"));
}

#[tokio::test]
async fn refusals_are_told_without_secrets() {
    let refusal = "{\"error\":\"invalid_grant\",\"error_description\":\"hush is wrong\"}";
    let huge = format!("{{\"access_token\":\"{}\"}}", "x".repeat(MAX_ANSWER));
    let answers = vec![(400, refusal.into()), (200, "<html>".into()), (200, huge), (302, String::new())];
    let (url, _) = endpoint(answers).await;
    let mut source = TokenSource::new(grant(url, Flow::ClientCredentials), "").expect("a source");
    let words = source.renew(at(0)).await.expect_err("refused").to_string();
    assert!(words.contains("invalid_grant") && !words.contains("hush"), "{words}");
    assert!(matches!(source.renew(at(0)).await, Err(OauthError::Unreadable(_))));
    assert!(matches!(source.renew(at(0)).await, Err(OauthError::Unreadable(_))));
    assert!(matches!(source.renew(at(0)).await, Err(OauthError::Refused { status: 302, .. })));
}

#[tokio::test]
async fn https_only_but_for_this_machine() {
    for url in ["http://login.example.test/token", "ftp://localhost/", "token"] {
        let refused = TokenSource::new(grant(url.into(), Flow::ClientCredentials), "");
        assert!(matches!(refused, Err(OauthError::Address(_))), "{url}");
    }
}

#[test]
fn a_newly_configured_token_is_not_hidden_by_an_old_ones_child() {
    let source = |configured: &str, kept: &str| {
        let flow = Flow::Refresh(Secret::new(configured.into()));
        TokenSource::new(grant("http://127.0.0.1:1/token".into(), flow), kept).expect("a source")
    };
    let kept = source("old", "").to_keep(&Secret::new("child".into()));
    let token = |source: TokenSource| match source.grant.flow {
        Flow::Refresh(token) => token.expose().to_owned(),
        Flow::ClientCredentials => String::new(),
    };
    assert_eq!(token(source("old", kept.expose())), "child");
    assert_eq!(token(source("new", kept.expose())), "new");
}
