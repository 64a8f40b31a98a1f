use postdesk::store::{Schema, Store, StoreError};
use sqlx::Connection;

use crate::world::Database;

/// The same history on both: a migration of one number and name in each folder, applied to an empty database.
async fn from_nothing_to_newer(database: Database) {
    let store = Store::open(database.url()).await.expect("open");
    assert_eq!(store.schema().await.expect("a schema"), Schema::Older);
    store.migrate().await.expect("migrated");
    assert_eq!(store.schema().await.expect("a schema"), Schema::Current);
    store.migrate().await.expect("a second time does nothing");
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'later', TRUE, 'x', 0)";
    if store.is_embedded() {
        assert_eq!(store.engine(), "SQLite");
        let mut c = sqlx::SqliteConnection::connect(database.url()).await.expect("the file");
        sqlx::query(newer).execute(&mut c).await.expect("a newer program was here");
    } else {
        assert_eq!(store.engine(), "PostgreSQL");
        let mut c = sqlx::PgConnection::connect(database.url()).await.expect("the server");
        sqlx::query(newer).execute(&mut c).await.expect("a newer program was here");
    }
    assert_eq!(store.schema().await.expect("a schema"), Schema::Newer);
    assert!(matches!(store.migrate().await, Err(StoreError::NewerSchema)));
    store.close().await;
}

#[tokio::test]
async fn from_nothing_to_newer_sqlite() {
    from_nothing_to_newer(Database::sqlite().await).await;
}

#[tokio::test]
async fn from_nothing_to_newer_postgres() {
    from_nothing_to_newer(Database::postgres().await).await;
}

/// Two processes that start together on an empty database.
async fn two_at_once(database: Database) {
    let open = || Store::open(database.url());
    let (one, two) = (open().await.expect("open"), open().await.expect("open"));
    let (first, second) = tokio::join!(
        tokio::spawn({
            let one = one.clone();
            async move { one.migrate().await }
        }),
        tokio::spawn({
            let two = two.clone();
            async move { two.migrate().await }
        })
    );
    first.expect("no panic").expect("migrated");
    second.expect("no panic").expect("migrated");
    assert_eq!(two.schema().await.expect("a schema"), Schema::Current);
    one.close().await;
    two.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_at_once_sqlite() {
    for _ in 0..5 {
        two_at_once(Database::sqlite().await).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_at_once_postgres() {
    two_at_once(Database::postgres().await).await;
}

#[tokio::test]
async fn a_wrong_address_is_an_error_in_words() {
    for url in ["mysql://x", "", "/var/lib/postdesk.db"] {
        let refused = Store::open(url).await.expect_err("refused").to_string();
        assert!(refused.contains("must begin with sqlite: or postgres:"), "{refused}");
    }
    assert!(Store::open("sqlite:///nowhere/at/all/postdesk.db").await.is_err());
}

/// An installation of the first release in which somebody has signed in knows so after the second migration.
#[tokio::test]
async fn an_older_installation_remembers_that_somebody_signed_in() {
    const SQLITE: &str = include_str!("../../migrations/sqlite/0002_second_factor.sql");
    const POSTGRES: &str = include_str!("../../migrations/postgres/0002_second_factor.sql");
    let remembers = |text: &'static str| text[text.find("INSERT INTO setting").expect("it is there")..].trim_end();
    assert_eq!(remembers(SQLITE), remembers(POSTGRES));
    let statement = remembers(SQLITE);
    let event = "INSERT INTO event (at, actor_sort, actor, what, why) VALUES ($1, 'account', 'anna', 'signed_in', '')";
    let kept = "SELECT value FROM setting WHERE name = 'first_sign_in'";
    for database in [Database::sqlite().await, Database::postgres().await] {
        database.open().await.close().await;
        let mut values = Vec::new();
        for at in [None, Some(7_i64), Some(9)] {
            if database.url().starts_with("sqlite") {
                let mut c = sqlx::SqliteConnection::connect(database.url()).await.expect("the file");
                if let Some(at) = at {
                    sqlx::query(event).bind(at).execute(&mut c).await.expect("an event");
                }
                if values.len() < 2 {
                    sqlx::query(statement).execute(&mut c).await.expect("the statement");
                }
                values.push(sqlx::query_scalar::<_, String>(kept).fetch_optional(&mut c).await.expect("a setting"));
            } else {
                let mut c = sqlx::PgConnection::connect(database.url()).await.expect("the server");
                if let Some(at) = at {
                    sqlx::query(event).bind(at).execute(&mut c).await.expect("an event");
                }
                if values.len() < 2 {
                    sqlx::query(statement).execute(&mut c).await.expect("the statement");
                }
                values.push(sqlx::query_scalar::<_, String>(kept).fetch_optional(&mut c).await.expect("a setting"));
            }
        }
        assert_eq!(values, [None, Some("7".to_owned()), Some("7".to_owned())]);
    }
}
