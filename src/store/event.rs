//! The timeline. Appended to, never changed.

use sqlx::QueryBuilder;

use super::{StoreResult, View, Work, clean, on_db, word};
use crate::domain::{
    event::{Event, NewEvent, What},
    time::Moment,
};

/// Rows a statement: nine binds each, and `SQLite` allows 32,766.
const ROWS: usize = 500;

type Row = (i64, i64, String, String, String, String, Option<i64>, Option<i64>, Option<i64>);

fn event(row: Row) -> StoreResult<Event> {
    Ok(Event {
        id: row.0,
        at: Moment::from_millis(row.1),
        actor_sort: row.2,
        actor: row.3,
        what: word(&row.4, "event.what")?,
        why: row.5,
        ticket: row.6,
        message: row.7,
        outbox: row.8,
    })
}

/// Appends events and gives the last id.
pub(super) async fn insert(work: &mut Work, events: &[NewEvent]) -> StoreResult<i64> {
    let mut last = 0;
    for some in events.chunks(ROWS) {
        let ids: Vec<i64> = on_db!(work, c => {
            let mut query = QueryBuilder::new(
                "INSERT INTO event (at, actor_sort, actor, account_id, what, why, ticket_id, message_id, outbox_id) ",
            );
            query.push_values(some, |mut row, e| {
                row.push_bind(e.at.millis())
                    .push_bind(e.actor.sort())
                    .push_bind(clean(e.actor.name()))
                    .push_bind(e.actor.account_id())
                    .push_bind(e.what.as_str())
                    .push_bind(clean(&e.why))
                    .push_bind(e.ticket)
                    .push_bind(e.message)
                    .push_bind(e.outbox);
            });
            query.push(" RETURNING id").build_query_scalar().persistent(false).fetch_all(c).await
        })?;
        last = ids.into_iter().max().unwrap_or(last);
    }
    Ok(last)
}

/// Whether a person did anything to a ticket.
///
/// # Errors
/// When the database does not answer.
pub async fn has_person(view: &mut View, ticket: i64) -> StoreResult<bool> {
    Ok(on_db!(view, c => sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM event WHERE ticket_id = $1 AND actor_sort IN ('account', 'shell'))",
    ).bind(ticket).fetch_one(c).await)?)
}

/// A ticket's events, oldest first, at most `limit`, after id `after`.
///
/// # Errors
/// When the database does not answer.
pub async fn of_ticket(view: &mut View, ticket: i64, after: i64, limit: i64) -> StoreResult<Vec<Event>> {
    let rows: Vec<Row> = on_db!(view, c => sqlx::query_as(
        "SELECT id, at, actor_sort, actor, what, why, ticket_id, message_id, outbox_id FROM event
         WHERE ticket_id = $1 AND id > $2 ORDER BY id LIMIT $3",
    ).bind(ticket).bind(after).bind(limit).fetch_all(c).await)?;
    rows.into_iter().map(event).collect()
}

/// A ticket's newest events below an id (or all, with `i64::MAX`), newest first, at most `limit`.
///
/// # Errors
/// When the database does not answer.
pub async fn newest_of_ticket(view: &mut View, ticket: i64, before: i64, limit: i64) -> StoreResult<Vec<Event>> {
    let rows: Vec<Row> = on_db!(view, c => sqlx::query_as(
        "SELECT id, at, actor_sort, actor, what, why, ticket_id, message_id, outbox_id FROM event
         WHERE ticket_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
    ).bind(ticket).bind(before).bind(limit).fetch_all(c).await)?;
    rows.into_iter().map(event).collect()
}

/// A message's events, oldest first, at most 200.
///
/// # Errors
/// When the database does not answer.
pub async fn of_message(view: &mut View, message: i64) -> StoreResult<Vec<Event>> {
    let rows: Vec<Row> = on_db!(view, c => sqlx::query_as(
        "SELECT id, at, actor_sort, actor, what, why, ticket_id, message_id, outbox_id FROM event
         WHERE message_id = $1 ORDER BY id LIMIT 200",
    ).bind(message).fetch_all(c).await)?;
    rows.into_iter().map(event).collect()
}

