//! Signing in, sessions, forms that others made, and the API's tokens.

use std::time::Duration;

use postdesk::{
    clock::Clock,
    domain::{event::What, role::Role, second_factor::Key, secret::Secret},
    store::{event, token},
};

use sha2::{Digest, Sha256};

use super::{
    harness::{Console, PASSWORD, client},
    on_both,
    visitor::Visitor,
};
use crate::world::Database;

#[tokio::test]
async fn a_session_begins_with_a_cookie_that_scripts_cannot_read() {
    let console = Console::start(Database::sqlite().await).await;
    console.account("anna", &[Role::Postmaster]).await;
    let mut anna = Visitor::new(&console);
    let before = anna.get("/tickets").await;
    assert_eq!((before.status, before.header("location")), (303, "/sign-in?next=/tickets"), "nothing is shown before");
    let answer = anna.sign_in("Anna", PASSWORD).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/"), "{}", answer.text());
    let cookies: Vec<&str> = answer.headers.get_all("set-cookie").iter().filter_map(|c| c.to_str().ok()).collect();
    assert!(!cookies.is_empty());
    for cookie in cookies {
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    }
    let home = anna.get("/").await;
    assert_eq!(home.status, 200, "{}", home.text());
    assert!(home.header("content-security-policy").starts_with("default-src 'none'"));
    assert_eq!((home.header("x-content-type-options"), home.header("referrer-policy")), ("nosniff", "same-origin"));
    assert!(home.header("cache-control").contains("no-store"), "{}", home.header("cache-control"));
}

#[tokio::test]
async fn wrong_tries_are_delayed_alike_for_known_and_unknown_and_spare_a_known_browser() {
    let console = Console::start(Database::sqlite().await).await;
    console.account("anna", &[Role::Postmaster]).await;
    let mut anna = Visitor::signed_in(&console, "anna").await;
    for login in ["anna", "nobody"] {
        let mut eve = Visitor::new(&console);
        let mut answers = Vec::new();
        for _ in 0..8 {
            let answer = eve.sign_in(login, "a wrong password").await;
            answers.push(answer.status);
            if answer.status == 429 {
                assert!(answer.header("retry-after").parse::<u64>().is_ok_and(|s| (1..=900).contains(&s)));
                break;
            }
            assert!(answer.text().contains("The login or the password is wrong."), "{}", answer.text());
        }
        assert_eq!(answers.last(), Some(&429), "{login}: {answers:?}");
    }
    // Another browser with the right password waits, too: the account is delayed, never locked.
    let mut elsewhere = Visitor::new(&console);
    assert_eq!(elsewhere.sign_in("anna", PASSWORD).await.status, 429);
    // The browser in which Anna signed in before does not.
    anna.cookies.remove("postdesk");
    assert_eq!(anna.sign_in("anna", PASSWORD).await.status, 303, "it has the device cookie");
    let mut v = console.store.read().await.expect("a view");
    let events = event::after(&mut v, 0, 1000).await.expect("events");
    let refused: Vec<&str> = events.iter().filter(|e| e.what == What::SignInRefused).map(|e| e.why.as_str()).collect();
    assert!(
        refused.iter().all(|why| !why.contains("nobody")),
        "people type passwords into the wrong field: {refused:?}"
    );
}

