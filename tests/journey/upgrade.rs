//! Data of the first release under the present program: all of it is there, and every page shows it.

use postdesk::store::{Schema, Store};
use sqlx::{Connection, PgConnection, SqliteConnection, migrate::Migrator};

use super::{
    harness::{Console, PASSWORD, Wishes, client},
    on_both,
    visitor::Visitor,
};
use crate::world::Database;

const FIRST_RELEASE: &str = include_str!("../fixtures/schema/0001.sql");

/// Every page that a person can open, with something of the fixture on it.
const PAGES: [&str; 27] = [
    "/",
    "/tickets",
    "/tickets?q=spam",
    "/tickets?state=any",
    "/tickets/new",
    "/tickets/1",
    "/tickets/2",
    "/tickets/3",
    "/tickets/4",
    "/tickets/5",
    "/tickets/6",
    "/tickets/7",
    "/messages",
    "/messages/1",
    "/messages/2",
    "/messages/2/raw",
    "/messages/13",
    "/delivery-errors",
    "/not-imported",
    "/mailboxes",
    "/mailboxes?state=accepted",
    "/account",
    "/accounts",
    "/accounts/1",
    "/accounts/2",
    "/settings/templates",
    "/settings/templates/acknowledgement.en",
];

/// The first migration alone, then the data.
async fn as_it_was(database: &Database) {
    let first = |all: &Migrator| Migrator {
        migrations: all.iter().take(1).cloned().collect::<Vec<_>>().into(),
        ..Migrator::DEFAULT
    };
    if database.url().starts_with("sqlite") {
        let options = format!("{}?mode=rwc", database.url());
        let mut c = SqliteConnection::connect(&options).await.expect("a file");
        first(&sqlx::migrate!("migrations/sqlite")).run_direct(None, &mut c, false).await.expect("the first schema");
        let lines = FIRST_RELEASE.lines().filter(|line| !line.starts_with("SELECT pg_catalog.setval"));
        let text = lines.collect::<Vec<_>>().join("\n");
        let text = text.replace("'\\x", "X'").replace("INTO search (id,", "INTO search (rowid,");
        sqlx::raw_sql(sqlx::AssertSqlSafe(text)).execute(&mut c).await.expect("the data");
        c.close().await.expect("closed");
    } else {
        let mut c = PgConnection::connect(database.url()).await.expect("a database");
        first(&sqlx::migrate!("migrations/postgres")).run_direct(None, &mut c, false).await.expect("the first schema");
        sqlx::raw_sql(FIRST_RELEASE).execute(&mut c).await.expect("the data");
        c.close().await.expect("closed");
    }
}

/// The tables of the fixture, each with its number of rows.
fn rows() -> std::collections::BTreeMap<&'static str, i64> {
    let mut rows = std::collections::BTreeMap::new();
    let inserts = FIRST_RELEASE.lines().filter_map(|line| line.strip_prefix("INSERT INTO ")?.split(' ').next());
    for table in inserts {
        *rows.entry(table).or_default() += 1;
    }
    rows
}

async fn count(database: &Database, table: &str) -> i64 {
    let text = format!("SELECT COUNT(*) FROM {table}");
    if database.url().starts_with("sqlite") {
        let mut c = SqliteConnection::connect(database.url()).await.expect("the file");
        sqlx::query_scalar(sqlx::AssertSqlSafe(text)).fetch_one(&mut c).await.expect("a count")
    } else {
        let mut c = PgConnection::connect(database.url()).await.expect("the server");
        sqlx::query_scalar(sqlx::AssertSqlSafe(text)).fetch_one(&mut c).await.expect("a count")
    }
}

/// Every table of the first schema has something in the fixture.
#[test]
fn the_fixture_has_data_of_every_table() {
    let schema = include_str!("../../migrations/sqlite/0001_first.sql");
    let tables = schema.lines().filter_map(|line| {
        let rest = line.strip_prefix("CREATE TABLE ").or_else(|| line.strip_prefix("CREATE VIRTUAL TABLE "))?;
        rest.split(' ').next()
    });
    let rows = rows();
    let empty: Vec<&str> = tables.filter(|table| !rows.contains_key(table)).collect();
    assert_eq!(empty, Vec::<&str>::new());
}

on_both!(data_of_the_first_release_is_all_there_and_every_page_shows_it, |database| {
    as_it_was(&database).await;
    let before = Store::open(database.url()).await.expect("open");
    assert_eq!(before.is_embedded(), database.url().starts_with("sqlite"));
    let newest = sqlx::migrate!("migrations/sqlite").iter().count();
    let old = before.schema().await.expect("a schema");
    assert_eq!(old, if newest == 1 { Schema::Current } else { Schema::Older });
    before.close().await;
    for (table, rows) in rows() {
        assert_eq!(count(&database, table).await, rows, "{table} before");
    }
    // The program itself brings it up to date.
    let wishes = Wishes { more: "[acknowledge]\nenabled = false\n", ..Wishes::default() };
    let mut console = Console::prepare_as_it_is(database, wishes).await;
    console.run();
    console.ready().await;
    assert_eq!(console.store.schema().await.expect("a schema"), Schema::Current);
    for (table, rows) in rows() {
        let found = count(&console.database, table).await;
        // Housekeeping forgets what has run out, and a start makes leases.
        if !["lease", "session", "throttle", "acknowledged"].contains(&table) {
            assert!(found >= rows, "{table}: {found} of {rows}");
        }
    }

    let token = console.command(&["token", "add", "--login", "anna", "--name", "upgrade"]).await;
    let token = String::from_utf8(token.stdout).expect("text").trim().to_owned();
    let mut anna = Visitor::new(&console);
    let entered = anna.sign_in("anna", PASSWORD).await;
    assert_eq!(entered.status, 303, "{}", entered.text());
    for page in PAGES {
        let shown = anna.get(page).await;
        assert_eq!(shown.status, 200, "{page}: {}", shown.text());
    }
    let found = anna.get("/tickets?q=spam").await.text();
    assert!(found.contains("Spam from your network"), "the search finds what was indexed then: {found}");
    for path in ["tickets", "tickets/1", "messages", "not-imported", "delivery-errors"] {
        let answer = client()
            .get(format!("{}/api/v1/{path}", console.origin))
            .header("authorization", format!("Bearer {token}"));
        assert_eq!(answer.send().await.expect("an answer").status(), 200, "{path}");
    }
    // And it is worked on.
    let done = anna.submit("/tickets/7", "/tickets/7/notes", &[("note", "After the upgrade.")]).await;
    assert_eq!(done.status, 303, "{}", done.text());
    assert!(anna.get("/tickets/7").await.text().contains("After the upgrade."));
    assert!(!console.log().contains("ERROR"), "{}", console.log());
});
