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
