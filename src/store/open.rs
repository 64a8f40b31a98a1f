//! Opening either database, and its schema.

use std::{path::Path, str::FromStr, time::Duration};

use sqlx::{
    ConnectOptions, Connection, PgConnection, PgPool, SqliteConnection, SqlitePool,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgListener, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{
    Health, StoreError, StoreResult, View, Wake, Work, dialect,
    work::{Held, Link},
};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// How long a statement waits for another writer of the embedded database.
pub(super) const BUSY: Duration = Duration::from_secs(10);
/// How long a page waits for a connection before it says that the database is not answering.
const ACQUIRE: Duration = Duration::from_secs(5);
/// Readers of the embedded database. Each keeps a page cache, so few.
const READERS: u32 = 4;
/// Connections to the server.
const SERVER: u32 = 12;
/// Rows that wait between the embedded database's thread and ours: the longest page of a list in one go.
const ROWS: usize = 128;
/// How long the server waits within a transaction for a client that says nothing. A process that froze in the middle of
/// one would else hold its locks, and with them the event lock of all processes, for as long as it is frozen.
const FROZEN: &str = "5s";

#[derive(Clone, Debug)]
enum Pool {
    /// One writer and several readers is the natural shape.
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
    },
    Postgres(PgPool),
}

/// The newest schema of the embedded database that this program knows.
pub(super) fn newest_of_sqlite() -> i64 {
    SQLITE.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// How the database's schema stands to this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// The same.
    Current,
    /// Older, or none yet: `postdesk migrate`.
    Older,
    /// Newer: install a newer program.
    Newer,
}

/// The open database.
#[derive(Clone, Debug)]
pub struct Store {
    pool: Pool,
    wake: Wake,
    health: Health,
}

impl Store {
    /// Opens `sqlite://PATH` or `postgres://…`. The schema is not looked at.
    ///
    /// # Errors
    /// When the address is wrong or the database does not answer.
    pub async fn open(url: &str) -> StoreResult<Self> {
        let pool = if let Some(path) = url.strip_prefix("sqlite:") {
            Self::sqlite(Path::new(path.trim_start_matches("//"))).await?
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let options = PgConnectOptions::from_str(url)
                .map_err(|_| StoreError::Address("url cannot be read; write postgres://user@host/name".into()))?
                .application_name("postdesk")
                .options([("idle_in_transaction_session_timeout", FROZEN)])
                .disable_statement_logging();
            Pool::Postgres(
                PgPoolOptions::new().max_connections(SERVER).acquire_timeout(ACQUIRE).connect_with(options).await?,
            )
        } else {
            return Err(StoreError::Address("url must begin with sqlite: or postgres:".into()));
        };
        Ok(Self { pool, wake: Wake::default(), health: Health::default() })
    }

