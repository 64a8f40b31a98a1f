//! Who may ask for what: every route of the router, by everybody. A new route has no row in the table and fails the test.

mod objects;
mod source;

use std::{fmt::Write, time::Duration};

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};

use self::source::{Route, routes};
use crate::{
    domain::{role::Role, token::hashed},
    store::{account, token},
    web::testing::{Browser, Desk, ORIGIN},
};

/// What everybody gets, as decided. To write it anew after looking at every changed line: `POSTDESK_WRITE_RIGHTS=1`.
const TABLE: &str = include_str!("rights.txt");

/// Who asks. The first eight come with a browser, the others with a token.
const VISITORS: [(&str, &[Role]); 13] = [
    ("nobody", &[]),
    ("half", &[Role::AuthorisedPostmaster, Role::Administrator]),
    ("no-role", &[]),
    ("reader", &[Role::Reader]),
    ("postmaster", &[Role::Postmaster]),
    ("authorised", &[Role::AuthorisedPostmaster]),
    ("administrator", &[Role::Administrator]),
    ("disabled", &[Role::AuthorisedPostmaster, Role::Administrator]),
    ("t-reader", &[Role::Reader]),
    ("t-postmaster", &[Role::Postmaster]),
    ("t-authorised", &[Role::AuthorisedPostmaster]),
    ("t-administrator", &[Role::Administrator]),
    ("t-disabled", &[Role::AuthorisedPostmaster, Role::Administrator]),
];

/// A console with a mail, a ticket, a mail that could not be sent, and everybody.
async fn desk() -> Desk {
    let desk = Desk::strict().await;
    objects::arrive(&desk).await;
    let now = desk.clock.now();
    for (login, roles) in VISITORS {
        let id = desk.account(login, roles).await;
        let mut work = desk.web.store.write().await.unwrap();
        token::add(&mut work, id, login, &hashed(login), false, now, now.plus(Duration::from_hours(1))).await.unwrap();
        if login.ends_with("disabled") {
            account::set(&mut work, id, roles, true, false).await.unwrap();
        }
        work.commit().await.unwrap();
    }
    desk
}

/// A browser, or a program with its token, as it stands before each request.
async fn seated<'a>(desk: &'a Desk, login: &str) -> Browser<'a> {
    match login {
        "nobody" => desk.visiting(),
        program if program.starts_with("t-") => desk.browser(),
        _ => desk.seated(login, login != "half").await,
    }
}

/// Asks for a route and says how far it was let in.
async fn outcome(desk: &Desk, route: &Route, login: &str) -> String {
    let mut browser = seated(desk, login).await;
    let path = route.path(&desk.web, |name| if name == "name" { "reply_frame".into() } else { "1".into() });
    let mut request = Request::builder().method(&route.method).uri(&path);
    if login.starts_with("t-") {
        request = request.header(header::AUTHORIZATION, format!("Bearer {login}"));
    }
    let body = if route.method == Method::POST {
        request =
            request.header(header::ORIGIN, ORIGIN).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        Body::from(format!("csrf={}", browser.csrf))
    } else {
        Body::empty()
    };
    let answer = browser.ask_only(request.body(body).unwrap()).await;
    let place = answer.headers().get(header::LOCATION).map_or("", |place| place.to_str().unwrap());
    let begins = |page: &str| place.split('?').next() == Some(page);
    match answer.status() {
        StatusCode::SEE_OTHER if begins("/sign-in/code") || begins("/sign-in/enrolment") => "code".to_owned(),
        StatusCode::SEE_OTHER if begins("/sign-in") => "sign-in".to_owned(),
        refused @ (StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED | StatusCode::NO_CONTENT) => {
            refused.as_u16().to_string()
        }
        failed if failed.is_server_error() => panic!("{} {path} by {login}: {failed}", route.method),
        // Whatever it then finds: the page, nothing by this number, a form with fields missing.
        _ => "open".to_owned(),
    }
}

#[tokio::test]
async fn every_route_has_a_decision_for_everybody() {
    let desk = desk().await;
    let mut table = format!("{:<55}", "route");
    for (login, _) in VISITORS {
        let _ = write!(table, " {login:<15}");
    }
    for route in routes() {
        let line = format!("{} {}", route.method, route.pattern);
        table = format!("{}\n{line:<55}", table.trim_end());
        for (login, _) in VISITORS {
            let outcome = outcome(&desk, &route, login).await;
            let _ = write!(table, " {outcome:<15}");
        }
    }
    let table = format!("{}\n", table.trim_end());
    if std::env::var_os("POSTDESK_WRITE_RIGHTS").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/src/web/router/rights.txt"), &table).unwrap();
    }
    for (found, decided) in table.lines().zip(TABLE.lines()) {
        assert_eq!(found, decided, "a route without a decision, or with another one");
    }
    assert_eq!(table.lines().count(), TABLE.lines().count(), "routes without a decision, or gone");
}

#[test]
fn the_table_itself_keeps_the_rules() {
    let lines: Vec<Vec<&str>> = TABLE.lines().skip(1).map(|line| line.split_whitespace().collect()).collect();
    let at = |who: &str| 2 + VISITORS.iter().position(|(login, _)| *login == who).unwrap();
    let public = |path: &str| {
        ["/static/", "/favicon.ico", "/healthz", "/readyz", "/metrics", "/sign-", "/api/v1/openapi.json"]
            .iter()
            .any(|begin| path.starts_with(begin))
    };
    let mut guarded = 0;
    for line in lines.iter().filter(|line| !public(line[1])) {
        guarded += 1;
        for who in ["nobody", "half", "disabled", "t-disabled"] {
            assert_ne!(line[at(who)], "open", "{line:?} is open to {who}");
        }
        let own = line[1] == "/account" || line[1].starts_with("/account/");
        assert_eq!(line[at("no-role")] == "open", own, "{line:?}: without a role, one's own account and nothing else");
        // A browser's session opens no door of programs, and a token none of browsers.
        let browsers = VISITORS.iter().filter(|(login, _)| !login.starts_with("t-"));
        let programs = VISITORS.iter().filter(|(login, _)| login.starts_with("t-"));
        if line[1].starts_with("/api/") {
            assert!(browsers.clone().all(|(login, _)| line[at(login)] == "401"), "{line:?}");
        } else {
            assert!(programs.clone().all(|(login, _)| line[at(login)] != "open"), "{line:?}");
        }
        if ["/tickets", "/messages", "/not-imported"].iter().any(|begin| line[1].starts_with(begin)) {
            assert_eq!(line[at("administrator")], "403", "{line:?}: an administrator reads no mail");
            // A search that somebody comes back to is their own, and changes no ticket.
            let own = line[1].starts_with("/tickets/views");
            assert!(line[0] == "GET" || own || line[at("reader")] == "403", "{line:?}: a reader does not act");
        }
        if line[1].starts_with("/accounts") || line[1].starts_with("/settings") {
            let others = ["no-role", "reader", "postmaster", "authorised"];
            assert!(others.iter().all(|who| line[at(who)] == "403"), "{line:?}: for administrators only");
        }
        if line[1].starts_with("/confirmations") {
            let others = ["no-role", "reader", "postmaster", "administrator"];
            assert!(others.iter().all(|who| line[at(who)] == "403"), "{line:?}: for authorised postmasters only");
        }
    }
    assert!(guarded > 30, "a table that says nothing decides nothing");
}
