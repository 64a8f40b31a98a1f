//! Outgoing mail: written in the transaction that caused it, with its Message-ID fixed; claimed, sent, settled.

use sqlx::FromRow;

use super::{StoreError, StoreResult, View, Work, clean, dialect, on_db, word};
use crate::domain::{
    outgoing::{OutboxState, Purpose},
    time::Moment,
};

/// An outgoing mail as stored.
#[derive(Clone, Debug)]
pub struct Outbound {
    /// Row id; stands in its Message-ID.
    pub id: i64,
    /// What it is for.
    pub purpose: Purpose,
    /// Where it stands.
    pub state: OutboxState,
    /// Ticket it belongs to.
    pub ticket: Option<i64>,
    /// Message it answers.
    pub answers: Option<i64>,
    /// Its Message-ID, without angle brackets.
    pub mail_id: String,
    /// The one recipient.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Envelope sender; `None` is the null path.
    pub envelope_from: Option<String>,
    /// When it was written.
    pub created_at: Moment,
    /// When it is due.
    pub due_at: Moment,
    /// When trying ends.
    pub give_up_at: Moment,
    /// Tries so far, this one included.
    pub attempts: i64,
    /// The server's last words.
    pub answer: String,
    /// Which relay accepted or refused it.
    pub relay: String,
    /// When it was settled.
    pub settled_at: Option<Moment>,
    /// The process that has it in hand; empty if none.
    pub claimed_by: String,
}

#[derive(FromRow)]
struct Row {
    id: i64,
    purpose: String,
    state: String,
    ticket_id: Option<i64>,
    answers_id: Option<i64>,
    mail_id: String,
    to_address: String,
    subject: String,
    null_sender: bool,
    sender: String,
    created_at: i64,
    due_at: i64,
    give_up_at: i64,
    attempts: i64,
    answer: String,
    relay: String,
    settled_at: Option<i64>,
    claimed_by: String,
}

const SELECT: &str =
    "SELECT id, purpose, state, ticket_id, answers_id, mail_id, to_address, subject, null_sender, sender,
    created_at, due_at, give_up_at, attempts, answer, relay, settled_at, claimed_by FROM outbox";

fn outbound(row: Row) -> StoreResult<Outbound> {
    Ok(Outbound {
        id: row.id,
        purpose: word(&row.purpose, "outbox.purpose")?,
        state: word(&row.state, "outbox.state")?,
        ticket: row.ticket_id,
        answers: row.answers_id,
        mail_id: row.mail_id,
        to: row.to_address,
        subject: row.subject,
        envelope_from: (!row.null_sender).then_some(row.sender),
        created_at: Moment::from_millis(row.created_at),
        due_at: Moment::from_millis(row.due_at),
        give_up_at: Moment::from_millis(row.give_up_at),
        attempts: row.attempts,
        answer: row.answer,
        relay: row.relay,
        settled_at: row.settled_at.map(Moment::from_millis),
        claimed_by: row.claimed_by,
    })
}

/// An outgoing mail about to be written.
#[derive(Clone, Debug)]
pub struct NewOutbound<'a> {
    /// What it is for.
    pub purpose: Purpose,
    /// Ticket it belongs to.
    pub ticket: Option<i64>,
    /// Message it answers.
    pub answers: Option<i64>,
    /// The one recipient.
    pub to: &'a str,
    /// Subject.
    pub subject: &'a str,
    /// Envelope sender; `None` is the null path.
    pub envelope_from: Option<&'a str>,
    /// Who wrote it, if a person did.
    pub author: Option<i64>,
    /// When it was written.
    pub now: Moment,
    /// When it is due.
    pub due_at: Moment,
    /// When trying ends.
    pub give_up_at: Moment,
}

/// Reserves the row, whose id goes into the Message-ID; [`fill`] adds the bytes in the same transaction.
///
/// # Errors
/// When the database does not answer.
pub async fn reserve(work: &mut Work, new: &NewOutbound<'_>) -> StoreResult<i64> {
    let id = on_db!(work, c => sqlx::query_scalar(
        "INSERT INTO outbox (purpose, state, ticket_id, answers_id, to_address, subject, null_sender, sender, body,
             author_id, created_at, due_at, give_up_at)
         VALUES ($1, 'queued', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id",
    ).bind(new.purpose.as_str()).bind(new.ticket).bind(new.answers).bind(clean(new.to)).bind(clean(new.subject))
        .bind(new.envelope_from.is_none()).bind(clean(new.envelope_from.unwrap_or_default())).bind(&b""[..]).bind(new.author)
        .bind(new.now.millis()).bind(new.due_at.millis()).bind(new.give_up_at.millis()).fetch_one(c).await)?;
    work.count("outbox.queued", 1);
    work.outbox_filled();
    Ok(id)
}

