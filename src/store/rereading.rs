//! Kept messages read again, and what differed.

use sqlx::{FromRow, QueryBuilder};

use super::{StoreError, StoreResult, View, Work, clean, counter, on_db, word};
use crate::domain::{
    kind::Kind,
    message::Outcome,
    reading::Reading,
    rereading::{Rereading, Settled, State},
    time::Moment,
};

/// Rows a statement.
const ROWS: usize = 500;
/// Rereadings whose differences are remembered.
const REMEMBERED: i64 = 5;

type Row = (i64, String, String, String, i64, i64, i64, i64, i64);

fn rereading(row: Row) -> StoreResult<Rereading> {
    Ok(Rereading {
        id: row.0,
        state: word(&row.1, "rereading.state")?,
        rules: row.2,
        started_by: row.3,
        started_at: Moment::from_millis(row.4),
        last_message: row.5,
        cursor: row.6,
        total: row.7,
        done: row.8,
    })
}

/// Begins one; `Conflict` if one is open.
///
/// # Errors
/// When the database does not answer, or [`StoreError::Conflict`].
pub async fn begin(work: &mut Work, rules: &str, by: &str, now: Moment) -> StoreResult<i64> {
    let total = counter::get(work, "message.stage.applied").await?;
    let id: Option<i64> = on_db!(work, c => sqlx::query_scalar(
        "INSERT INTO rereading (state, open, rules, started_by, started_at, last_message, total)
         SELECT $1, TRUE, $2, $3, $4, COALESCE(MAX(id), 0), $5 FROM message
         WHERE TRUE ON CONFLICT (open) DO NOTHING RETURNING id",
    ).bind(State::Comparing.as_str()).bind(rules).bind(clean(by)).bind(now.millis()).bind(total).fetch_optional(c).await)?;
    let id = id.ok_or(StoreError::Conflict)?;
    on_db!(work, c => sqlx::query("DELETE FROM rereading_change WHERE rereading_id <= $1")
        .bind(id - REMEMBERED).execute(c).await.map(drop))?;
    Ok(id)
}

/// The newest one.
///
/// # Errors
/// When the database does not answer.
pub async fn newest(view: &mut View) -> StoreResult<Option<Rereading>> {
    let row: Option<Row> = on_db!(view, c => sqlx::query_as(
        "SELECT id, state, rules, started_by, started_at, last_message, cursor_message, total, done FROM rereading
         ORDER BY id DESC LIMIT 1",
    ).fetch_optional(c).await)?;
    row.map(rereading).transpose()
}

/// Moves one to another state, from its beginning. `Conflict` if it is not at `from` any more.
///
/// # Errors
/// When the database does not answer, or [`StoreError::Conflict`].
pub async fn restate(work: &mut Work, id: i64, from: State, to: State) -> StoreResult<()> {
    let open = to.is_open().then_some(true);
    let done = on_db!(work, c => sqlx::query("UPDATE rereading SET state = $3, open = $4 WHERE id = $1 AND state = $2")
        .bind(id).bind(from.as_str()).bind(to.as_str()).bind(open).execute(c).await.map(|done| done.rows_affected()))?;
    if done == 1 { Ok(()) } else { Err(StoreError::Conflict) }
}

/// A message as it was read before.
#[derive(Clone, Debug)]
pub struct Before {
    /// Message.
    pub message: i64,
    /// SHA-256 of its bytes.
    pub sha256: Vec<u8>,
    /// What it is now.
    pub kind: Kind,
    /// What became of it.
    pub outcome: Outcome,
    /// Its ticket.
    pub ticket: Option<i64>,
    /// The kept reading; `None` if it cannot be read.
    pub reading: Option<Reading>,
    /// Whether a person said what it is.
    pub by_person: bool,
}

#[derive(FromRow)]
struct BeforeRow {
    id: i64,
    sha256: Vec<u8>,
    kind: String,
    outcome: String,
    ticket_id: Option<i64>,
    reading: Option<String>,
    by_person: bool,
}