#[tokio::test]
async fn a_form_that_another_site_made_does_nothing() {
    let console = Console::start(Database::sqlite().await).await;
    console.account("anna", &[Role::Postmaster]).await;
    let mut anna = Visitor::signed_in(&console, "anna").await;
    let own = anna.get("/account").await;
    let fields = own.hidden("/sign-out");
    let without: Vec<_> = fields.iter().filter(|(name, _)| name != "csrf").cloned().collect();
    let wrong = vec![("csrf".to_owned(), "x".repeat(32))];
    for (what, sent, headers) in [
        ("no token", &without, &[][..]),
        ("another token", &wrong, &[]),
        ("another site", &fields, &[("origin", "https://evil.example")]),
        ("a sandboxed page", &fields, &[("origin", "null")]),
        ("cross-site by the browser's word", &fields, &[("sec-fetch-site", "cross-site"), ("origin", "")]),
    ] {
        assert_eq!(anna.post("/sign-out", sent, headers).await.status, 403, "{what}");
    }
    assert_eq!(anna.get("/account").await.status, 200, "she is still signed in");
    // Sign-in itself is held as well: nobody is signed in as another by a foreign page.
    let mut eve = Visitor::new(&console);
    let shown = eve.get("/sign-in").await;
    let mut typed = shown.hidden("/sign-in");
    typed.extend([("login".to_owned(), "anna".to_owned()), ("password".to_owned(), PASSWORD.to_owned())]);
    assert_eq!(eve.post("/sign-in", &typed, &[("origin", "https://evil.example")]).await.status, 403);
    eve.cookies.clear();
    assert_eq!(eve.post("/sign-in", &typed, &[]).await.status, 403, "a token without its cookie");
    assert_eq!(anna.post("/sign-out", &fields, &[]).await.status, 303);
    assert_eq!(anna.get("/account").await.status, 303, "signed out");
}

#[tokio::test]
async fn ones_own_sessions_are_listed_and_ended() {
    let console = Console::start(Database::sqlite().await).await;
    console.account("anna", &[Role::Postmaster]).await;
    console.account("bert", &[Role::Postmaster]).await;
    let mut here = Visitor::signed_in(&console, "anna").await;
    let mut there = Visitor::signed_in(&console, "anna").await;
    let mut bert = Visitor::signed_in(&console, "bert").await;
    let page = here.get("/account").await;
    let revoking: Vec<String> = page.actions().into_iter().filter(|a| a.starts_with("/account/sessions/")).collect();
    assert_eq!(revoking.len(), 2, "{revoking:?}");
    // Another's session cannot be ended by its number.
    let theirs = bert.get("/account").await;
    let csrf = theirs.hidden("/sign-out");
    for action in &revoking {
        bert.post(action, &csrf, &[]).await;
    }
    assert_eq!((here.get("/account").await.status, there.get("/account").await.status), (200, 200));
    let other = {
        // The one that is not `this one`: end both but the present by trying the first, and look who is left.
        let fields = page.hidden(&revoking[1]);
        here.post(&revoking[1], &fields, &[]).await;
        (here.get("/account").await.status, there.get("/account").await.status)
    };
    assert!(matches!(other, (200, 303) | (303, 200)), "one of the two has ended: {other:?}");
    let (mut left, path) = if other.0 == 200 { (here, "/account") } else { (there, "/account") };
    // A new password ends them all.
    let changed = left
        .submit(
            path,
            "/account/password",
            &[("current", PASSWORD), ("new", "eight green boats sail"), ("again", "eight green boats sail")],
        )
        .await;
    assert_eq!(changed.status, 303, "{}", changed.text());
    assert_eq!(left.get("/account").await.status, 303);
    let mut again = Visitor::new(&console);
    assert_eq!(again.sign_in("anna", "eight green boats sail").await.status, 303);
    assert_eq!(bert.get("/account").await.status, 200);
}