/// All events after an id, in the order of commits, at most `limit`.
///
/// # Errors
/// When the database does not answer.
pub async fn after(view: &mut View, id: i64, limit: i64) -> StoreResult<Vec<Event>> {
    let rows: Vec<Row> = on_db!(view, c => sqlx::query_as(
        "SELECT id, at, actor_sort, actor, what, why, ticket_id, message_id, outbox_id FROM event
         WHERE id > $1 ORDER BY id LIMIT $2",
    ).bind(id).bind(limit).fetch_all(c).await)?;
    rows.into_iter().map(event).collect()
}

/// As [`after`], without the events of quarantine notices and their tickets: what a person who is no authorised
/// postmaster may hear of (D12).
///
/// # Errors
/// When the database does not answer.
pub async fn after_without_quarantine(view: &mut View, id: i64, limit: i64) -> StoreResult<Vec<Event>> {
    let rows: Vec<Row> = on_db!(view, c => sqlx::query_as(
        "SELECT id, at, actor_sort, actor, what, why, ticket_id, message_id, outbox_id FROM event
         WHERE id > $1
           AND NOT EXISTS (SELECT 1 FROM message WHERE message.id = event.message_id AND kind = 'quarantine_notice')
           AND NOT EXISTS (SELECT 1 FROM ticket WHERE ticket.number = event.ticket_id AND kind = 'quarantine_notice')
         ORDER BY id LIMIT $2",
    ).bind(id).bind(limit).fetch_all(c).await)?;
    rows.into_iter().map(event).collect()
}

/// The newest events before an id (or all, with `i64::MAX`), newest first, at most `limit`.
///
/// # Errors
/// When the database does not answer.
pub async fn newest(view: &mut View, before: i64, limit: i64) -> StoreResult<Vec<Event>> {
    let rows: Vec<Row> = on_db!(view, c => sqlx::query_as(
        "SELECT id, at, actor_sort, actor, what, why, ticket_id, message_id, outbox_id FROM event
         WHERE id < $1 ORDER BY id DESC LIMIT $2",
    ).bind(before).bind(limit).fetch_all(c).await)?;
    rows.into_iter().map(event).collect()
}

/// When each account last did this, by account id.
///
/// # Errors
/// When the database does not answer.
pub async fn last_by_account(view: &mut View, what: What) -> StoreResult<Vec<(i64, Moment)>> {
    let rows: Vec<(i64, i64)> = on_db!(view, c => sqlx::query_as(
        "SELECT account_id, MAX(at) FROM event WHERE what = $1 AND account_id IS NOT NULL GROUP BY account_id",
    ).bind(what.as_str()).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(account, at)| (account, Moment::from_millis(at))).collect())
}

/// As [`newest`], without the events of quarantine notices and their tickets (D12).
///
/// # Errors
/// When the database does not answer.
pub async fn newest_without_quarantine(view: &mut View, before: i64, limit: i64) -> StoreResult<Vec<Event>> {
    let rows: Vec<Row> = on_db!(view, c => sqlx::query_as(
        "SELECT id, at, actor_sort, actor, what, why, ticket_id, message_id, outbox_id FROM event
         WHERE id < $1
           AND NOT EXISTS (SELECT 1 FROM message WHERE message.id = event.message_id AND kind = 'quarantine_notice')
           AND NOT EXISTS (SELECT 1 FROM ticket WHERE ticket.number = event.ticket_id AND kind = 'quarantine_notice')
         ORDER BY id DESC LIMIT $2",
    ).bind(before).bind(limit).fetch_all(c).await)?;
    rows.into_iter().map(event).collect()
}

/// The newest id, 0 if there is none.
///
/// # Errors
/// When the database does not answer.
pub async fn last_id(view: &mut View) -> StoreResult<i64> {
    let id: Option<i64> = on_db!(view, c => sqlx::query_scalar("SELECT MAX(id) FROM event").fetch_one(c).await)?;
    Ok(id.unwrap_or(0))
}

/// The newest event's time, to notice a clock that was set back.
///
/// # Errors
/// When the database does not answer.
pub async fn last_at(view: &mut View) -> StoreResult<Option<Moment>> {
    let at: Option<i64> = on_db!(view, c => sqlx::query_scalar("SELECT at FROM event ORDER BY id DESC LIMIT 1")
        .fetch_optional(c).await)?;
    Ok(at.map(Moment::from_millis))
}
