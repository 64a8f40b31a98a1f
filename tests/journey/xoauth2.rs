//! A mailbox that signs in by a token: the endpoint gives it, the mail server asks the endpoint about it.

use postdesk::{
    domain::role::Role,
    store::{counter, mailbox},
};
use serde_json::Value;

use super::{
    harness::{Console, PATIENCE, Wishes, client, seen},
    letter,
    visitor::Visitor,
};
use crate::world::{Database, Imap, address, unique, until};

fn by_client(mailbox: &str) -> String {
    let url = address("TOKEN_URL");
    format!("auth = \"xoauth2\"\ntoken_url = \"{url}\"\nclient_id = \"{mailbox}\"\nclient_secret_file = \"client\"")
}

fn by_refresh_token(mailbox: &str) -> String {
    format!("{}\nrefresh_token_file = \"refresh\"", by_client(mailbox))
}

/// With the shortest IDLE, after which a token is renewed ahead of its time.
fn by_refresh_token_often(mailbox: &str) -> String {
    format!("{}\npoll_seconds = 30", by_refresh_token(mailbox))
}

/// Asks the endpoint something about the console's client.
async fn ask(url: &str, console: &Console, fields: &[(&str, &str)]) -> (u16, Value) {
    let mut form = vec![("client_id", console.address.as_str())];
    form.extend_from_slice(fields);
    let answer = client().post(address(url)).form(&form).send().await.expect("the token endpoint");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

/// How many tokens the console's client was given and refused.
async fn tokens(console: &Console) -> (u64, u64) {
    let (_, state) = ask("OAUTH_STATE_URL", console, &[]).await;
    (state["given"].as_u64().expect("a count"), state["refused"].as_u64().expect("a count"))
}

async fn append(console: &Console) {
    let mut imap = Imap::sign_in(&console.address).await;
    let mia = format!("{}@example.test", unique("mia"));
    imap.append("INBOX", &letter::answer(&mia, &console.address, "Hello", None)).await;
}

async fn applied(console: &Console, wanted: i64) {
    seen!(console, "the mail applied", v => {
        (counter::get(&mut v, "message.stage.applied").await.expect("a count") == wanted).then_some(())
    });
}

/// The stored mailbox, and the refresh token kept with it.
async fn stored(console: &Console) -> (mailbox::Mailbox, String) {
    let mut v = console.store.read().await.expect("a view");
    let found = mailbox::all(&mut v).await.expect("mailboxes").pop().expect("the mailbox");
    let kept = mailbox::refresh_token(&mut v, found.id).await.expect("a token or none");
    (found, kept)
}

/// What `postdesk check` says about the mailbox, and whether it was content with everything.
async fn check(console: &Console) -> (Vec<String>, String, bool) {
    let output = console.command(&["check"]).await;
    let text = String::from_utf8(output.stdout).expect("text") + &String::from_utf8_lossy(&output.stderr);
    let lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
    let at = lines.iter().position(|line| line.contains("  mailbox postmaster ")).expect("words on the mailbox");
    (lines[at..].to_vec(), text, output.status.success())
}

fn tells_no_secret(what: &str, text: &str) {
    for key in ["OAUTH_CLIENT_SECRET", "OAUTH_REFRESH_TOKEN"] {
        assert!(!text.contains(address(key)), "{what} tells {key}: {text}");
    }
}

#[tokio::test]
async fn with_client_credentials_mail_is_taken() {
    let wishes = Wishes { sign_in: by_client, ..Wishes::default() };
    let console = Console::start_with(Database::sqlite().await, wishes).await;
    append(&console).await;
    applied(&console, 1).await;
    assert_eq!(tokens(&console).await, (1, 0), "one token serves for its life");
    let (found, kept) = stored(&console).await;
    assert_eq!((found.trouble.as_str(), kept.as_str()), ("", ""), "there is no refresh token to keep");
    let (lines, text, _) = check(&console).await;
    assert!(lines[0].starts_with("ok ") && lines[0].contains("signed in"), "{text}");
    tells_no_secret("check", &text);
    tells_no_secret("the log", &console.log());
}

#[tokio::test]
async fn a_rotated_refresh_token_is_kept_and_used_after_a_restart() {
    let wishes = Wishes { sign_in: by_refresh_token, ..Wishes::default() };
    let mut console = Console::start_with(Database::sqlite().await, wishes).await;
    append(&console).await;
    applied(&console, 1).await;
    let (_, first) = stored(&console).await;
    assert!(!first.is_empty() && !first.contains(address("OAUTH_REFRESH_TOKEN")), "it is the rotated one: {first}");
    let old = [
        ("grant_type", "refresh_token"),
        ("client_secret", address("OAUTH_CLIENT_SECRET")),
        ("refresh_token", address("OAUTH_REFRESH_TOKEN")),
    ];
    let (status, answer) = ask("TOKEN_URL", &console, &old).await;
    assert_eq!((status, answer["error"].as_str()), (400, Some("invalid_grant")), "the configured one is void by now");

    console.terminate().await;
    console.run();
    console.ready().await;
    append(&console).await;
    applied(&console, 2).await;
    let (found, second) = stored(&console).await;
    assert_eq!(found.trouble, "");
    assert_ne!(first, second, "rotated again");
    assert_eq!(tokens(&console).await, (2, 1), "a token a start; refused was only this test");
    tells_no_secret("the log", &console.log());
    for token in [first, second].iter().filter_map(|kept| kept.split_once(':')) {
        assert!(!console.log().contains(token.1), "the log tells a rotated token");
    }
}

/// `check` uses up the refresh token that the running console holds; each must find the other's successor.
#[tokio::test]
async fn a_check_beside_it_does_not_lock_the_console_out() {
    let wishes = Wishes { sign_in: by_refresh_token_often, ..Wishes::default() };
    let mut console = Console::prepare(Database::sqlite().await, wishes).await;
    // So short that every use asks for a new one.
    ask("OAUTH_CONFIGURE_URL", &console, &[("expires_in", "1")]).await;
    console.run();
    console.ready().await;
    append(&console).await;
    applied(&console, 1).await;
    let (lines, text, _) = check(&console).await;
    assert!(lines[0].starts_with("ok ") && lines[0].contains("signed in"), "{text}");
    assert_eq!(tokens(&console).await, (2, 0));
    // The running console renews when its IDLE ends; one refusal is fair, a third says that it never learns.
    until("the console's next token", PATIENCE, async || {
        let (given, refused) = tokens(&console).await;
        assert!(refused < 3, "it asks again and again with a void token");
        given >= 3
    })
    .await;
    append(&console).await;
    applied(&console, 2).await;
}

#[tokio::test]
async fn a_failing_endpoint_is_told_in_words_without_a_secret() {
    let wishes = Wishes { sign_in: by_refresh_token, ..Wishes::default() };
    let mut console = Console::prepare(Database::sqlite().await, wishes).await;
    // An endpoint that quotes what it was sent.
    let (secret, token) = (address("OAUTH_CLIENT_SECRET"), address("OAUTH_REFRESH_TOKEN"));
    let error = format!("invalid_grant: {secret} does not go with {token}");
    ask("OAUTH_CONFIGURE_URL", &console, &[("error", &error)]).await;
    append(&console).await;
    console.run();
    console.ready().await;
    let trouble = seen!(console, "the mailbox's trouble", v => {
        mailbox::all(&mut v).await.expect("mailboxes").pop().map(|m| m.trouble).filter(|words| !words.is_empty())
    });
    assert!(trouble.contains("token endpoint") && trouble.contains("refused (400): invalid_grant"), "{trouble}");
    assert!(trouble.contains("look at client id and secret"), "it tells what to do: {trouble}");
    tells_no_secret("the trouble", &trouble);

    console.account("anna", &[Role::Postmaster]).await;
    let today = Visitor::signed_in(&console, "anna").await.get("/").await;
    assert_eq!(today.status, 200);
    let shown = today.text();
    assert!(shown.contains("failing") && shown.contains("refused (400): invalid_grant"), "{shown}");
    tells_no_secret("Today", &shown);

    let (lines, text, content) = check(&console).await;
    assert!(!content, "{text}");
    assert!(lines[0].starts_with("FAIL") && lines[0].contains("refused (400): invalid_grant"), "{text}");
    assert!(lines[1].contains("→") && lines[1].contains("Look at client id and secret"), "a remedy: {text}");
    tells_no_secret("check", &text);

    // It mends by itself once the endpoint does.
    ask("OAUTH_CONFIGURE_URL", &console, &[("error", "")]).await;
    applied(&console, 1).await;
    assert_eq!(stored(&console).await.0.trouble, "");
    tells_no_secret("the log", &console.log());
    assert!(console.log().contains("refused (400)"), "the log has the words");
}
