//! A fresh database a test: a file, or one of the world's `PostgreSQL`.

use sqlx::{Connection, PgConnection, SqliteConnection};

use super::{Cluster, Directory, SmallDisk, address, unique};
use postdesk::store::Store;

/// A fresh database, gone after the test.
#[derive(Debug)]
pub(crate) struct Database {
    url: String,
    place: Place,
}

#[derive(Debug)]
enum Place {
    File(#[expect(dead_code, reason = "held until the end, then removed")] Directory),
    Server {
        name: String,
        tablespace: Option<String>,
    },
    /// Its test has an eye on it.
    Elsewhere,
}

impl Database {
    /// A file of its own.
    #[expect(clippy::unused_async, reason = "the same shape as `postgres`")]
    pub(crate) async fn sqlite() -> Self {
        let directory = Directory::new();
        Self { url: format!("sqlite://{}", directory.join("postdesk.db").display()), place: Place::File(directory) }
    }

    /// A database of its own in the world's `PostgreSQL`, with an English collation as a site would have: nothing may
    /// depend on the order of bytes.
    pub(crate) async fn postgres() -> Self {
        Self::postgres_in(None).await
    }

    async fn postgres_in(tablespace: Option<String>) -> Self {
        let server = address("POSTGRES_URL");
        let name = unique("t_");
        let mut c = PgConnection::connect(server).await.expect("the world's PostgreSQL");
        let mut create = sqlx::QueryBuilder::<sqlx::Postgres>::new("CREATE DATABASE ");
        create.push(&name).push(" TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en'");
        if let Some(tablespace) = &tablespace {
            create.push(" TABLESPACE ").push(tablespace);
        }
        create.build().execute(&mut c).await.expect("CREATE DATABASE");
        let (head, _) = server.rsplit_once('/').expect("a URL with a database");
        Self { url: format!("{head}/{name}"), place: Place::Server { name, tablespace } }
    }

    /// A file on this disk.
    pub(crate) fn sqlite_on(disk: &SmallDisk) -> Self {
        Self { url: format!("sqlite://{}", disk.path().join("postdesk.db").display()), place: Place::Elsewhere }
    }

    /// A database of the world's `PostgreSQL` whose rows, though not its log, are on this disk.
    pub(crate) async fn postgres_on(disk: &SmallDisk) -> Self {
        let place = disk.path().join("rows");
        std::fs::create_dir(&place).expect("a fresh directory");
        let given = tokio::process::Command::new("chown").arg("postgres").arg(&place).status().await;
        assert!(given.expect("chown").success(), "the server's own directory");
        let name = unique("s_");
        let mut c = PgConnection::connect(address("POSTGRES_URL")).await.expect("the world's PostgreSQL");
        sqlx::QueryBuilder::<sqlx::Postgres>::new("CREATE TABLESPACE ")
            .push(&name)
            .push(format!(" LOCATION '{}'", place.display()))
            .build()
            .execute(&mut c)
            .await
            .expect("CREATE TABLESPACE");
        Self::postgres_in(Some(name)).await
    }

    /// The database of a server of the test's own.
    pub(crate) fn of(cluster: &Cluster) -> Self {
        Self { url: cluster.url(), place: Place::Elsewhere }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// What each statement gives, one text a row, all in one snapshot.
    pub(crate) async fn look(&self, statements: &[&'static str]) -> Vec<Vec<String>> {
        /// One connection of either kind.
        macro_rules! ask {
            ($connection:expr, $begin:literal) => {{
                let mut c = $connection.expect("the database");
                sqlx::query($begin).execute(&mut c).await.expect("a snapshot");
                let mut found = Vec::with_capacity(statements.len());
                for statement in statements {
                    let rows: Result<Vec<String>, _> = sqlx::query_scalar(*statement).fetch_all(&mut c).await;
                    found.push(rows.unwrap_or_else(|error| panic!("{error}: {statement}")));
                }
                c.close().await.expect("closed");
                found
            }};
        }
        if self.url.starts_with("sqlite:") {
            ask!(SqliteConnection::connect(&self.url).await, "BEGIN")
        } else {
            ask!(PgConnection::connect(&self.url).await, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        }
    }

    /// What each statement gives after others that nobody keeps: whatever they do is undone. No reference between
    /// tables stands in their way.
    pub(crate) async fn look_broken(&self, breaks: &[&'static str], statements: &[&'static str]) -> Vec<Vec<String>> {
        /// One connection of either kind.
        macro_rules! ask {
            ($connection:expr, $unbind:literal) => {{
                let mut c = $connection.expect("the database");
                for text in [$unbind, "BEGIN"].iter().chain(breaks) {
                    let done = sqlx::query(*text).execute(&mut c).await;
                    done.unwrap_or_else(|error| panic!("{error}: {text}"));
                }
                let mut found = Vec::with_capacity(statements.len());
                for statement in statements {
                    found.push(sqlx::query_scalar(*statement).fetch_all(&mut c).await.expect("an answer"));
                }
                sqlx::query("ROLLBACK").execute(&mut c).await.expect("undone");
                c.close().await.expect("closed");
                found
            }};
        }
        if self.url.starts_with("sqlite:") {
            ask!(SqliteConnection::connect(&self.url).await, "PRAGMA foreign_keys = OFF")
        } else {
            ask!(PgConnection::connect(&self.url).await, "SET session_replication_role = replica")
        }
    }

    /// Opens it, with the present schema.
    pub(crate) async fn open(&self) -> Store {
        let store = Store::open(&self.url).await.expect("an open store");
        store.migrate().await.expect("a migrated store");
        store
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Place::Server { name, tablespace } = &self.place else { return };
        // Also after a failed test, whose own runtime may be unwinding: a thread and a runtime of its own.
        let mut statements = vec![format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")];
        statements.extend(tablespace.iter().map(|name| format!("DROP TABLESPACE {name}")));
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let mut c = PgConnection::connect(address("POSTGRES_URL")).await?;
                for statement in statements {
                    sqlx::QueryBuilder::<sqlx::Postgres>::new(statement).build().execute(&mut c).await?;
                }
                Ok::<(), sqlx::Error>(())
            })
        });
        if let Ok(Err(e)) = dropped.join() {
            eprintln!("{name} is left behind: {e}");
        }
    }
}
