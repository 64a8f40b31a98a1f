//! A process that meets a newer schema gives up its leases, answers 503 and exits.

use std::time::Duration;

use sqlx::Connection;

use super::{
    harness::{Console, PATIENCE, Wishes, client},
    on_both,
};
use crate::world::until;

const HOUR: Duration = Duration::from_hours(1);
const NEWER: &str = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                     VALUES (9999, 'later', TRUE, 'x', 0)";

on_both!(a_newer_schema_ends_it, |database| {
    // So long that no lease ends by itself here.
    let mut console = Console::start_with(database, Wishes { lease_seconds: 600, ..Wishes::default() }).await;
    // By its clock it is long until it looks at the schema again: what it says until then can be asked in peace.
    console.turn_clock_back_by(HOUR);
    if console.store.is_embedded() {
        let mut c = sqlx::SqliteConnection::connect(console.database()).await.expect("the file");
        sqlx::query(NEWER).execute(&mut c).await.expect("a newer program was here");
    } else {
        let mut c = sqlx::PgConnection::connect(console.database()).await.expect("the server");
        sqlx::query(NEWER).execute(&mut c).await.expect("a newer program was here");
    }
    let url = format!("{}/readyz", console.origin);
    until("it says 503", PATIENCE, async || {
        client().get(&url).send().await.is_ok_and(|answer| answer.status().as_u16() == 503)
    })
    .await;
    assert!(console.ended().is_none(), "it has not looked yet");
    console.turn_clock_by(HOUR);
    until("it ends", PATIENCE, async || console.ended().is_some()).await;
    assert!(!console.ended().expect("ended").success(), "a supervisor sees that it failed");
    assert!(console.log().contains("a newer postdesk has migrated the database"), "{}", console.log());
    // The store of the test is older than that schema as well, and may look all the same.
    let mut work = console.store.write().await.expect("a work");
    let now = postdesk::clock::Clock::machine().now();
    let lease =
        postdesk::store::lease::take(&mut work, "mailbox 1", "the newer one", now, PATIENCE).await.expect("a look");
    assert!(lease.is_some(), "its leases are free at once");
    drop(work);
    // And it does not start again.
    let refused = console.command(&["serve"]).await;
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("newer postdesk"), "{refused:?}");
});