    async fn sqlite(path: &Path) -> StoreResult<Pool> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            .row_buffer_size(ROWS)
            .pragma("cache_size", "-4000")
            .pragma("temp_store", "memory")
            .disable_statement_logging();
        let writer = fresh().max_connections(1).acquire_timeout(BUSY).connect_with(options.clone()).await?;
        let readers = fresh()
            .min_connections(0)
            .max_connections(READERS)
            .acquire_timeout(ACQUIRE)
            .connect_with(options.synchronous(SqliteSynchronous::Normal).pragma("query_only", "on"))
            .await?;
        Ok(Pool::Sqlite { writer, readers })
    }

    /// `SQLite` or `PostgreSQL`, in words.
    #[must_use]
    pub const fn engine(&self) -> &'static str {
        match self.pool {
            Pool::Sqlite { .. } => "SQLite",
            Pool::Postgres(_) => "PostgreSQL",
        }
    }

    /// Whether this is the embedded database.
    #[must_use]
    pub const fn is_embedded(&self) -> bool {
        matches!(self.pool, Pool::Sqlite { .. })
    }

    /// Brings the schema up to this program, under the database's own lock.
    ///
    /// # Errors
    /// When a migration fails or the schema is newer.
    pub async fn migrate(&self) -> StoreResult<()> {
        match &self.pool {
            // sqlx takes no lock here: two processes that start together would both apply the first migration.
            Pool::Sqlite { writer, .. } => {
                let mut link = writer.begin_with("BEGIN IMMEDIATE").await?;
                match SQLITE.run_direct(None, &mut *link, false).await {
                    Ok(()) => link.commit().await.map_err(Into::into),
                    refused => refused,
                }
            }
            Pool::Postgres(pool) => POSTGRES.run(pool).await,
        }
        .map_err(|e| match e {
            sqlx::migrate::MigrateError::VersionMissing(_) => StoreError::NewerSchema,
            other => StoreError::Migrate(other),
        })
    }

    /// How the schema stands to this program.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn schema(&self) -> StoreResult<Schema> {
        let newest = "SELECT CAST(COALESCE(MAX(version), 0) AS BIGINT) FROM _sqlx_migrations WHERE success";
        let (found, ours): (Result<i64, sqlx::Error>, _) = match &self.pool {
            Pool::Sqlite { readers, .. } => (sqlx::query_scalar(newest).fetch_one(readers).await, &SQLITE),
            Pool::Postgres(pool) => (sqlx::query_scalar(newest).fetch_one(pool).await, &POSTGRES),
        };
        let ours = ours.iter().map(|m| m.version).max().unwrap_or(0);
        match found {
            Ok(found) if found == ours => Ok(Schema::Current),
            Ok(found) if found > ours => Ok(Schema::Newer),
            Ok(_) => Ok(Schema::Older),
            // The table is not there yet: nothing was migrated. A server that is starting up is another matter.
            Err(sqlx::Error::Database(e)) if matches!(e.code().as_deref(), Some("42P01" | "1")) => Ok(Schema::Older),
            Err(e) => Err(e.into()),
        }
    }

    /// Begins a view: one snapshot to read from.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn read(&self) -> StoreResult<View> {
        Ok(View::new(match &self.pool {
            Pool::Sqlite { readers, .. } => Link::Sqlite(Held::Transaction(readers.begin().await?)),
            Pool::Postgres(pool) => Link::Postgres(Held::Transaction(
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?,
            )),
        }))
    }

    /// A view for one statement, which is its own snapshot. Saves the two journeys that begin and end a transaction:
    /// each costs as much as the statement.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn glance(&self) -> StoreResult<View> {
        Ok(View::new(match &self.pool {
            Pool::Sqlite { readers, .. } => Link::Sqlite(Held::Bare(readers.acquire().await?)),
            Pool::Postgres(pool) => Link::Postgres(Held::Bare(pool.acquire().await?)),
        }))
    }

    /// Begins a work: one transaction to write in. IMMEDIATE on `SQLite`: a plain BEGIN that reads first cannot be
    /// turned into a writer while another writes.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn write(&self) -> StoreResult<Work> {
        let link = match &self.pool {
            Pool::Sqlite { writer, .. } => Link::Sqlite(Held::Transaction(writer.begin_with("BEGIN IMMEDIATE").await?)),
            Pool::Postgres(pool) => Link::Postgres(Held::Transaction(pool.begin().await?)),
        };
        Ok(Work::new(link, self.wake.clone()))
    }

    /// The wake-ups of this process.
    #[must_use]
    pub const fn wake(&self) -> &Wake {
        &self.wake
    }

    /// What the database would not do for this process's jobs.
    #[must_use]
    pub const fn health(&self) -> &Health {
        &self.health
    }

    /// Passes the server's NOTIFY on to this process's wake-ups, until the connection is lost.
    ///
    /// # Errors
    /// When the connection is lost; call it again. On the embedded database it waits for ever.
    pub async fn listen(&self) -> StoreResult<()> {
        let Pool::Postgres(pool) = &self.pool else { return std::future::pending().await };
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen("postdesk").await?;
        loop {
            let told = listener.recv().await?;
            let mut words = told.payload().split(' ');
            if let Some(id) = words.next().and_then(|w| w.parse().ok()) {
                self.wake.event(id);
            }
            if words.next() == Some("1") {
                self.wake.outbox();
            }
        }
    }

    /// Looks for commits of other programs on the embedded database, such as the command line's; `None` on a server, which
    /// tells of them by itself.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn watch(&self) -> StoreResult<Option<Watch>> {
        let Pool::Sqlite { readers, .. } = &self.pool else { return Ok(None) };
        let mut link = SqliteConnection::connect_with(&readers.connect_options()).await?;
        let version = version(&mut link).await?;
        Ok(Some(Watch { link, version }))
    }

    /// Shows, for as long as the value is held and its session lasts, that `owner` lives.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn live(&self, owner: &str) -> StoreResult<Life> {
        let Pool::Postgres(pool) = &self.pool else { return Ok(Life(None)) };
        let mut session = pool.acquire().await?.detach();
        sqlx::query(dialect::LIVE).bind(owner).execute(&mut session).await?;
        Ok(Life(Some(session)))
    }

    /// Closes all connections.
    pub async fn close(&self) {
        match &self.pool {
            Pool::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Pool::Postgres(pool) => pool.close().await,
        }
    }
}

/// A pool that gives no connection which is still counted as being in a transaction. When a commit finds the disk full,
/// `SQLite` rolls back by itself; the library's own ROLLBACK then fails, and every later BEGIN would be refused.
fn fresh() -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        // A file does not go away as a server does.
        .test_before_acquire(false)
        .before_acquire(|connection, _| Box::pin(std::future::ready(Ok(!connection.is_in_transaction()))))
}

/// A session that shows that its owner lives.
#[derive(Debug)]
pub struct Life(Option<PgConnection>);

impl Life {
    /// Whether the session still lasts.
    pub async fn lasts(&mut self) -> bool {
        match &mut self.0 {
            Some(session) => session.ping().await.is_ok(),
            None => true,
        }
    }
}

/// A look-out for commits on the embedded database.
#[derive(Debug)]
pub struct Watch {
    link: SqliteConnection,
    version: i64,
}

impl Watch {
    /// The newest event if anything was committed since the last look, by whomever.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn look(&mut self) -> StoreResult<Option<i64>> {
        let version = version(&mut self.link).await?;
        if std::mem::replace(&mut self.version, version) == version {
            return Ok(None);
        }
        let last = sqlx::query_scalar("SELECT COALESCE(MAX(id), 0) FROM event").fetch_one(&mut self.link).await?;
        Ok(Some(last))
    }
}

/// A number that changes with each commit of another connection. It reads no page of the database.
async fn version(link: &mut SqliteConnection) -> StoreResult<i64> {
    Ok(sqlx::query_scalar("PRAGMA data_version").fetch_one(link).await?)
}
