//! Errors by the hour and by the minute: what the rhythm is learned from, and what is held against it.

use sqlx::QueryBuilder;

use crate::{
    domain::{event::What, surge::Count, time::Moment},
    store::{StoreResult, View, Work, on_db},
};

/// Rows a statement.
const ROWS: usize = 500;

/// Adds to the counts of hours.
///
/// # Errors
/// When the database does not answer.
pub async fn add_hours(work: &mut Work, hours: &[Count]) -> StoreResult<()> {
    for some in hours.chunks(ROWS) {
        on_db!(work, c => {
            let mut query = QueryBuilder::new("INSERT INTO ledger_hour (hour, count, known) ");
            query.push_values(some, |mut row, hour| {
                row.push_bind(hour.at).push_bind(hour.all).push_bind(hour.known);
            });
            query.push(
                " ON CONFLICT (hour) DO UPDATE SET count = ledger_hour.count + excluded.count,
                      known = ledger_hour.known + excluded.known",
            );
            query.build().persistent(false).execute(c).await.map(drop)
        })?;
    }
    Ok(())
}

/// Adds to the counts of minutes.
pub(super) async fn add_minutes(work: &mut Work, minutes: &[Count]) -> StoreResult<()> {
    for some in minutes.chunks(ROWS) {
        on_db!(work, c => {
            let mut query = QueryBuilder::new("INSERT INTO ledger_minute (minute, count, known) ");
            query.push_values(some, |mut row, minute| {
                row.push_bind(minute.at).push_bind(minute.all).push_bind(minute.known);
            });
            query.push(
                " ON CONFLICT (minute) DO UPDATE SET count = ledger_minute.count + excluded.count,
                      known = ledger_minute.known + excluded.known",
            );
            query.build().persistent(false).execute(c).await.map(drop)
        })?;
    }
    Ok(())
}

fn count((at, all, known): (i64, i64, i64)) -> Count {
    Count { at, all, known }
}

/// Errors by the hour (hours since 1970-01-01), from an hour on, in the order of time.
///
/// # Errors
/// When the database does not answer.
pub async fn hours(view: &mut View, from: i64) -> StoreResult<Vec<Count>> {
    let rows: Vec<_> = on_db!(view, c => sqlx::query_as(
        "SELECT hour, count, known FROM ledger_hour WHERE hour >= $1 ORDER BY hour",
    ).bind(from).fetch_all(c).await)?;
    Ok(rows.into_iter().map(count).collect())
}

/// Errors by the minute (minutes since 1970-01-01), from a minute on, in the order of time.
///
/// # Errors
/// When the database does not answer.
pub async fn minutes(view: &mut View, from: i64) -> StoreResult<Vec<Count>> {
    let rows: Vec<_> = on_db!(view, c => sqlx::query_as(
        "SELECT minute, count, known FROM ledger_minute WHERE minute >= $1 ORDER BY minute",
    ).bind(from).fetch_all(c).await)?;
    Ok(rows.into_iter().map(count).collect())
}

/// Forgets the minutes before one.
///
/// # Errors
/// When the database does not answer.
pub async fn forget_minutes(work: &mut Work, before: i64) -> StoreResult<()> {
    on_db!(work, c => sqlx::query("DELETE FROM ledger_minute WHERE minute < $1").bind(before).execute(c).await.map(drop))?;
    Ok(())
}

/// The hour since which errors can be counted on: a mailbox was watched from then on, or what lay in it begins then.
/// Nothing before `from` is looked at.
///
/// # Errors
/// When the database does not answer.
pub async fn watched_since(view: &mut View, from: i64) -> StoreResult<Option<i64>> {
    let connected: Option<i64> = on_db!(view, c => sqlx::query_scalar("SELECT at FROM event WHERE what = $1 ORDER BY id LIMIT 1")
        .bind(What::MailboxConnected.as_str()).fetch_optional(c).await)?;
    let first: Option<i64> = on_db!(view, c => sqlx::query_scalar("SELECT MIN(hour) FROM ledger_hour WHERE hour >= $1")
        .bind(from).fetch_one(c).await)?;
    let connected = connected.map(|at| Moment::from_millis(at).secs() / 3_600);
    Ok(match (connected, first) {
        (Some(connected), Some(first)) => Some(connected.min(first)),
        (one, other) => one.or(other),
    })
}

/// The messages that went to the ledger since a time, and when each came, for counts that are made afresh: by id after
/// `after`, at most `limit`.
///
/// # Errors
/// When the database does not answer.
pub async fn entered_since(view: &mut View, since: Moment, after: i64, limit: i64) -> StoreResult<Vec<(i64, Moment)>> {
    let rows: Vec<(i64, i64, i64)> = on_db!(view, c => sqlx::query_as(
        "SELECT id, internal_date, kept_at FROM message WHERE outcome = 'ledger' AND id > $1 AND internal_date >= $2 ORDER BY id LIMIT $3",
    ).bind(after).bind(since.millis()).bind(limit).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, came, kept)| (id, Moment::from_millis(came.min(kept)))).collect())
}
