//! Incidents: one runs at a time, has one ticket, and ends.

use sqlx::FromRow;

use super::{StoreError, StoreResult, View, Work, on_db, word};
use crate::domain::{
    surge::{Look, Whom, Window},
    time::Moment,
};

/// An incident.
#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    /// Row id.
    pub id: i64,
    /// Its ticket.
    pub ticket: i64,
    /// The window in which it was most unusual.
    pub window: Window,
    /// Which errors it is about.
    pub whom: Whom,
    /// Errors in that window.
    pub seen: i64,
    /// Errors expected in it.
    pub expected: f64,
    /// How probable that many were.
    pub probability: f64,
    /// When the first such window began.
    pub started_at: Moment,
    /// When the rate was last unusual.
    pub unusual_at: Moment,
    /// When its ticket last told how it stands.
    pub told_at: Moment,
    /// Errors that it told of then.
    pub told_seen: i64,
    /// When it was over.
    pub ended_at: Option<Moment>,
}

#[derive(FromRow)]
struct Row {
    id: i64,
    ticket_id: i64,
    time_window: String,
    whom: String,
    seen: i64,
    expected: f64,
    probability: f64,
    started_at: i64,
    unusual_at: i64,
    told_at: i64,
    told_seen: i64,
    ended_at: Option<i64>,
}

fn incident(row: &Row) -> StoreResult<Incident> {
    Ok(Incident {
        id: row.id,
        ticket: row.ticket_id,
        window: word(&row.time_window, "surge.time_window")?,
        whom: word(&row.whom, "surge.whom")?,
        seen: row.seen,
        expected: row.expected,
        probability: row.probability,
        started_at: Moment::from_millis(row.started_at),
        unusual_at: Moment::from_millis(row.unusual_at),
        told_at: Moment::from_millis(row.told_at),
        told_seen: row.told_seen,
        ended_at: row.ended_at.map(Moment::from_millis),
    })
}

/// Begins an incident.
///
/// # Errors
/// [`StoreError::Conflict`] if one runs already.
pub async fn begin(work: &mut Work, ticket: i64, look: &Look, now: Moment) -> StoreResult<()> {
    let done = on_db!(work, c => sqlx::query(
        "INSERT INTO surge (ticket_id, time_window, whom, seen, expected, probability, started_at, unusual_at, told_at, told_seen,
             running) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $4, TRUE) ON CONFLICT (running) WHERE running DO NOTHING",
    ).bind(ticket).bind(look.window.as_str()).bind(look.whom.as_str()).bind(look.seen).bind(look.expected)
        .bind(look.probability()).bind(look.begins_at().millis()).bind(now.millis())
        .execute(c).await.map(|done| done.rows_affected()))?;
    if done == 1 { Ok(()) } else { Err(StoreError::Conflict) }
}

/// Writes how the running incident stands.
///
/// # Errors
/// [`StoreError::Conflict`] if it is over.
pub async fn update(work: &mut Work, new: &Incident) -> StoreResult<()> {
    let done = on_db!(work, c => sqlx::query(
        "UPDATE surge SET time_window = $2, whom = $3, seen = $4, expected = $5, probability = $6, unusual_at = $7, told_at = $8,
             told_seen = $9 WHERE id = $1 AND running",
    ).bind(new.id).bind(new.window.as_str()).bind(new.whom.as_str()).bind(new.seen).bind(new.expected).bind(new.probability)
        .bind(new.unusual_at.millis()).bind(new.told_at.millis()).bind(new.told_seen).execute(c).await.map(|done| done.rows_affected()))?;
    if done == 1 { Ok(()) } else { Err(StoreError::Conflict) }
}

/// Ends the running incident.
///
/// # Errors
/// [`StoreError::Conflict`] if it is over already.
pub async fn end(work: &mut Work, id: i64, now: Moment) -> StoreResult<()> {
    let done = on_db!(work, c => sqlx::query("UPDATE surge SET running = FALSE, ended_at = $2 WHERE id = $1 AND running")
        .bind(id).bind(now.millis()).execute(c).await.map(|done| done.rows_affected()))?;
    if done == 1 { Ok(()) } else { Err(StoreError::Conflict) }
}

const SELECT: &str =
    "SELECT id, ticket_id, time_window, whom, seen, expected, probability, started_at, unusual_at, told_at,
    told_seen, ended_at FROM surge";

/// The incident that runs.
///
/// # Errors
/// When the database does not answer.
pub async fn running(view: &mut View) -> StoreResult<Option<Incident>> {
    let row: Option<Row> = on_db!(view, c => {
        let mut query = sqlx::QueryBuilder::new(SELECT);
        query.push(" WHERE running").build_query_as().fetch_optional(c).await
    })?;
    row.as_ref().map(incident).transpose()
}

/// The incident of a ticket.
///
/// # Errors
/// When the database does not answer.
pub async fn of_ticket(view: &mut View, ticket: i64) -> StoreResult<Option<Incident>> {
    let row: Option<Row> = on_db!(view, c => {
        let mut query = sqlx::QueryBuilder::new(SELECT);
        query.push(" WHERE ticket_id = ").push_bind(ticket).push(" ORDER BY id DESC LIMIT 1");
        query.build_query_as().fetch_optional(c).await
    })?;
    row.as_ref().map(incident).transpose()
}

/// Incidents that were unusual at `since` or later, in the order of time, at most 200.
///
/// # Errors
/// When the database does not answer.
pub async fn since(view: &mut View, since: Moment) -> StoreResult<Vec<Incident>> {
    let rows: Vec<Row> = on_db!(view, c => {
        let mut query = sqlx::QueryBuilder::new(SELECT);
        query.push(" WHERE unusual_at >= ").push_bind(since.millis()).push(" ORDER BY started_at, id LIMIT 200");
        query.build_query_as().fetch_all(c).await
    })?;
    rows.iter().map(incident).collect()
}
