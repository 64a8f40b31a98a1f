//! To look is not to change. What a page notes nevertheless is named here, and in `docs/security.md`, with why it is
//! harmless.

use std::{collections::BTreeSet, time::Duration};

use axum::{body::Body, http::Request};
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

use super::{
    super::testing::{Desk, arriving::receive},
    every_route::{everybody, routes},
};
use crate::{domain::token::hashed, store::token};

/// Where somebody stood when they last looked at Today; the same, and the notice of the last act, in their session; when
/// session and token were last used, and until when the session lasts.
const NOTED: [&str; 5] =
    ["account.seen_event", "session.data", "session.expires_at", "session.seen_at", "token.used_at"];

/// Has the database write down what is written: `table.column` for what an UPDATE really changed.
async fn watch(c: &mut SqliteConnection) {
    let mut run = async |text: String| {
        sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut *c).await.unwrap();
    };
    run("CREATE TABLE written (what TEXT NOT NULL)".into()).await;
    // The search index is a table of its module's own, whose parts no trigger may stand on.
    let columns: Vec<(String, String)> = sqlx::query_as(
        "SELECT m.name, p.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS p
         WHERE m.type = 'table' AND m.name NOT LIKE 'search%' AND m.name NOT LIKE 'sqlite%' AND m.name <> 'written'",
    )
    .fetch_all(&mut *c)
    .await
    .unwrap();
    assert!(columns.len() > 100, "the tables are read wrongly: {columns:?}");
    let mut run = async |text: String| {
        sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut *c).await.unwrap();
    };
    for (table, column) in &columns {
        run(format!(
            "CREATE TRIGGER watch_{table}_{column} AFTER UPDATE OF {column} ON {table}
             WHEN OLD.{column} IS NOT NEW.{column} BEGIN INSERT INTO written VALUES ('{table}.{column}'); END"
        ))
        .await;
    }
    for table in columns.iter().map(|(table, _)| table).collect::<BTreeSet<_>>() {
        for act in ["INSERT", "DELETE"] {
            run(format!(
                "CREATE TRIGGER watch_{table}_{act} AFTER {act} ON {table}
                 BEGIN INSERT INTO written VALUES ('{act} {table}'); END"
            ))
            .await;
        }
    }
}

#[tokio::test]
async fn whoever_only_looks_changes_nothing_but_the_marks_of_their_own_looking() {
    let desk = Desk::new().await;
    let mail = "From: mia@out.test\nTo: postmaster@college.test\nSubject: Spam from your network\n\n\
                I am receiving spam from your network and want to complain about this abuse.\n";
    assert_eq!(receive(&desk, mail).await, 1);
    let mut ada = everybody(&desk).await;
    let now = desk.clock.now();
    let mut work = desk.web.store.write().await.unwrap();
    let hash = hashed("looking");
    token::add(&mut work, 1, "x", &hash, false, now, now.plus(Duration::from_hours(1))).await.unwrap();
    work.commit().await.unwrap();
    let mut c = SqliteConnection::connect(&desk.database()).await.unwrap();
    watch(&mut c).await;

    let mut stranger = desk.browser();
    let mut shown = 0;
    for _ in 0..2 {
        for path in routes("get").iter().filter(|path| *path != "/live") {
            shown += usize::from(ada.get(path).await.status.is_success());
            stranger.get(path).await;
            let mut program = desk.browser();
            let request = Request::get(path).header("authorization", "Bearer looking").body(Body::empty()).unwrap();
            program.ask(request).await;
        }
        // Use is noted once in a while.
        desk.clock.turn_by(Duration::from_mins(31));
    }
    assert!(shown > 30, "pages were shown, {shown} of them");
    let written: Vec<String> =
        sqlx::query_scalar("SELECT DISTINCT what FROM written ORDER BY what").fetch_all(&mut c).await.unwrap();
    assert_eq!(written, NOTED);
}
