//! What can go wrong in the store.

/// Result of a store function.
pub type StoreResult<T> = Result<T, StoreError>;

/// What went wrong. The words are for the log; pages never show them.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else changed the row first.
    #[error("the row was changed by somebody else")]
    Conflict,
    /// The lease under which the write was made is not ours any more.
    #[error("the lease {0} has another owner now")]
    Fenced(String),
    /// A row holds what no version of this program writes.
    #[error("column {column} holds {found:?}, which this version does not know")]
    Inconsistent {
        /// Column's name.
        column: &'static str,
        /// What it holds, cut.
        found: String,
    },
    /// A second `serve` on the same embedded database.
    #[error("another postdesk serve has this database open; stop it first, or use PostgreSQL to run several")]
    InUse,
    /// The database's schema is newer than this program.
    #[error("the database was made by a newer postdesk; install that version or newer")]
    NewerSchema,
    /// The schema is older than this program.
    #[error("the database is not migrated; run `postdesk migrate`")]
    NotMigrated,
    /// The database file or address cannot be used.
    #[error("database {0}")]
    Address(String),
    /// No answer in time.
    #[error("the database did not answer in time")]
    Late,
    /// A kept blob does not decompress.
    #[error("kept bytes cannot be read back: {0}")]
    Blob(std::io::Error),
    /// A migration failed.
    #[error("migration failed: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The database itself.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl StoreError {
    /// Whether trying again later may help: connection lost, database busy, disk full.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Database(e) => match e {
                sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed
                | sqlx::Error::Protocol(_) => true,
                sqlx::Error::Database(e) => {
                    // SQLite: busy 5, locked 6, full 13, I/O 10. PostgreSQL: classes 08, 40, 53, 57, and
                    // 25P03: we were silent for too long in a transaction.
                    let code = e.code().unwrap_or_default();
                    if code.len() == 5 {
                        ["08", "25P03", "40", "53", "57"].iter().any(|class| code.starts_with(class))
                    } else {
                        code.parse::<i64>().is_ok_and(|c| matches!(c & 0xff, 5 | 6 | 10 | 13))
                    }
                }
                _ => false,
            },
            Self::Fenced(_) | Self::Late => true,
            _ => false,
        }
    }

    /// Whether the database itself is in trouble, and not merely what was asked of it.
    #[must_use]
    pub const fn is_of_the_database(&self) -> bool {
        matches!(self, Self::Database(_) | Self::Late)
    }

    /// Whether there is no room left for the database.
    #[must_use]
    pub fn is_full(&self) -> bool {
        let Self::Database(sqlx::Error::Database(error)) = self else { return false };
        let code = error.code().unwrap_or_default();
        code == "53100" || (code.len() < 5 && code.parse::<i64>().is_ok_and(|code| code & 0xff == 13))
    }

    /// Words for a person who runs the console.
    #[must_use]
    pub fn words(&self) -> String {
        if self.is_full() {
            "the database's disk is full. Make room on it; the console goes on by itself. No mail is lost: it stays on its \
             server until it is kept"
                .into()
        } else if self.is_of_the_database() && self.may_pass() {
            format!("the database does not do what it is asked ({self}). The console tries again by itself")
        } else {
            self.to_string()
        }
    }

    /// Whether a unique rule refused the row.
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(e)) if e.is_unique_violation())
    }
}