const BEFORE: &str = "SELECT id, sha256, kind, outcome, ticket_id, reading, EXISTS (SELECT 1 FROM event
    WHERE event.message_id = message.id AND what = 'kind_changed' AND actor_sort <> 'system') AS by_person
    FROM message WHERE stage = 'applied'";

fn before(row: BeforeRow) -> StoreResult<Before> {
    Ok(Before {
        message: row.id,
        sha256: row.sha256,
        kind: word(&row.kind, "message.kind")?,
        outcome: word(&row.outcome, "message.outcome")?,
        ticket: row.ticket_id,
        reading: row.reading.and_then(|json| serde_json::from_str(&json).ok()),
        by_person: row.by_person,
    })
}

/// The messages that it looks at next, at most `limit`.
///
/// # Errors
/// When the database does not answer.
pub async fn next(view: &mut View, rereading: &Rereading, limit: i64) -> StoreResult<Vec<Before>> {
    let rows: Vec<BeforeRow> = on_db!(view, c => {
        let mut query = QueryBuilder::new(BEFORE);
        query.push(" AND id > ").push_bind(rereading.cursor).push(" AND id <= ").push_bind(rereading.last_message);
        query.push(" ORDER BY id LIMIT ").push_bind(limit);
        query.build_query_as().fetch_all(c).await
    })?;
    rows.into_iter().map(before).collect()
}

/// One message as it was read before; `None` if it is not applied.
///
/// # Errors
/// When the database does not answer.
pub async fn message(view: &mut View, id: i64) -> StoreResult<Option<Before>> {
    let row: Option<BeforeRow> = on_db!(view, c => {
        let mut query = QueryBuilder::new(BEFORE);
        query.push(" AND id = ").push_bind(id).build_query_as().fetch_optional(c).await
    })?;
    row.map(before).transpose()
}

/// A difference that was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// Message.
    pub message: i64,
    /// What it is.
    pub was: Kind,
    /// What the newer rules say.
    pub would_be: Kind,
    /// What differs besides the kind, in words.
    pub facts: String,
    /// `Waiting`, or `Left` at once.
    pub settled: Settled,
    /// Why it is left.
    pub why: &'static str,
}

/// Notes that messages up to one were looked at, and what differed. `Conflict` if another was first.
///
/// # Errors
/// When the database does not answer, or [`StoreError::Conflict`].
pub async fn compared(
    work: &mut Work,
    rereading: &Rereading,
    upto: i64,
    looked_at: i64,
    found: &[Found],
) -> StoreResult<()> {
    let done = on_db!(work, c => sqlx::query(
        "UPDATE rereading SET cursor_message = $3, done = done + $4
         WHERE id = $1 AND cursor_message = $2 AND state = 'comparing'",
    ).bind(rereading.id).bind(rereading.cursor).bind(upto).bind(looked_at).execute(c).await
        .map(|done| done.rows_affected()))?;
    if done != 1 {
        return Err(StoreError::Conflict);
    }
    for some in found.chunks(ROWS) {
        on_db!(work, c => {
            let mut query = QueryBuilder::new(
                "INSERT INTO rereading_change (rereading_id, message_id, was, would_be, facts, settled, why) ",
            );
            query.push_values(some, |mut row, one| {
                row.push_bind(rereading.id).push_bind(one.message).push_bind(one.was.as_str())
                    .push_bind(one.would_be.as_str()).push_bind(one.facts.as_str())
                    .push_bind(one.settled.as_str()).push_bind(one.why);
            });
            query.build().persistent(false).execute(c).await.map(drop)
        })?;
    }
    Ok(())
}

