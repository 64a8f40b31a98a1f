//! Kept messages.

mod identity;

use std::collections::HashMap;

use sqlx::{FromRow, QueryBuilder};

pub(super) use self::identity::write_later;
pub use self::identity::{identity, identity_ticket, new_identities};

use super::{
    StoreError, StoreResult, View, Work,
    blob::{self, Packed},
    clean, on_db, word,
};
use crate::domain::{
    acknowledgement::{Acknowledgement, Decision},
    kind::Kind,
    message::{Outcome, Stage},
    reading::Reading,
    time::Moment,
};

/// Rows a statement: thirteen binds each at most, and `SQLite` allows 32,766.
const ROWS: usize = 500;

/// A message as lists show it.
#[derive(Clone, Debug)]
pub struct Message {
    /// Row id, the number in `/messages/{m}`.
    pub id: i64,
    /// Mailbox it came to.
    pub mailbox: i64,
    /// That mailbox's name.
    pub mailbox_name: String,
    /// SHA-256 of the bytes.
    pub sha256: Vec<u8>,
    /// Bytes.
    pub size: i64,
    /// INTERNALDATE.
    pub internal_date: Moment,
    /// When it was kept.
    pub kept_at: Moment,
    /// Where it stands.
    pub stage: Stage,
    /// What it is.
    pub kind: Kind,
    /// What became of it.
    pub outcome: Outcome,
    /// From's name.
    pub from_name: String,
    /// From's address.
    pub from_address: String,
    /// Subject.
    pub subject: String,
    /// Message-ID.
    pub message_id: String,
    /// Date.
    pub sent_at: Option<Moment>,
    /// Ticket it belongs to.
    pub ticket: Option<i64>,
    /// Whether it was acknowledged, and why.
    pub acknowledgement: Option<Acknowledgement>,
    /// Why it could not be imported.
    pub trouble: String,
}

#[derive(FromRow)]
struct Row {
    id: i64,
    mailbox_id: i64,
    mailbox_name: String,
    sha256: Vec<u8>,
    size: i64,
    internal_date: i64,
    kept_at: i64,
    stage: String,
    kind: String,
    outcome: String,
    from_name: String,
    from_address: String,
    subject: String,
    message_id: String,
    sent_at: Option<i64>,
    ticket_id: Option<i64>,
    acknowledgement: String,
    acknowledgement_reason: String,
    trouble: String,
}

const SELECT: &str =
    "SELECT message.id, mailbox_id, mailbox.name AS mailbox_name, sha256, size, internal_date, kept_at,
    stage, kind, outcome, from_name, from_address, subject, message_id, sent_at, ticket_id, acknowledgement,
    acknowledgement_reason, message.trouble FROM message JOIN mailbox ON mailbox.id = message.mailbox_id";

fn message(row: Row) -> StoreResult<Message> {
    let acknowledgement = if row.acknowledgement.is_empty() {
        None
    } else {
        let decision: Decision = word(&row.acknowledgement, "message.acknowledgement")?;
        Some(Acknowledgement { decision, reason: row.acknowledgement_reason })
    };
    Ok(Message {
        id: row.id,
        mailbox: row.mailbox_id,
        mailbox_name: row.mailbox_name,
        sha256: row.sha256,
        size: row.size,
        internal_date: Moment::from_millis(row.internal_date),
        kept_at: Moment::from_millis(row.kept_at),
        stage: word(&row.stage, "message.stage")?,
        kind: word(&row.kind, "message.kind")?,
        outcome: word(&row.outcome, "message.outcome")?,
        from_name: row.from_name,
        from_address: row.from_address,
        subject: row.subject,
        message_id: row.message_id,
        sent_at: row.sent_at.map(Moment::from_millis),
        ticket: row.ticket_id,
        acknowledgement,
        trouble: row.trouble,
    })
}

/// What became of keeping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// New bytes.
    New(i64),
    /// Known bytes in this mailbox: a further sighting.
    Known(i64),
}

