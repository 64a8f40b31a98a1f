//! A fresh database a test: a file, or one of the world's `PostgreSQL`.

use sqlx::{Connection, PgConnection, SqliteConnection};

use super::{Directory, address, unique};
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
    Server { name: String },
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
        let server = address("POSTGRES_URL");
        let name = unique("t_");
        let mut c = PgConnection::connect(server).await.expect("the world's PostgreSQL");
        sqlx::QueryBuilder::<sqlx::Postgres>::new("CREATE DATABASE ")
            .push(&name)
            .push(" TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en'")
            .build()
            .execute(&mut c)
            .await
            .expect("CREATE DATABASE");
        let (head, _) = server.rsplit_once('/').expect("a URL with a database");
        Self { url: format!("{head}/{name}"), place: Place::Server { name } }
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
        match &self.place {
            Place::File(_) => ask!(SqliteConnection::connect(&self.url).await, "BEGIN"),
            Place::Server { .. } => {
                ask!(PgConnection::connect(&self.url).await, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            }
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
        let Place::Server { name } = &self.place else { return };
        // Also after a failed test, whose own runtime may be unwinding: a thread and a runtime of its own.
        let statement = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let mut c = PgConnection::connect(address("POSTGRES_URL")).await?;
                sqlx::QueryBuilder::<sqlx::Postgres>::new(statement).build().execute(&mut c).await.map(drop)
            })
        });
        if let Ok(Err(e)) = dropped.join() {
            eprintln!("{name} is left behind: {e}");
        }
    }
}
