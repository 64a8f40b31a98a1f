//! What became worse, and the ticket that says so: one for a domain and a cause.

use crate::{
    domain::{report::worse::Cause, time::Moment},
    store::{StoreResult, View, Work, clean, on_db, word},
};

/// Something that became worse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concern {
    /// The served domain.
    pub domain: String,
    /// What.
    pub cause: Cause,
    /// Its ticket.
    pub ticket: i64,
    /// The newest figures, in words.
    pub words: String,
    /// When it was first noticed.
    pub since: Moment,
    /// The last day on which the ticket was told.
    pub noted_day: i64,
    /// When it was last found to hold.
    pub last_at: Moment,
}

type Row = (String, String, i64, String, i64, i64, i64);

fn of((domain, cause, ticket, words, since, noted_day, last_at): Row) -> StoreResult<Concern> {
    Ok(Concern {
        domain,
        cause: word(&cause, "report_concern.cause")?,
        ticket,
        words,
        since: Moment::from_millis(since),
        noted_day,
        last_at: Moment::from_millis(last_at),
    })
}

/// One concern.
///
/// # Errors
/// When the database does not answer.
pub async fn concern(view: &mut View, domain: &str, cause: Cause) -> StoreResult<Option<Concern>> {
    let row: Option<Row> = on_db!(view, c => sqlx::query_as(
        "SELECT domain, cause, ticket_id, words, since_at, noted_day, last_at FROM report_concern WHERE domain = $1 AND cause = $2",
    ).bind(clean(domain)).bind(cause.as_str()).fetch_optional(c).await)?;
    row.map(of).transpose()
}

/// Writes a concern, or how it stands now.
///
/// # Errors
/// When the database does not answer.
pub async fn note_concern(work: &mut Work, concern: &Concern) -> StoreResult<()> {
    on_db!(work, c => sqlx::query(
        "INSERT INTO report_concern (domain, cause, ticket_id, words, since_at, noted_day, last_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (domain, cause) DO UPDATE SET ticket_id = excluded.ticket_id, words = excluded.words,
             since_at = excluded.since_at, noted_day = excluded.noted_day, last_at = excluded.last_at",
    ).bind(clean(&concern.domain)).bind(concern.cause.as_str()).bind(concern.ticket).bind(clean(&concern.words))
        .bind(concern.since.millis()).bind(concern.noted_day).bind(concern.last_at.millis()).execute(c).await.map(drop))?;
    Ok(())
}

/// The concerns of a domain whose ticket is open, the newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn concerns(view: &mut View, domain: &str) -> StoreResult<Vec<Concern>> {
    let rows: Vec<Row> = on_db!(view, c => sqlx::query_as(
        "SELECT domain, cause, ticket_id, words, since_at, noted_day, last_at FROM report_concern
         JOIN ticket ON ticket.number = ticket_id WHERE domain = $1 AND ticket.state <> 'closed' ORDER BY since_at DESC, cause",
    ).bind(clean(domain)).fetch_all(c).await)?;
    rows.into_iter().map(of).collect()
}

/// How many concerns with an open ticket each domain has.
///
/// # Errors
/// When the database does not answer.
pub async fn open_concerns(view: &mut View) -> StoreResult<Vec<(String, i64)>> {
    Ok(on_db!(view, c => sqlx::query_as(
        "SELECT domain, COUNT(*) FROM report_concern JOIN ticket ON ticket.number = ticket_id
         WHERE ticket.state <> 'closed' GROUP BY domain ORDER BY domain",
    ).fetch_all(c).await)?)
}
