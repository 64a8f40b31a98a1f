//! Who may import whom, and which room alone says which library.

use super::{
    rule::holds,
    source::{Source, named_after, says},
};

/// Rooms with a closed list. `main.rs` and `lib.rs` only name the rooms; `app`, `jobs` and `cli` wire things together.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("domain", &["domain"]),
    ("clock", &["domain"]),
    ("config", &["config", "domain"]),
    ("log", &["log"]),
    ("access", &["access", "domain"]),
    ("password", &["password", "domain", "clock"]),
    ("reading", &["reading", "domain"]),
    ("mail", &["mail", "domain", "clock"]),
    ("store", &["store", "domain"]),
    ("desk", &["desk", "domain", "store", "access", "reading"]),
    ("web", &["web", "domain", "store", "desk", "access", "clock", "config", "password", "log", "mail"]),
];

fn stranger(file: &Source) -> Option<String> {
    let (room, may) = MAY_IMPORT.iter().find(|(room, _)| *room == file.room())?;
    let code = file.code();
    let wrong = named_after(&code, "crate::").into_iter().find(|name| {
        // Macros and items at the root of the crate begin no path into a room.
        MAY_IMPORT.iter().map(|(room, _)| *room).chain(["app", "jobs", "cli"]).any(|r| r == name)
            && !may.contains(&name.as_str())
    });
    wrong.map(|name| format!("`{room}` may not import `{name}`"))
}

#[test]
fn rooms_import_only_what_they_may() {
    holds(
        &Source::below("src", ".rs"),
        stranger,
        &[
            ("src/domain/ticket.rs", "use crate::store::Store;"),
            ("src/domain/ticket.rs", "use crate::clock::Clock;"),
            ("src/reading/letter.rs", "use crate::{domain::kind::Kind, store};"),
            ("src/store/ticket.rs", "fn x() { crate::desk::decide() }"),
            ("src/access.rs", "use crate::web::router;"),
            ("src/mail/inbox/mod.rs", "use crate::store::mailbox;"),
            ("src/desk/apply.rs", "use crate::web::page;"),
            ("src/web/ticket/mod.rs", "use crate::jobs::outbox;"),
        ],
        &[
            ("src/store/ticket.rs", "use crate::domain::{ticket::State, time::Moment};\n/// As [`crate::desk`] does."),
            ("src/web/ticket/mod.rs", "use crate::{desk, mail::sanitise, store};"),
            ("src/store/a.rs", "#[cfg(test)]\nmod tests { use crate::web::x; }"),
        ],
    );
}

#[test]
fn of_mail_the_web_only_takes_the_sanitiser() {
    let breach = |file: &Source| {
        let code = file.code();
        let other = named_after(&code, "mail::").into_iter().find(|name| name != "sanitise");
        (file.room() == "web" && code.contains("crate::"))
            .then_some(other)
            .flatten()
            .map(|name| format!("imports mail::{name}"))
    };
    let caught = [("src/web/message/mod.rs", "use crate::{mail::outbox, store};")];
    holds(
        &Source::below("src/web", ".rs"),
        breach,
        &caught,
        &[("src/web/message/mod.rs", "use crate::{mail::sanitise, store};")],
    );
}

fn only(room: &'static str, library: &'static str) -> impl Fn(&Source) -> Option<String> {
    move |file| {
        let code = file.code();
        let imports =
            code.contains(&format!("{library}::")) && says(&code, library) || code.contains(&format!("use {library};"));
        (imports && file.room() != room).then(|| format!("only `{room}` says {library}"))
    }
}

#[test]
fn only_the_store_says_sqlx() {
    let caught = [("src/desk/apply.rs", "use sqlx::query;"), ("src/app.rs", "let e: sqlx::Error = x;")];
    holds(
        &Source::below("src", ".rs"),
        only("store", "sqlx"),
        &caught,
        &[("src/store/ticket.rs", "use sqlx::FromRow;")],
    );
}

#[test]
fn only_the_web_says_axum() {
    let caught = [("src/app.rs", "axum::serve(listener, router);"), ("src/desk/a.rs", "use axum::Router;")];
    holds(&Source::below("src", ".rs"), only("web", "axum"), &caught, &[("src/web/router.rs", "use axum::Router;")]);
}

#[test]
fn only_mail_says_async_imap_and_lettre() {
    for library in ["async_imap", "lettre"] {
        let text = format!("use {library}::Client;");
        let caught = [("src/jobs/mailbox.rs", text.as_str()), ("src/desk/a.rs", &text)];
        let fine = [
            ("src/mail/inbox/mod.rs", text.as_str()),
            ("src/cli/mod.rs", "let filter = \"async_imap=info,lettre=warn\";"),
        ];
        holds(&Source::below("src", ".rs"), only("mail", library), &caught, &fine);
    }
}

/// Rights are made in one place, and asked for in two: where a request comes in, and at the command line.
#[test]
fn rights_are_granted_at_the_doors_only() {
    let breach = |file: &Source| {
        let code = file.code();
        let granted = ["grant", "fresh"].iter().any(|maker| {
            code.contains(&format!("access::{maker}"))
                || code.split("access::{").skip(1).any(|rest| says(rest.split(';').next().unwrap_or_default(), maker))
        });
        let door = ["src/access.rs", "src/web/extract", "src/cli/"].iter().any(|door| file.path.starts_with(door));
        (granted && !door).then(|| "grants rights; only web/extract and cli may".to_owned())
    };
    let caught = [
        ("src/web/ticket/mod.rs", "use crate::access::grant;"),
        ("src/desk/act.rs", "let rights = access::grant(&account);"),
        ("src/jobs/a.rs", "use crate::access::{Reader, grant};"),
        ("src/web/ticket/mod.rs", "use crate::access::{Fresh, fresh};"),
    ];
    let fine = [
        ("src/desk/act.rs", "use crate::access::{Fresh, Reader};"),
        ("src/web/extract/mod.rs", "use crate::access::{Rights, grant};"),
        ("src/cli/account.rs", "access::grant(&account)"),
        ("src/app/setup.rs", "fn grant(oauth: &OAuth) -> Grant { x }"),
    ];
    holds(&Source::below("src", ".rs"), breach, &caught, &fine);
}