/// Adds Message-ID and bytes to a reserved row.
///
/// # Errors
/// When the database does not answer.
pub async fn fill(work: &mut Work, id: i64, mail_id: &str, body: &[u8]) -> StoreResult<()> {
    on_db!(work, c => sqlx::query("UPDATE outbox SET mail_id = $2, body = $3 WHERE id = $1")
        .bind(id).bind(mail_id).bind(body).execute(c).await.map(drop))?;
    Ok(())
}

/// Claims due mail for one sender; each row is claimed once.
///
/// # Errors
/// When the database does not answer.
pub async fn claim(work: &mut Work, claimer: &str, now: Moment, limit: i64) -> StoreResult<Vec<i64>> {
    let text = dialect::claim_outbox(work);
    let mut ids: Vec<i64> = on_db!(work, c => sqlx::query_scalar(text)
        .bind(now.millis()).bind(claimer).bind(limit).fetch_all(c).await)?;
    ids.sort_unstable();
    let taken = i64::try_from(ids.len()).unwrap_or(0);
    work.count("outbox.queued", -taken);
    work.count("outbox.sending", taken);
    Ok(ids)
}

/// What is in hand of processes that no longer hold their own lease (`process NAME`), at most 500.
///
/// # Errors
/// When the database does not answer.
pub async fn abandoned(view: &mut View, claimer: &str, now: Moment) -> StoreResult<Vec<Outbound>> {
    let now = dialect::lease_now(view, now.millis()).await?;
    let rows: Vec<Row> = on_db!(view, c => {
        let mut query = sqlx::QueryBuilder::new(SELECT);
        query.push(" WHERE state = 'sending' AND claimed_by <> ").push_bind(claimer)
            .push(" AND NOT EXISTS (SELECT 1 FROM lease WHERE name = 'process ' || claimed_by AND expires_at > ")
            .push_bind(now).push(") ORDER BY id LIMIT 500");
        query.build_query_as().fetch_all(c).await
    })?;
    rows.into_iter().map(outbound).collect()
}

/// What is in hand of this process.
///
/// # Errors
/// When the database does not answer.
pub async fn claimed(view: &mut View, claimer: &str) -> StoreResult<Vec<Outbound>> {
    let rows: Vec<Row> = on_db!(view, c => {
        let mut query = sqlx::QueryBuilder::new(SELECT);
        query.push(" WHERE state = 'sending' AND claimed_by = ").push_bind(claimer).push(" ORDER BY id LIMIT 500");
        query.build_query_as().fetch_all(c).await
    })?;
    rows.into_iter().map(outbound).collect()
}

/// How a try ended.
#[derive(Clone, Debug)]
pub struct Settled<'a> {
    /// New state.
    pub state: OutboxState,
    /// When it is due again, for `queued`.
    pub due_at: Moment,
    /// The server's words, or ours about the connection.
    pub answer: &'a str,
    /// Which relay.
    pub relay: &'a str,
    /// When.
    pub now: Moment,
}

/// Stores how a try ended. `Conflict` if the row is not in state `from`.
///
/// # Errors
/// When the database does not answer, or [`StoreError::Conflict`].
pub async fn settle(work: &mut Work, id: i64, from: OutboxState, settled: &Settled<'_>) -> StoreResult<()> {
    settle_try(work, id, from, None, settled).await
}

/// Stores how the try ended that was claimed as `mail`. `Conflict` if another process has taken it over since: a sender
/// that was frozen must not settle its successor's try.
///
/// # Errors
/// When the database does not answer, or [`StoreError::Conflict`].
pub async fn settle_claimed(work: &mut Work, mail: &Outbound, settled: &Settled<'_>) -> StoreResult<()> {
    settle_try(work, mail.id, OutboxState::Sending, Some(mail), settled).await
}

