//! What an administrator sees from outside: one line an error, its reference, figures; and no mail in any of it.

use postdesk::{
    domain::role::Role,
    store::{counter, mailbox},
};
use sqlx::Connection;

use super::{
    harness::{Console, PASSWORD, PATIENCE, Wishes, client, seen},
    letter,
    visitor::Visitor,
};
use crate::world::{Database, deliver, unique, until};

/// A figure of `/metrics` by its whole name with labels.
async fn figure(console: &Console, name: &str) -> Option<f64> {
    let text = client().get(format!("{}/metrics", console.origin)).send().await.expect("an answer").text().await;
    let text = text.expect("text");
    text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
}

async fn rename(console: &Console, from: &'static str, to: &'static str) {
    let mut c = sqlx::SqliteConnection::connect(console.database()).await.expect("the file");
    let text = format!("ALTER TABLE {from} RENAME TO {to}");
    sqlx::QueryBuilder::<sqlx::Sqlite>::new(text).build().execute(&mut c).await.expect("renamed");
}

#[tokio::test]
async fn an_error_is_one_line_under_the_reference_that_its_page_shows() {
    let environment = &[("POSTDESK_LOG_FORMAT", "json")];
    let console = Console::start_with(Database::sqlite().await, Wishes { environment, ..Wishes::default() }).await;
    console.account("anna", &[Role::Postmaster]).await;
    let token = console.command(&["token", "add", "--login", "anna", "--name", "watch"]).await;
    let token = String::from_utf8(token.stdout).expect("text").trim().to_owned();
    let mut anna = Visitor::signed_in(&console, "anna").await;
    let (first, second) = (anna.get("/healthz").await, anna.get("/healthz").await);
    let reference = |page: &super::visitor::Page| page.header("x-request-id").to_owned();
    assert_eq!(reference(&first).len(), 10);
    assert_ne!(reference(&first), reference(&second), "each request has its own");

    // The database loses a table: our own mistake, as far as a page can tell.
    rename(&console, "duty_review", "gone").await;
    let page = anna.get("/?secret-of-the-query").await;
    assert_eq!(page.status, 500);
    let code = reference(&page);
    assert!(page.text().contains(&format!("say <code>{code}</code>")), "{}", page.text());
    assert!(!page.text().contains("duty_review") && !page.text().contains("gone"), "causes are for the log");
    rename(&console, "gone", "duty_review").await;

    rename(&console, "ledger", "gone").await;
    let api = client().get(format!("{}/api/v1/delivery-errors", console.origin));
    let answer = api.header("authorization", format!("Bearer {token}")).header("x-request-id", "mine").send().await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.status(), 500);
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let theirs = answer.headers()["x-request-id"].to_str().expect("text").to_owned();
    assert_ne!(theirs, "mine", "nobody outside chooses what stands in the log");
    let problem: serde_json::Value = answer.json().await.expect("JSON");
    assert_eq!(problem["instance"], format!("urn:postdesk:error:{theirs}"));
    rename(&console, "gone", "ledger").await;

    let log = console.log();
    let lines: Vec<serde_json::Value> =
        log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect();
    for (code, path, cause) in [(code, "/", "duty_review"), (theirs, "/api/v1/delivery-errors", "ledger")] {
        let about: Vec<_> = lines.iter().filter(|line| line.to_string().contains(&code)).collect();
        assert_eq!(about.len(), 1, "one line: {about:?}");
        assert_eq!(about[0]["level"], "ERROR");
        assert_eq!(about[0]["span"]["path"], path);
        assert!(about[0]["cause"].as_str().expect("a cause").contains(cause), "{}", about[0]);
    }
    assert!(!log.contains("secret-of-the-query"), "what people search for is not logged");
    assert!(!log.contains(&token) && !log.contains(PASSWORD));
}

#[tokio::test]
async fn figures_tell_of_a_mailbox_that_fails_and_of_leases() {
    let wishes = Wishes { sign_in: |_| "password = \"wrong\"".to_owned(), ..Wishes::default() };
    let mut console = Console::prepare(Database::sqlite().await, wishes).await;
    console.run();
    until("the mailbox's failure is counted", PATIENCE, async || {
        console.ended().is_none()
            && client().get(format!("{}/healthz", console.origin)).send().await.is_ok()
            && figure(&console, "postdesk_job_failures_total{job=\"mailbox\"}").await.is_some_and(|n| n >= 1.0)
            && figure(&console, "postdesk_mailbox_failing{mailbox=\"postmaster\"}").await == Some(1.0)
    })
    .await;
    assert_eq!(figure(&console, "postdesk_job_failures_total{job=\"outbox\"}").await, Some(0.0), "others do not");
    assert!(figure(&console, "postdesk_log_entries_total{level=\"warn\"}").await.is_some_and(|n| n >= 1.0));
    let leases = "postdesk_lease_changes_total{lease=\"mailbox postmaster\"}";
    let before = figure(&console, leases).await.expect("a figure");
    console.kill().await;
    console.run();
    until("a new owner", PATIENCE, async || {
        client().get(format!("{}/healthz", console.origin)).send().await.is_ok()
            && figure(&console, leases).await == Some(before + 1.0)
    })
    .await;
}

#[tokio::test]
async fn neither_log_nor_figures_tell_of_anybody() {
    let environment = &[("POSTDESK_LOG", "debug")];
    let mut console = Console::start_with(Database::sqlite().await, Wishes { environment, ..Wishes::default() }).await;
    let mia = unique("mia");
    let (_, mail) = letter::complaint(&format!("{mia}@example.test"), &console.address, "A subject for nobody's eyes");
    deliver(&format!("{mia}@example.test"), &console.address, &mail).await;
    seen!(console, "the acknowledgement", v => {
        (counter::get(&mut v, "outbox.accepted").await.expect("a count") == 1).then_some(())
    });
    seen!(console, "a count of the mailbox", v => {
        mailbox::all(&mut v).await.expect("mailboxes").pop().filter(|mailbox| mailbox.on_server == 1)
    });
    console.account("anna", &[Role::Postmaster]).await;
    let mut anna = Visitor::new(&console);
    anna.sign_in(&format!("anna\n{mia}"), "a-password-that-was-mistyped").await;
    anna.sign_in("anna", PASSWORD).await;
    anna.get(&format!("/tickets?q={mia}")).await;
    assert_eq!(figure(&console, "postdesk_mailbox_missing{mailbox=\"postmaster\"}").await, Some(0.0));
    assert_eq!(figure(&console, "postdesk_outbox_age_seconds").await, Some(0.0));
    assert!(
        figure(&console, "postdesk_mailbox_lag_seconds{mailbox=\"postmaster\"}").await.is_some_and(|lag| lag < 60.0)
    );
    let figures = client().get(format!("{}/metrics", console.origin)).send().await.expect("an answer");
    let figures = figures.text().await.expect("text");
    console.terminate().await;
    for text in [console.log(), figures] {
        for secret in [mia.as_str(), "nobody's eyes", "mistyped", PASSWORD, crate::world::address("MAIL_PASSWORD")] {
            assert!(!text.contains(secret), "{secret} stands in\n{text}");
        }
        assert!(!text.contains("quarantine"), "{text}");
    }
}