impl Kept {
    /// The message's id.
    #[must_use]
    pub const fn id(self) -> i64 {
        match self {
            Self::New(id) | Self::Known(id) => id,
        }
    }
}

/// Bytes to keep as a message.
#[derive(Clone, Copy, Debug)]
pub struct Keep<'a> {
    /// The bytes.
    pub packed: &'a Packed,
    /// The whole message's size; of one over the limit only the header fields are packed.
    pub size: i64,
    /// INTERNALDATE.
    pub internal_date: Moment,
    /// Where it stands at first.
    pub stage: Stage,
}

/// Keeps bytes as a message of a mailbox, before anything of them is read.
///
/// `size` is the whole message's; for one over the limit only the header fields are packed.
///
/// # Errors
/// When the database does not answer or is full.
pub async fn keep(
    work: &mut Work,
    mailbox: i64,
    packed: &Packed,
    size: i64,
    internal_date: Moment,
    stage: Stage,
    now: Moment,
) -> StoreResult<Kept> {
    let kept = keep_all(work, mailbox, &[Keep { packed, size, internal_date, stage }], now).await?;
    kept.first().copied().ok_or(StoreError::Conflict)
}

/// Keeps a batch; gives what became of each, in its order. Bytes that come twice are new once.
///
/// # Errors
/// When the database does not answer or is full.
pub async fn keep_all(work: &mut Work, mailbox: i64, batch: &[Keep<'_>], now: Moment) -> StoreResult<Vec<Kept>> {
    let mut kept = Vec::with_capacity(batch.len());
    for some in batch.chunks(ROWS) {
        blob::keep_all(work, some.iter().map(|one| one.packed)).await?;
        let new: Vec<(i64, Vec<u8>)> = on_db!(work, c => {
            let mut query = QueryBuilder::new("INSERT INTO message (mailbox_id, sha256, size, internal_date, kept_at, stage) ");
            query.push_values(some, |mut row, one| {
                row.push_bind(mailbox).push_bind(&one.packed.sha256[..]).push_bind(one.size)
                    .push_bind(one.internal_date.millis()).push_bind(now.millis()).push_bind(one.stage.as_str());
            });
            query.push(" ON CONFLICT (mailbox_id, sha256) DO NOTHING RETURNING id, sha256");
            query.build_query_as().persistent(false).fetch_all(c).await
        })?;
        let mut new: HashMap<Vec<u8>, i64> = new.into_iter().map(|(id, sha256)| (sha256, id)).collect();
        for one in some {
            if let Some(id) = new.remove(&one.packed.sha256[..]) {
                work.count(format!("message.stage.{}", one.stage), 1);
                kept.push(Kept::New(id));
            } else {
                kept.push(Kept::Known(
                    on_db!(work, c => sqlx::query_scalar("SELECT id FROM message WHERE mailbox_id = $1 AND sha256 = $2")
                    .bind(mailbox).bind(&one.packed.sha256[..]).fetch_one(c).await)?,
                ));
            }
        }
    }
    Ok(kept)
}

/// What reading and deciding found, written once.
#[derive(Clone, Debug)]
pub struct Applied<'a> {
    /// The reading.
    pub reading: &'a Reading,
    /// What became of the message.
    pub outcome: Outcome,
    /// Ticket it belongs to.
    pub ticket: Option<i64>,
    /// The decision about an acknowledgement.
    pub acknowledgement: &'a Acknowledgement,
}

/// Marks a message as applied. `Conflict` if it was applied already.
///
/// # Errors
/// When the database does not answer, or [`StoreError::Conflict`].
pub async fn apply(work: &mut Work, id: i64, from: Stage, applied: &Applied<'_>) -> StoreResult<()> {
    apply_all(work, &[(id, from, applied.clone())]).await
}

