//! A sender who writes to an address of ours that fails: on how many days, and the ticket that made (D5).

use crate::{
    domain::{address::fold, delivery::Reason, time::Moment},
    store::{StoreResult, View, Work, clean, on_db, word},
};

/// Counts errors of a sender at an address of ours, and holds the pair until the end of the work: of two processes that
/// count the same pair, one waits for the other.
///
/// # Errors
/// When the database does not answer.
pub async fn note_pair(work: &mut Work, recipient: &str, sender: &str, day: i64, errors: i64) -> StoreResult<i64> {
    let (recipient, sender) = (fold(recipient), fold(sender));
    let (recipient, sender) = (clean(&recipient), clean(&sender));
    let count: i64 = on_db!(work, c => sqlx::query_scalar(
        "INSERT INTO ledger_pair (recipient, sender, count) VALUES ($1, $2, $3)
         ON CONFLICT (recipient, sender) DO UPDATE SET count = ledger_pair.count + excluded.count RETURNING count",
    ).bind(recipient.as_ref()).bind(sender.as_ref()).bind(errors).fetch_one(c).await)?;
    on_db!(work, c => sqlx::query(
        "INSERT INTO ledger_pair_day (recipient, sender, day, count) VALUES ($1, $2, $3, $4)
         ON CONFLICT (recipient, sender, day) DO UPDATE SET count = ledger_pair_day.count + excluded.count",
    ).bind(recipient.as_ref()).bind(sender.as_ref()).bind(day).bind(errors).execute(c).await.map(drop))?;
    Ok(count)
}

/// Takes one error of a pair back; a pair that is not counted stays so. Addresses are folded.
pub(super) async fn take_back(work: &mut Work, recipient: &str, sender: &str, day: i64) -> StoreResult<()> {
    on_db!(work, c => sqlx::query("UPDATE ledger_pair SET count = count - 1 WHERE recipient = $1 AND sender = $2 AND count > 0")
        .bind(recipient).bind(sender).execute(c).await.map(drop))?;
    on_db!(work, c => sqlx::query("UPDATE ledger_pair_day SET count = count - 1 WHERE recipient = $1 AND sender = $2 AND day = $3")
        .bind(recipient).bind(sender).bind(day).execute(c).await.map(drop))?;
    on_db!(work, c => sqlx::query("DELETE FROM ledger_pair_day WHERE recipient = $1 AND sender = $2 AND day = $3 AND count <= 0")
        .bind(recipient).bind(sender).bind(day).execute(c).await.map(drop))?;
    Ok(())
}

/// Errors of a pair from a day on, and on how many days they were.
///
/// # Errors
/// When the database does not answer.
pub async fn errors_of_pair(view: &mut View, recipient: &str, sender: &str, from_day: i64) -> StoreResult<(i64, i64)> {
    let (recipient, sender) = (fold(recipient), fold(sender));
    Ok(on_db!(view, c => sqlx::query_as(
        "SELECT CAST(COALESCE(SUM(count), 0) AS BIGINT), COUNT(*) FROM ledger_pair_day
         WHERE recipient = $1 AND sender = $2 AND day >= $3",
    ).bind(clean(&recipient)).bind(clean(&sender)).bind(from_day).fetch_one(c).await)?)
}

/// The last ticket of a pair, and when it was closed, if it is.
///
/// # Errors
/// When the database does not answer.
pub async fn pair_ticket(view: &mut View, recipient: &str, sender: &str) -> StoreResult<Option<(i64, Option<Moment>)>> {
    let (recipient, sender) = (fold(recipient), fold(sender));
    let found: Option<(i64, Option<i64>)> = on_db!(view, c => sqlx::query_as(
        "SELECT number, closed_at FROM ledger_pair JOIN ticket ON number = ticket_id WHERE recipient = $1 AND sender = $2",
    ).bind(clean(&recipient)).bind(clean(&sender)).fetch_optional(c).await)?;
    Ok(found.map(|(number, closed)| (number, closed.map(Moment::from_millis))))
}

/// Notes the ticket that a pair made.
///
/// # Errors
/// When the database does not answer.
pub async fn raised(work: &mut Work, recipient: &str, sender: &str, ticket: i64) -> StoreResult<()> {
    let (recipient, sender) = (fold(recipient), fold(sender));
    on_db!(work, c => sqlx::query("UPDATE ledger_pair SET ticket_id = $3 WHERE recipient = $1 AND sender = $2")
        .bind(clean(&recipient)).bind(clean(&sender)).bind(ticket).execute(c).await.map(drop))?;
    Ok(())
}

/// Forgets the days before one.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_days(work: &mut Work, before: i64) -> StoreResult<()> {
    on_db!(work, c => sqlx::query("DELETE FROM ledger_pair_day WHERE day < $1").bind(before).execute(c).await.map(drop))?;
    Ok(())
}

/// What a persistent sender's ticket is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Persistent {
    /// The address that fails.
    pub recipient: String,
    /// Who writes to it.
    pub sender: String,
    /// Errors in all.
    pub errors: i64,
    /// The first of them.
    pub first_at: Moment,
    /// Why the last failed.
    pub reason: Reason,
}

/// What a ticket is about that a persistent sender made.
///
/// # Errors
/// When the database does not answer.
pub async fn of_ticket(view: &mut View, ticket: i64) -> StoreResult<Option<Persistent>> {
    let rows: Vec<(String, String, i64, i64, String)> = on_db!(view, c => sqlx::query_as(
        "SELECT ledger.recipient, ledger.sender, ledger.count, first_at, reason FROM ledger_pair JOIN ledger
             ON ledger.recipient = ledger_pair.recipient AND ledger.sender = ledger_pair.sender
         WHERE ticket_id = $1 ORDER BY last_at DESC, id DESC LIMIT 50",
    ).bind(ticket).fetch_all(c).await)?;
    let Some((recipient, sender, _, _, reason)) = rows.first().cloned() else { return Ok(None) };
    Ok(Some(Persistent {
        recipient,
        sender,
        errors: rows.iter().map(|row| row.2).sum(),
        first_at: Moment::from_millis(rows.iter().map(|row| row.3).min().unwrap_or_default()),
        reason: word(&reason, "ledger.reason")?,
    }))
}
