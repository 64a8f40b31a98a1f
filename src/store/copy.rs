//! Copies of the embedded database: one consistent file, made while others write, looked through before it counts.

use std::path::Path;

use sqlx::{
    ConnectOptions, Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode},
};

use super::{StoreError, StoreResult, open, restored::COPY_MADE_AT};
use crate::domain::time::Moment;

/// What a copy holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contents {
    /// Kept messages.
    pub messages: i64,
    /// Tickets.
    pub tickets: i64,
    /// Events.
    pub events: i64,
    /// When the newest event was written.
    pub newest: Option<Moment>,
}

/// Copies the database at `from` into the empty file `to`. Who writes meanwhile goes on; the copy is what was committed
/// when it began.
///
/// # Errors
/// When the file is no database of ours, or the disk is full.
pub async fn make(from: &Path, to: &Path) -> StoreResult<()> {
    let mut source = SqliteConnectOptions::new()
        .filename(from)
        .create_if_missing(false)
        .busy_timeout(open::BUSY)
        .disable_statement_logging()
        .connect()
        .await?;
    let to = to.to_str().ok_or_else(|| StoreError::Address("path is not UTF-8; choose another".into()))?;
    let copied = sqlx::query("VACUUM INTO $1").bind(to).execute(&mut source).await;
    source.close().await?;
    copied?;
    Ok(())
}

/// Looks a copy through: every page, every reference, and the kept counts against what is there. Then it carries the
/// time `made_at`, so that the console which opens it knows that it is a copy.
///
/// # Errors
/// When the copy is damaged, is not ours, or was made by a newer program.
pub async fn verify(path: &Path, made_at: Option<Moment>) -> StoreResult<Contents> {
    let mut copy = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        // One file, with nothing beside it.
        .journal_mode(SqliteJournalMode::Delete)
        .disable_statement_logging()
        .connect()
        .await?;
    let looked = look_through(&mut copy, made_at).await;
    copy.close().await?;
    looked
}

async fn look_through(copy: &mut SqliteConnection, made_at: Option<Moment>) -> StoreResult<Contents> {
    let damage = |what: &str| StoreError::Address(format!("copy is damaged ({what}); make another"));
    let found: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check(3)").fetch_all(&mut *copy).await?;
    if found != ["ok"] {
        return Err(damage(&found.join("; ")));
    }
    let dangling: Vec<String> =
        sqlx::query_scalar("SELECT \"table\" FROM pragma_foreign_key_check LIMIT 3").fetch_all(&mut *copy).await?;
    if !dangling.is_empty() {
        return Err(damage(&format!("references in {}", dangling.join(", "))));
    }
    let newest = sqlx::query_scalar("SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations WHERE success");
    let newest: i64 =
        newest.fetch_one(&mut *copy).await.map_err(|_| StoreError::Address("file is not Postdesk's".into()))?;
    if newest > open::newest_of_sqlite() {
        return Err(StoreError::NewerSchema);
    }
    let mut count = async |text: &'static str| sqlx::query_scalar::<_, i64>(text).fetch_one(&mut *copy).await;
    let messages = count("SELECT COUNT(*) FROM message").await?;
    let counted = count("SELECT COALESCE(SUM(value), 0) FROM counter WHERE name IN (SELECT DISTINCT 'message.stage.' || stage FROM message)").await?;
    let bodiless =
        count("SELECT COUNT(*) FROM message WHERE NOT EXISTS (SELECT 1 FROM blob WHERE blob.sha256 = message.sha256)")
            .await?;
    let tickets = count("SELECT COUNT(*) FROM ticket").await?;
    let events = count("SELECT COUNT(*) FROM event").await?;
    if messages != counted || bodiless != 0 {
        return Err(damage(&format!("{messages} messages, {counted} counted, {bodiless} without their bytes")));
    }
    let newest = sqlx::query_scalar::<_, Option<i64>>("SELECT MAX(at) FROM event").fetch_one(&mut *copy).await?;
    if let Some(made_at) = made_at {
        sqlx::query(
            "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .bind(COPY_MADE_AT)
        .bind(made_at.millis().to_string())
        .execute(&mut *copy)
        .await?;
    }
    Ok(Contents { messages, tickets, events, newest: newest.map(Moment::from_millis) })
}