/// Marks a batch as applied. `Conflict` if one of them was applied already; then the work must not be committed.
///
/// # Errors
/// When the database does not answer, or [`StoreError::Conflict`].
pub async fn apply_all(work: &mut Work, batch: &[(i64, Stage, Applied<'_>)]) -> StoreResult<()> {
    for some in batch.chunks(ROWS) {
        let done = on_db!(work, c => {
            let mut query = QueryBuilder::new(
                "UPDATE message SET stage = 'applied', kind = column3, outcome = column4, from_name = column5,
                     from_address = column6, subject = column7, message_id = column8, sent_at = column9,
                     ticket_id = column10, acknowledgement = column11, acknowledgement_reason = column12,
                     reading = column13, trouble = '' FROM (",
            );
            query.push_values(some, |mut row, (id, from, applied)| {
                let (reading, arrival) = (applied.reading, &applied.reading.arrival);
                let json = serde_json::to_string(reading).unwrap_or_default();
                row.push_bind(*id).push_bind(from.as_str()).push_bind(reading.kind.as_str())
                    .push_bind(applied.outcome.as_str()).push_bind(clean(&arrival.from.name))
                    .push_bind(clean(&arrival.from.address)).push_bind(clean(&arrival.subject))
                    .push_bind(clean(arrival.message_id.as_deref().unwrap_or_default()))
                    .push_bind(arrival.date.map(Moment::millis)).push_bind(applied.ticket)
                    .push_bind(applied.acknowledgement.decision.as_str())
                    .push_bind(clean(&applied.acknowledgement.reason)).push_bind(clean(&json).into_owned());
            });
            query.push(") AS applied WHERE message.id = column1 AND message.stage = column2");
            query.build().persistent(false).execute(c).await.map(|done| done.rows_affected())
        })?;
        if usize::try_from(done) != Ok(some.len()) {
            return Err(StoreError::Conflict);
        }
    }
    for (_, from, applied) in batch {
        work.count(format!("message.stage.{from}"), -1);
        work.count("message.stage.applied", 1);
        work.count(format!("message.kind.{}", applied.reading.kind), 1);
        work.count(format!("message.outcome.{}", applied.outcome), 1);
    }
    Ok(())
}

/// Moves a message to another stage, with the trouble in words. `Conflict` if it is not at `from`.
///
/// # Errors
/// When the database does not answer, or [`StoreError::Conflict`].
pub async fn restage(work: &mut Work, id: i64, from: Stage, to: Stage, trouble: &str) -> StoreResult<()> {
    let done = on_db!(work, c => sqlx::query(
        "UPDATE message SET stage = $3, trouble = $4, attempts = attempts + 1 WHERE id = $1 AND stage = $2",
    ).bind(id).bind(from.as_str()).bind(to.as_str()).bind(clean(trouble)).execute(c).await
        .map(|done| done.rows_affected()))?;
    if done != 1 {
        return Err(StoreError::Conflict);
    }
    work.count(format!("message.stage.{from}"), -1);
    work.count(format!("message.stage.{to}"), 1);
    Ok(())
}

/// Notes kind and outside of a message that was not imported whole, with the trouble in words. The kind counts: a
/// quarantine notice is for authorised postmasters only, imported or not (D12).
///
/// # Errors
/// When the database does not answer.
pub async fn describe(work: &mut Work, id: i64, reading: &Reading, trouble: &str) -> StoreResult<()> {
    let arrival = &reading.arrival;
    on_db!(work, c => sqlx::query(
        "UPDATE message SET from_name = $2, from_address = $3, subject = $4, message_id = $5, sent_at = $6, trouble = $7,
             kind = $8 WHERE id = $1",
    ).bind(id).bind(clean(&arrival.from.name)).bind(clean(&arrival.from.address)).bind(clean(&arrival.subject))
        .bind(clean(arrival.message_id.as_deref().unwrap_or_default())).bind(arrival.date.map(Moment::millis))
        .bind(clean(trouble)).bind(reading.kind.as_str()).execute(c).await.map(drop))?;
    Ok(())
}

/// Puts a message under a ticket by hand. `Conflict` if its outcome is not `old` any more.
///
/// # Errors
/// When the database does not answer, or [`StoreError::Conflict`].
pub async fn set_ticket(work: &mut Work, id: i64, ticket: i64, old: Outcome, new: Outcome) -> StoreResult<()> {
    let done = on_db!(work, c => sqlx::query("UPDATE message SET ticket_id = $2, outcome = $3 WHERE id = $1 AND outcome = $4")
        .bind(id).bind(ticket).bind(new.as_str()).bind(old.as_str()).execute(c).await.map(|done| done.rows_affected()))?;
    if done != 1 {
        return Err(StoreError::Conflict);
    }
    work.count(format!("message.outcome.{old}"), -1);
    work.count(format!("message.outcome.{new}"), 1);
    Ok(())
}

/// Changes the kind by hand. `Conflict` if it is not `old` any more.
///
/// # Errors
/// When the database does not answer, or [`StoreError::Conflict`].
pub async fn set_kind(work: &mut Work, id: i64, old: Kind, new: Kind) -> StoreResult<()> {
    let done = on_db!(work, c => sqlx::query("UPDATE message SET kind = $2 WHERE id = $1 AND kind = $3")
        .bind(id).bind(new.as_str()).bind(old.as_str()).execute(c).await.map(|done| done.rows_affected()))?;
    if done != 1 {
        return Err(StoreError::Conflict);
    }
    work.count(format!("message.kind.{old}"), -1);
    work.count(format!("message.kind.{new}"), 1);
    Ok(())
}

/// Puts a newer reading in the place of the kept one. `Conflict` if its kind is not `old` any more.
///
/// # Errors
/// When the database does not answer, or [`StoreError::Conflict`].
pub async fn reread(work: &mut Work, id: i64, old: Kind, reading: &Reading) -> StoreResult<()> {
    let json = serde_json::to_string(reading).unwrap_or_default();
    let done = on_db!(work, c => sqlx::query("UPDATE message SET kind = $2, reading = $4 WHERE id = $1 AND kind = $3")
        .bind(id).bind(reading.kind.as_str()).bind(old.as_str()).bind(clean(&json)).execute(c).await
        .map(|done| done.rows_affected()))?;
    if done != 1 {
        return Err(StoreError::Conflict);
    }
    work.count(format!("message.kind.{old}"), -1);
    work.count(format!("message.kind.{}", reading.kind), 1);
    Ok(())
}

/// Changes what became of a message. `Conflict` if it is not `old` any more.
///
/// # Errors
/// When the database does not answer, or [`StoreError::Conflict`].
pub async fn set_outcome(work: &mut Work, id: i64, old: Outcome, new: Outcome) -> StoreResult<()> {
    let done = on_db!(work, c => sqlx::query("UPDATE message SET outcome = $2 WHERE id = $1 AND outcome = $3")
        .bind(id).bind(new.as_str()).bind(old.as_str()).execute(c).await.map(|done| done.rows_affected()))?;
    if done != 1 {
        return Err(StoreError::Conflict);
    }
    work.count(format!("message.outcome.{old}"), -1);
    work.count(format!("message.outcome.{new}"), 1);
    Ok(())
}

/// Writes a new decision about the acknowledgement.
///
/// # Errors
/// When the database does not answer.
pub async fn set_acknowledgement(work: &mut Work, id: i64, decided: &Acknowledgement) -> StoreResult<()> {
    on_db!(work, c => sqlx::query("UPDATE message SET acknowledgement = $2, acknowledgement_reason = $3 WHERE id = $1")
        .bind(id).bind(decided.decision.as_str()).bind(clean(&decided.reason)).execute(c).await.map(drop))?;
    Ok(())
}

/// One message.
///
/// # Errors
/// When the database does not answer.
pub async fn get(view: &mut View, id: i64) -> StoreResult<Option<Message>> {
    let row: Option<Row> = on_db!(view, c => {
        let mut query = sqlx::QueryBuilder::new(SELECT);
        query.push(" WHERE message.id = ").push_bind(id);
        query.build_query_as().fetch_optional(c).await
    })?;
    row.map(message).transpose()
}

/// The kept reading of a message; `None` if there is none yet.
///
/// # Errors
/// When the database does not answer.
pub async fn reading(view: &mut View, id: i64) -> StoreResult<Option<Reading>> {
    let json: Option<String> = on_db!(view, c => sqlx::query_scalar("SELECT reading FROM message WHERE id = $1")
        .bind(id).fetch_optional(c).await)?;
    Ok(json.and_then(|json| serde_json::from_str(&json).ok()))
}

/// Which messages a list shows.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of one mailbox.
    pub mailbox: Option<i64>,
    /// Of one kind.
    pub kind: Option<Kind>,
    /// Of one outcome.
    pub outcome: Option<Outcome>,
    /// Of one stage.
    pub stage: Option<Stage>,
    /// Of one ticket.
    pub ticket: Option<i64>,
    /// Whether quarantine notices are shown too (authorised postmasters only, D12).
    pub quarantine: bool,
}

/// Messages below an id, newest first, at most `limit`.
///
/// # Errors
/// When the database does not answer.
pub async fn list(view: &mut View, filter: &Filter, before: i64, limit: i64) -> StoreResult<Vec<Message>> {
    let rows: Vec<Row> = on_db!(view, c => {
        let mut query = sqlx::QueryBuilder::new(SELECT);
        query.push(" WHERE message.id < ").push_bind(before);
        if let Some(mailbox) = filter.mailbox {
            query.push(" AND mailbox_id = ").push_bind(mailbox);
        }
        if let Some(kind) = filter.kind {
            query.push(" AND kind = ").push_bind(kind.as_str());
        }
        if let Some(outcome) = filter.outcome {
            query.push(" AND outcome = ").push_bind(outcome.as_str());
        }
        if let Some(stage) = filter.stage {
            query.push(" AND stage = ").push_bind(stage.as_str());
        }
        if let Some(ticket) = filter.ticket {
            query.push(" AND ticket_id = ").push_bind(ticket);
        }
        if !filter.quarantine {
            query.push(" AND kind <> 'quarantine_notice'");
        }
        query.push(" ORDER BY message.id DESC LIMIT ").push_bind(limit);
        query.build_query_as().fetch_all(c).await
    })?;
    rows.into_iter().map(message).collect()
}

/// The message that opened a ticket; none for one that a person entered.
///
/// # Errors
/// When the database does not answer.
pub async fn opening(view: &mut View, ticket: i64) -> StoreResult<Option<Message>> {
    let row: Option<Row> = on_db!(view, c => {
        let mut query = sqlx::QueryBuilder::new(SELECT);
        query.push(" WHERE ticket_id = ").push_bind(ticket);
        // Not to be looked up by outcome: nearly all messages of some mailboxes opened a ticket, and PostgreSQL knows
        // that only after it has gathered statistics.
        query.push(" AND COALESCE(outcome, '') = ").push_bind(Outcome::Opened.as_str());
        query.push(" ORDER BY message.id LIMIT 1").build_query_as().fetch_optional(c).await
    })?;
    row.map(message).transpose()
}

/// Messages of a mailbox that were kept but not applied, oldest first: what a crash left.
///
/// # Errors
/// When the database does not answer.
pub async fn waiting(view: &mut View, mailbox: i64, limit: i64) -> StoreResult<Vec<Message>> {
    let rows: Vec<Row> = on_db!(view, c => {
        let mut query = sqlx::QueryBuilder::new(SELECT);
        query.push(" WHERE stage = 'kept' AND mailbox_id = ").push_bind(mailbox)
            .push(" ORDER BY message.id LIMIT ").push_bind(limit);
        query.build_query_as().fetch_all(c).await
    })?;
    rows.into_iter().map(message).collect()
}
