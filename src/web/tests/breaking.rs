//! A page that breaks off: an error with a reference, in words of ours, and one line in the log under the same reference.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use axum::http::StatusCode;

use super::super::{
    RawSource,
    testing::{Desk, arriving::keep},
};
use crate::domain::{message::Stage, role::Role};

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn it_has_a_reference_and_quotes_nothing() {
    let mut desk = Desk::new().await;
    desk.account("ann", &[Role::Postmaster]).await;
    let id = keep(&desk, b"Subject: huge\r\n\r\n", Some(50_000_000), Stage::TooLarge).await;
    desk.raw_source(RawSource::new(|sighted| panic!("a word of the mail {}", sighted.uid)));
    let mut ann = desk.signed_in("ann").await;
    let written = Written::default();
    let log = written.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || log.clone()).with_ansi(false).finish();
    let held = tracing::subscriber::set_default(subscriber);
    let answer = ann.get(&format!("/messages/{id}/raw")).await;
    drop(held);
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    let reference = answer.headers["x-request-id"].to_str().unwrap();
    assert!(answer.text.contains(&format!("say <code>{reference}</code>")), "{}", answer.text);
    let log = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<_> = log.lines().filter(|line| line.contains("ERROR")).collect();
    assert_eq!(lines.len(), 1, "one line: {log}");
    assert!(lines[0].contains(reference) && lines[0].contains("a request failed"), "{log}");
    for text in [&answer.text, &log] {
        assert!(!text.contains("word of the mail"), "{text}");
    }
    assert_eq!(ann.get("/tickets").await.status, StatusCode::OK, "the next page is shown");
}