#[tokio::test]
async fn the_api_is_read_with_a_token_until_it_ends() {
    let console = Console::start(Database::sqlite().await).await;
    let anna = console.account("anna", &[Role::Reader]).await;
    let now = Clock::machine().now();
    let hash =
        Sha256::digest("secret-of-a-program").iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    let mut w = console.store.write().await.expect("a work");
    let id =
        token::add(&mut w, anna, "nagios", &hash, false, now, now.plus(Duration::from_hours(1))).await.expect("added");
    w.commit().await.expect("a commit");
    let url = format!("{}/api/v1/tickets", console.origin);
    let ask = async |token: &str| {
        let answer =
            client().get(&url).header("authorization", format!("Bearer {token}")).send().await.expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.json::<serde_json::Value>().await.unwrap_or_default())
    };
    let (status, body) = ask("secret-of-a-program").await;
    assert_eq!((status, &body["items"], &body["next"]), (200, &serde_json::json!([]), &serde_json::Value::Null));
    assert_eq!(ask("secret-of-another").await.0, 401);
    assert_eq!(client().get(&url).send().await.expect("an answer").status(), 401);
    let document: serde_json::Value = client()
        .get(format!("{}/api/v1/openapi.json", console.origin))
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    assert!(document["paths"]["/api/v1/tickets"]["get"].is_object(), "{document}");
    let mut w = console.store.write().await.expect("a work");
    assert!(token::revoke(&mut w, id, None, now).await.expect("revoked"));
    w.commit().await.expect("a commit");
    assert_eq!(ask("secret-of-a-program").await.0, 401, "revoked");
}

/// Whoever has the password needs the code as well, and a code lets one in, once, on the second database too.
#[tokio::test]
async fn the_second_factor_of_the_shell_is_asked_for_and_its_codes_work_once() {
    let console = Console::start(Database::postgres().await).await;
    console.account("amira", &[Role::AuthorisedPostmaster]).await;
    let enrolled = console.command(&["account", "second-factor", "--enrol", "amira"]).await;
    assert!(enrolled.status.success(), "{}", String::from_utf8_lossy(&enrolled.stderr));
    let key = Key::written(&Secret::new(String::from_utf8(enrolled.stdout).expect("text"))).expect("a key");
    let code = key.code(Clock::machine().now()).expect("a code");
    let mut let_in = 0;
    for _ in 0..2 {
        let mut visitor = Visitor::new(&console);
        let half = visitor.sign_in("amira", PASSWORD).await;
        assert_eq!((half.status, half.header("location")), (303, "/sign-in/code"), "{}", half.text());
        assert_eq!(visitor.get("/tickets").await.header("location"), "/sign-in/code?next=/tickets");
        let answer = visitor.submit("/sign-in/code", "/sign-in/code", &[("code", code.expose())]).await;
        let_in += u32::from(answer.status == 303);
        assert_eq!(visitor.get("/tickets").await.status == 200, answer.status == 303, "{}", answer.text());
    }
    assert_eq!(let_in, 1, "the same code twice");

    // After the first sign-in the shell makes nobody an authorised postmaster by itself.
    console.account("bob", &[Role::Postmaster]).await;
    let grant = ["account", "roles", "--login", "bob", "--role", "authorised_postmaster", "--reason", "needed"];
    let asked = console.command(&grant).await;
    assert!(String::from_utf8_lossy(&asked.stdout).contains("another authorised postmaster"), "{asked:?}");
    let confirmed = console.command(&["account", "confirm", "--login", "bob"]).await;
    assert!(!confirmed.status.success(), "amira is there");
}

on_both!(the_stream_of_an_account_that_is_disabled_at_the_shell_ends_at_once, |database| {
    let console = Console::start(database).await;
    console.account("anna", &[Role::Postmaster]).await;
    let anna = Visitor::signed_in(&console, "anna").await;
    let cookies: Vec<String> = anna.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = client().get(format!("{}/live", console.origin)).header("cookie", cookies.join("; "));
    let mut stream = request.send().await.expect("a stream");
    let first = stream.chunk().await.expect("a piece").expect("open");
    assert!(String::from_utf8_lossy(&first).contains("resync"));
    let done = console.command(&["account", "disable", "--login", "anna", "--reason", "left"]).await;
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    // Before the next heartbeat, at which every stream is looked at anyway.
    let closed = async { while stream.chunk().await.is_ok_and(|piece| piece.is_some()) {} };
    tokio::time::timeout(Duration::from_secs(15), closed).await.expect("it is closed before the next heartbeat");
});
