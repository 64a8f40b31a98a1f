//! The turn by which event ids are given in the order of commits (`PostgreSQL`): whoever goes on from the last id that
//! was seen must not skip one that was given before and committed after.

use std::time::Duration;

use postdesk::{
    domain::event::{Actor, NewEvent, What},
    store::{Store, StoreResult, event},
};
use sqlx::{Connection, Executor, PgConnection};

use super::view;
use crate::world::{Database, noon, until};

const PATIENCE: Duration = Duration::from_secs(20);

async fn write(store: Store, why: &'static str) -> StoreResult<()> {
    let mut w = store.write().await?;
    w.event(NewEvent::new(noon(), Actor::System("test"), What::NoteAdded, why));
    w.commit().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_id_that_is_given_first_is_committed_first() {
    let database = Database::postgres().await;
    let store = database.open().await;
    let mut hand = PgConnection::connect(database.url()).await.expect("the server");
    // The commit of an event called `slow` waits, its id given, for as long as the hand holds a lock.
    for text in [
        "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
             'BEGIN PERFORM pg_advisory_xact_lock(77); RETURN NULL; END'",
        "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON event DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW WHEN (NEW.why = 'slow') EXECUTE FUNCTION wait()",
        "SELECT pg_advisory_lock(77)",
    ] {
        hand.execute(text).await.expect("prepared");
    }
    let waiting = "SELECT CAST(COUNT(*) AS TEXT) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    let wait_for = async |wanted: &str, or: &dyn Fn() -> bool| {
        until("they wait", PATIENCE, async || database.look(&[waiting]).await[0] == [wanted] || or()).await;
    };
    let slow = tokio::spawn(write(store.clone(), "slow"));
    wait_for("1", &|| false).await;
    let fast = tokio::spawn(write(store.clone(), "fast"));
    wait_for("2", &|| fast.is_finished()).await;
    let first = view!(store, v => event::after(&mut v, 0, 10));
    hand.execute("SELECT pg_advisory_unlock(77)").await.expect("unlocked");
    slow.await.expect("no panic").expect("a commit");
    fast.await.expect("no panic").expect("a commit");
    let last = first.last().map_or(0, |event| event.id);
    let then = view!(store, v => event::after(&mut v, last, 10));
    let seen: Vec<&str> = first.iter().chain(&then).map(|event| event.why.as_str()).collect();
    assert_eq!(seen, ["slow", "fast"], "a reader who goes on from the last id skipped one");
}