/// The try is named by who claimed it and by its number; `None` is whichever it is. The number alone would not do: a
/// person who sends a mail again begins to count anew.
async fn settle_try(
    work: &mut Work,
    id: i64,
    from: OutboxState,
    claimed: Option<&Outbound>,
    settled: &Settled<'_>,
) -> StoreResult<()> {
    let at = (!matches!(settled.state, OutboxState::Queued | OutboxState::Sending)).then_some(settled.now.millis());
    let done = on_db!(work, c => sqlx::query(
        "UPDATE outbox SET state = $3, due_at = $4, answer = $5, relay = $6, settled_at = $7, claimed_by = ''
         WHERE id = $1 AND state = $2 AND ($8 < 0 OR (attempts = $8 AND claimed_by = $9))",
    ).bind(id).bind(from.as_str()).bind(settled.state.as_str()).bind(settled.due_at.millis()).bind(clean(settled.answer))
        .bind(clean(settled.relay)).bind(at).bind(claimed.map_or(-1, |mail| mail.attempts))
        .bind(claimed.map_or("", |mail| &mail.claimed_by)).execute(c).await.map(|done| done.rows_affected()))?;
    if done != 1 {
        return Err(StoreError::Conflict);
    }
    work.count(format!("outbox.{from}"), -1);
    work.count(format!("outbox.{}", settled.state), 1);
    if settled.state == OutboxState::Queued {
        work.outbox_filled();
    }
    Ok(())
}

/// One outgoing mail.
///
/// # Errors
/// When the database does not answer.
pub async fn get(view: &mut View, id: i64) -> StoreResult<Option<Outbound>> {
    let row: Option<Row> = on_db!(view, c => {
        let mut query = sqlx::QueryBuilder::new(SELECT);
        query.push(" WHERE id = ").push_bind(id);
        query.build_query_as().fetch_optional(c).await
    })?;
    row.map(outbound).transpose()
}

/// An outgoing mail's bytes.
///
/// # Errors
/// When the database does not answer.
pub async fn body(view: &mut View, id: i64) -> StoreResult<Option<Vec<u8>>> {
    Ok(on_db!(view, c => sqlx::query_scalar("SELECT body FROM outbox WHERE id = $1").bind(id).fetch_optional(c).await)?)
}

/// A ticket's outgoing mail, oldest first, at most 500.
///
/// # Errors
/// When the database does not answer.
pub async fn of_ticket(view: &mut View, ticket: i64) -> StoreResult<Vec<Outbound>> {
    let rows: Vec<Row> = on_db!(view, c => {
        let mut query = sqlx::QueryBuilder::new(SELECT);
        query.push(" WHERE ticket_id = ").push_bind(ticket).push(" ORDER BY id LIMIT 500");
        query.build_query_as().fetch_all(c).await
    })?;
    rows.into_iter().map(outbound).collect()
}

/// Outgoing mail below an id, newest first; in one state if named.
///
/// # Errors
/// When the database does not answer.
pub async fn list(view: &mut View, state: Option<OutboxState>, before: i64, limit: i64) -> StoreResult<Vec<Outbound>> {
    let rows: Vec<Row> = on_db!(view, c => {
        let mut query = sqlx::QueryBuilder::new(SELECT);
        query.push(" WHERE id < ").push_bind(before);
        if let Some(state) = state {
            query.push(" AND state = ").push_bind(state.as_str());
        }
        query.push(" ORDER BY id DESC LIMIT ").push_bind(limit);
        query.build_query_as().fetch_all(c).await
    })?;
    rows.into_iter().map(outbound).collect()
}

/// When the next queued mail is due, `None` if none waits.
///
/// # Errors
/// When the database does not answer.
pub async fn next_due(view: &mut View) -> StoreResult<Option<Moment>> {
    let due: Option<i64> = on_db!(view, c => sqlx::query_scalar(
        "SELECT due_at FROM outbox WHERE state = 'queued' ORDER BY due_at LIMIT 1",
    ).fetch_optional(c).await)?;
    Ok(due.map(Moment::from_millis))
}

/// Whether a message was answered by mail of ours already, in any state but discarded.
///
/// # Errors
/// When the database does not answer.
pub async fn answered(view: &mut View, ticket: i64) -> StoreResult<bool> {
    let found: Option<i64> = on_db!(view, c => sqlx::query_scalar(
        "SELECT id FROM outbox WHERE ticket_id = $1 AND state <> 'discarded' LIMIT 1",
    ).bind(ticket).fetch_optional(c).await)?;
    Ok(found.is_some())
}

/// Every queued mail becomes due now, for a person who pressed `Try now`.
///
/// # Errors
/// [`StoreError::Conflict`] if the mail is not waiting or refused.
pub async fn retry(work: &mut Work, id: i64, from: OutboxState, now: Moment, give_up_at: Moment) -> StoreResult<()> {
    on_db!(work, c => sqlx::query("UPDATE outbox SET give_up_at = $2, attempts = 0 WHERE id = $1")
        .bind(id).bind(give_up_at.millis()).execute(c).await.map(drop))?;
    settle(work, id, from, &Settled { state: OutboxState::Queued, due_at: now, answer: "", relay: "", now }).await
}
