//! Watched mailboxes. A mailbox is (host, user, folder); its name is only a name.

use sqlx::FromRow;

use super::{StoreResult, View, Work, clean, on_db};
use crate::domain::time::Moment;

/// A mailbox as stored.
#[derive(Clone, Debug, FromRow)]
pub struct Mailbox {
    /// Row id.
    pub id: i64,
    /// IMAP host.
    pub host: String,
    /// IMAP user.
    pub user_name: String,
    /// Folder.
    pub folder: String,
    /// Name in the configuration.
    pub name: String,
    /// Address it stands for.
    pub address: String,
    /// Whether the configuration still names it.
    pub configured: bool,
    /// The folder's UIDVALIDITY when last seen.
    pub uidvalidity: i64,
    /// Highest UID kept under that UIDVALIDITY with nothing missing below.
    pub cursor_uid: i64,
    /// Messages the server holds, at the last count.
    pub on_server: i64,
    /// Those of them that are kept, at the last count.
    pub kept_of_server: i64,
    /// When they were last counted (ms).
    pub checked_at: Option<i64>,
    /// When a session last began (ms).
    pub connected_at: Option<i64>,
    /// When the server last answered a look for new mail (ms).
    pub polled_at: Option<i64>,
    /// What is wrong, in words; empty if nothing.
    pub trouble: String,
    /// Since when (ms).
    pub trouble_at: Option<i64>,
    /// Why messages cannot be moved; empty if they can.
    pub move_trouble: String,
}

const COLUMNS: &str = "id, host, user_name, folder, name, address, configured, uidvalidity, cursor_uid, on_server,
    kept_of_server, checked_at, connected_at, polled_at, trouble, trouble_at, move_trouble";

/// Makes the mailbox known, or renames it; gives its id.
///
/// # Errors
/// When the database does not answer.
pub async fn configure(
    work: &mut Work,
    host: &str,
    user: &str,
    folder: &str,
    name: &str,
    address: &str,
) -> StoreResult<i64> {
    Ok(on_db!(work, c => sqlx::query_scalar(
        "INSERT INTO mailbox (host, user_name, folder, name, address) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (host, user_name, folder)
         DO UPDATE SET name = excluded.name, address = excluded.address, configured = TRUE RETURNING id",
    ).bind(host).bind(user).bind(folder).bind(name).bind(address).fetch_one(c).await)?)
}

/// Marks all mailboxes as not configured; [`configure`] takes that back for each that is.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_configured(work: &mut Work) -> StoreResult<()> {
    on_db!(work, c => sqlx::query("UPDATE mailbox SET configured = FALSE").execute(c).await.map(drop))?;
    Ok(())
}

/// All mailboxes, the configured first.
///
/// # Errors
/// When the database does not answer.
pub async fn all(view: &mut View) -> StoreResult<Vec<Mailbox>> {
    Ok(on_db!(view, c => {
        let mut query = sqlx::QueryBuilder::new("SELECT ");
        query.push(COLUMNS).push(" FROM mailbox ORDER BY configured DESC, name, id");
        query.build_query_as().fetch_all(c).await
    })?)
}

