//! What waits for another authorised postmaster.

use sqlx::FromRow;

use super::{StoreResult, View, Work, clean, on_db, word};
use crate::domain::{
    confirmation::{Confirmation, Waiting},
    time::Moment,
};

/// About to be asked for.
#[derive(Clone)]
pub struct NewConfirmation<'a> {
    /// Whose account changes.
    pub account: i64,
    /// What changes.
    pub change: Waiting,
    /// The hash of the new password; empty unless that is what changes.
    pub password_hash: &'a str,
    /// The account of who asks; none from the shell.
    pub asked_by: Option<i64>,
    /// Who asks, by name.
    pub asker: &'a str,
    /// Why.
    pub reason: &'a str,
    /// When.
    pub now: Moment,
}

impl std::fmt::Debug for NewConfirmation<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewConfirmation")
            .field("account", &self.account)
            .field("change", &self.change)
            .finish_non_exhaustive()
    }
}

#[derive(FromRow)]
struct Row {
    id: i64,
    account_id: i64,
    login: String,
    name: String,
    change: String,
    asked_by: Option<i64>,
    asker: String,
    reason: String,
    asked_at: i64,
}

fn confirmation(row: Row) -> StoreResult<Confirmation> {
    Ok(Confirmation {
        id: row.id,
        account: row.account_id,
        login: row.login,
        name: row.name,
        change: word(&row.change, "confirmation.change")?,
        asked_by: row.asked_by,
        asker: row.asker,
        reason: row.reason,
        asked_at: Moment::from_millis(row.asked_at),
    })
}

/// Asks. What was asked for this account and change before is replaced under a new number, so that nobody confirms what
/// they have not seen.
///
/// # Errors
/// When the database does not answer.
pub async fn ask(work: &mut Work, new: &NewConfirmation<'_>) -> StoreResult<i64> {
    on_db!(work, c => sqlx::query("DELETE FROM confirmation WHERE account_id = $1 AND change = $2")
        .bind(new.account).bind(new.change.as_str()).execute(c).await.map(drop))?;
    Ok(on_db!(work, c => sqlx::query_scalar(
        "INSERT INTO confirmation (account_id, change, password_hash, asked_by, asker, reason, asked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
    ).bind(new.account).bind(new.change.as_str()).bind(new.password_hash).bind(new.asked_by).bind(clean(new.asker))
        .bind(clean(new.reason)).bind(new.now.millis()).fetch_one(c).await)?)
}

/// All that waits (of one account, if named), oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn waiting(view: &mut View, account: Option<i64>) -> StoreResult<Vec<Confirmation>> {
    let rows: Vec<Row> = on_db!(view, c => sqlx::query_as(
        "SELECT confirmation.id, account_id, login, name, change, asked_by, asker, reason, asked_at
         FROM confirmation JOIN account ON account.id = account_id
         WHERE $1 = 0 OR account_id = $1 ORDER BY confirmation.id LIMIT 200",
    ).bind(account.unwrap_or(0)).fetch_all(c).await)?;
    rows.into_iter().map(confirmation).collect()
}

/// One that waits.
///
/// # Errors
/// When the database does not answer.
pub async fn get(view: &mut View, id: i64) -> StoreResult<Option<Confirmation>> {
    let row: Option<Row> = on_db!(view, c => sqlx::query_as(
        "SELECT confirmation.id, account_id, login, name, change, asked_by, asker, reason, asked_at
         FROM confirmation JOIN account ON account.id = account_id WHERE confirmation.id = $1",
    ).bind(id).fetch_optional(c).await)?;
    row.map(confirmation).transpose()
}

/// Notes that somebody made an account, set its password or removed its second factor.
///
/// # Errors
/// When the database does not answer.
pub async fn holds_key(work: &mut Work, account: i64, holder: i64) -> StoreResult<()> {
    on_db!(work, c => sqlx::query(
        "INSERT INTO keyholder (account_id, holder_id) VALUES ($1, $2) ON CONFLICT (account_id, holder_id) DO NOTHING",
    ).bind(account).bind(holder).execute(c).await.map(drop))?;
    Ok(())
}

/// All accounts that might be one person with the account that changes or with the one that asked: these two, who has
/// made them or held their keys, who has done so with those, and so on.
///
/// # Errors
/// When the database does not answer.
pub async fn circle(view: &mut View, account: i64, asked_by: Option<i64>) -> StoreResult<Vec<i64>> {
    Ok(on_db!(view, c => sqlx::query_scalar(
        "WITH RECURSIVE circle (id) AS (
             SELECT id FROM account WHERE id = $1 OR id = $2
             UNION SELECT holder_id FROM keyholder JOIN circle ON circle.id = account_id)
         SELECT id FROM circle ORDER BY id",
    ).bind(account).bind(asked_by.unwrap_or(0)).fetch_all(c).await)?)
}

/// Takes one away, and gives the password's hash that it held (empty if none); `None` if another was first.
///
/// # Errors
/// When the database does not answer.
pub async fn take(work: &mut Work, id: i64) -> StoreResult<Option<String>> {
    Ok(on_db!(work, c => sqlx::query_scalar("DELETE FROM confirmation WHERE id = $1 RETURNING password_hash")
        .bind(id).fetch_optional(c).await)?)
}