/// Messages whose difference waits, with the kind that the newer rules say, at most `limit`.
///
/// # Errors
/// When the database does not answer.
pub async fn waiting(view: &mut View, rereading: i64, limit: i64) -> StoreResult<Vec<(i64, Kind)>> {
    let rows: Vec<(i64, String)> = on_db!(view, c => sqlx::query_as(
        "SELECT message_id, would_be FROM rereading_change WHERE rereading_id = $1 AND settled = 'waiting'
         ORDER BY message_id LIMIT $2",
    ).bind(rereading).bind(limit).fetch_all(c).await)?;
    rows.into_iter().map(|(message, kind)| Ok((message, word(&kind, "rereading_change.would_be")?))).collect()
}

/// Notes what became of a difference. `Conflict` if another was first.
///
/// # Errors
/// When the database does not answer, or [`StoreError::Conflict`].
pub async fn settle(work: &mut Work, rereading: i64, message: i64, settled: Settled, why: &str) -> StoreResult<()> {
    let done = on_db!(work, c => sqlx::query(
        "UPDATE rereading_change SET settled = $3, why = $4
         WHERE rereading_id = $1 AND message_id = $2 AND settled = 'waiting'",
    ).bind(rereading).bind(message).bind(settled.as_str()).bind(why).execute(c).await
        .map(|done| done.rows_affected()))?;
    if done == 1 { Ok(()) } else { Err(StoreError::Conflict) }
}

/// How many messages go from one kind to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// What they were.
    pub was: Kind,
    /// What the newer rules say.
    pub would_be: Kind,
    /// What became of the differences.
    pub settled: Settled,
    /// How many.
    pub count: i64,
}

/// The differences in figures, the most first.
///
/// # Errors
/// When the database does not answer.
pub async fn sums(view: &mut View, rereading: i64) -> StoreResult<Vec<Sum>> {
    let rows: Vec<(String, String, String, i64)> = on_db!(view, c => sqlx::query_as(
        "SELECT was, would_be, settled, COUNT(*) AS many FROM rereading_change WHERE rereading_id = $1
         GROUP BY was, would_be, settled ORDER BY many DESC, was, would_be, settled",
    ).bind(rereading).fetch_all(c).await)?;
    rows.into_iter()
        .map(|(was, would_be, settled, count)| {
            Ok(Sum {
                was: word(&was, "rereading_change.was")?,
                would_be: word(&would_be, "rereading_change.would_be")?,
                settled: word(&settled, "rereading_change.settled")?,
                count,
            })
        })
        .collect()
}

/// A difference as the page shows it.
#[derive(Clone, Debug)]
pub struct Difference {
    /// Message.
    pub message: i64,
    /// Its subject.
    pub subject: String,
    /// Its ticket.
    pub ticket: Option<i64>,
    /// What it was.
    pub was: Kind,
    /// What the newer rules say.
    pub would_be: Kind,
    /// What differs besides the kind.
    pub facts: String,
    /// What became of it.
    pub settled: Settled,
    /// Why.
    pub why: String,
}

/// Differences after a message, in the order of messages, at most `limit`.
///
/// # Errors
/// When the database does not answer.
pub async fn differences(view: &mut View, rereading: i64, after: i64, limit: i64) -> StoreResult<Vec<Difference>> {
    type Shown = (i64, String, Option<i64>, String, String, String, String, String);
    let rows: Vec<Shown> = on_db!(view, c => sqlx::query_as(
        "SELECT change.message_id, subject, ticket_id, was, would_be, facts, settled, why FROM rereading_change AS change
         JOIN message ON message.id = change.message_id WHERE rereading_id = $1 AND change.message_id > $2
         ORDER BY change.message_id LIMIT $3",
    ).bind(rereading).bind(after).bind(limit).fetch_all(c).await)?;
    rows.into_iter()
        .map(|row| {
            Ok(Difference {
                message: row.0,
                subject: row.1,
                ticket: row.2,
                was: word(&row.3, "rereading_change.was")?,
                would_be: word(&row.4, "rereading_change.would_be")?,
                facts: row.5,
                settled: word(&row.6, "rereading_change.settled")?,
                why: row.7,
            })
        })
        .collect()
}