/// One mailbox.
///
/// # Errors
/// When the database does not answer.
pub async fn get(view: &mut View, id: i64) -> StoreResult<Option<Mailbox>> {
    Ok(on_db!(view, c => {
        let mut query = sqlx::QueryBuilder::new("SELECT ");
        query.push(COLUMNS).push(" FROM mailbox WHERE id = ").push_bind(id);
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// A session began on this UIDVALIDITY; a new one starts the cursor again.
///
/// # Errors
/// When the database does not answer.
pub async fn connected(work: &mut Work, id: i64, uidvalidity: i64, now: Moment) -> StoreResult<()> {
    on_db!(work, c => sqlx::query(
        "UPDATE mailbox SET connected_at = $3, polled_at = $3, trouble = '', trouble_at = NULL,
             cursor_uid = CASE WHEN uidvalidity = $2 THEN cursor_uid ELSE 0 END, uidvalidity = $2
         WHERE id = $1",
    ).bind(id).bind(uidvalidity).bind(now.millis()).execute(c).await.map(drop))?;
    Ok(())
}

/// Everything up to `uid` is kept. The cursor never goes back.
///
/// # Errors
/// When the database does not answer.
pub async fn advance(work: &mut Work, id: i64, uidvalidity: i64, uid: i64, now: Moment) -> StoreResult<()> {
    on_db!(work, c => sqlx::query(
        "UPDATE mailbox SET polled_at = $4, cursor_uid = CASE WHEN cursor_uid < $3 THEN $3 ELSE cursor_uid END
         WHERE id = $1 AND uidvalidity = $2",
    ).bind(id).bind(uidvalidity).bind(uid).bind(now.millis()).execute(c).await.map(drop))?;
    Ok(())
}

/// The folder's numbers went back: everything is looked at again.
///
/// # Errors
/// When the database does not answer.
pub async fn rewind(work: &mut Work, id: i64) -> StoreResult<()> {
    on_db!(work, c => sqlx::query("UPDATE mailbox SET cursor_uid = 0 WHERE id = $1").bind(id).execute(c).await.map(drop))?;
    Ok(())
}

/// What the server holds, and how much of it is kept.
///
/// # Errors
/// When the database does not answer.
pub async fn counted(work: &mut Work, id: i64, on_server: i64, kept: i64, now: Moment) -> StoreResult<()> {
    on_db!(work, c => sqlx::query(
        "UPDATE mailbox SET on_server = $2, kept_of_server = $3, checked_at = $4, polled_at = $4 WHERE id = $1",
    ).bind(id).bind(on_server).bind(kept).bind(now.millis()).execute(c).await.map(drop))?;
    Ok(())
}

/// The server answered a look for new mail.
///
/// # Errors
/// When the database does not answer.
pub async fn looked(work: &mut Work, id: i64, now: Moment) -> StoreResult<()> {
    on_db!(work, c => sqlx::query("UPDATE mailbox SET polled_at = $2 WHERE id = $1")
        .bind(id).bind(now.millis()).execute(c).await.map(drop))?;
    Ok(())
}

/// Something is wrong with the mailbox, or (with empty words) nothing any more.
///
/// # Errors
/// When the database does not answer.
pub async fn trouble(work: &mut Work, id: i64, words: &str, now: Moment) -> StoreResult<()> {
    on_db!(work, c => sqlx::query(
        "UPDATE mailbox SET trouble = $2, trouble_at = CASE WHEN $2 = '' THEN NULL ELSE COALESCE(trouble_at, $3) END
         WHERE id = $1",
    ).bind(id).bind(clean(words)).bind(now.millis()).execute(c).await.map(drop))?;
    Ok(())
}

/// Messages cannot be moved, or (with empty words) can be again.
///
/// # Errors
/// When the database does not answer.
pub async fn move_trouble(work: &mut Work, id: i64, words: &str) -> StoreResult<()> {
    on_db!(work, c => sqlx::query("UPDATE mailbox SET move_trouble = $2 WHERE id = $1")
        .bind(id).bind(clean(words)).execute(c).await.map(drop))?;
    Ok(())
}

/// The kept refresh token of a mailbox that signs in by OAuth; empty if none was ever rotated.
///
/// # Errors
/// When the database does not answer.
pub async fn refresh_token(view: &mut View, id: i64) -> StoreResult<String> {
    Ok(on_db!(view, c => sqlx::query_scalar("SELECT refresh_token FROM mailbox WHERE id = $1")
        .bind(id).fetch_one(c).await)?)
}

/// Keeps a rotated refresh token.
///
/// # Errors
/// When the database does not answer.
pub async fn keep_refresh_token(work: &mut Work, id: i64, token: &str) -> StoreResult<()> {
    on_db!(work, c => sqlx::query("UPDATE mailbox SET refresh_token = $2 WHERE id = $1")
        .bind(id).bind(token).execute(c).await.map(drop))?;
    Ok(())
}
