//! Tickets. Every change raises the version; a form that carries an older one meets `Conflict`.

use sqlx::FromRow;

use super::{StoreError, StoreResult, View, Work, clean, on_db, word};
use crate::domain::{
    kind::Kind,
    ticket::{CLOSED_RANK, Channel, LinkKind, Priority, State, Ticket, rank},
    time::Moment,
};

#[derive(FromRow)]
struct Row {
    number: i64,
    kind: String,
    state: String,
    subject: String,
    priority: String,
    owner_id: Option<i64>,
    owner_name: Option<String>,
    reporter: String,
    reporter_name: String,
    channel: String,
    opened_at: i64,
    updated_at: i64,
    acknowledged_at: Option<i64>,
    closed_at: Option<i64>,
    unreachable: bool,
    messages: i64,
    version: i64,
}

const SELECT: &str = "SELECT number, kind, state, subject, priority, owner_id, account.name AS owner_name, reporter,
    reporter_name, channel, opened_at, updated_at, acknowledged_at, closed_at, unreachable, messages, ticket.version
    FROM ticket LEFT JOIN account ON account.id = ticket.owner_id";

fn ticket(row: Row) -> StoreResult<Ticket> {
    Ok(Ticket {
        number: row.number,
        kind: word(&row.kind, "ticket.kind")?,
        state: word(&row.state, "ticket.state")?,
        subject: row.subject,
        priority: word(&row.priority, "ticket.priority")?,
        owner: row.owner_id,
        owner_name: row.owner_name,
        reporter: row.reporter,
        reporter_name: row.reporter_name,
        channel: word(&row.channel, "ticket.channel")?,
        opened_at: Moment::from_millis(row.opened_at),
        updated_at: Moment::from_millis(row.updated_at),
        acknowledged_at: row.acknowledged_at.map(Moment::from_millis),
        closed_at: row.closed_at.map(Moment::from_millis),
        unreachable: row.unreachable,
        messages: row.messages,
        version: row.version,
    })
}

/// A ticket about to be opened.
#[derive(Clone, Debug)]
pub struct NewTicket<'a> {
    /// What it is about.
    pub kind: Kind,
    /// One line.
    pub subject: &'a str,
    /// How much it presses.
    pub priority: Priority,
    /// Who brought it; empty if unknown.
    pub reporter: &'a str,
    /// The reporter's name.
    pub reporter_name: &'a str,
    /// How it reached us.
    pub channel: Channel,
    /// The mailbox it came to; answers leave from there.
    pub mailbox: Option<i64>,
    /// When.
    pub now: Moment,
}

fn counts(work: &mut Work, kind: Kind, state: State, delta: i64) {
    work.count(format!("ticket.{state}"), delta);
    work.count(format!("ticket.{state}.{kind}"), delta);
}

/// Opens a ticket and gives its number.
///
/// # Errors
/// When the database does not answer.
pub async fn open(work: &mut Work, new: &NewTicket<'_>) -> StoreResult<i64> {
    let number: i64 = on_db!(work, c => sqlx::query_scalar(
        "INSERT INTO ticket (kind, state, sort_rank, subject, priority, reporter, reporter_name, channel, mailbox_id,
             opened_at, updated_at) VALUES ($1, 'new', $2, $3, $4, $5, $6, $7, $8, $9, $9) RETURNING number",
    ).bind(new.kind.as_str()).bind(rank(new.kind, State::New, new.priority)).bind(clean(new.subject))
        .bind(new.priority.as_str()).bind(clean(new.reporter)).bind(clean(new.reporter_name))
        .bind(new.channel.as_str()).bind(new.mailbox).bind(new.now.millis()).fetch_one(c).await)?;
    counts(work, new.kind, State::New, 1);
    if !new.reporter.is_empty() {
        add_participant(work, number, new.reporter).await?;
    }
    Ok(number)
}

/// One ticket.
///
/// # Errors
/// When the database does not answer.
pub async fn get(view: &mut View, number: i64) -> StoreResult<Option<Ticket>> {
    let row: Option<Row> = on_db!(view, c => {
        let mut query = sqlx::QueryBuilder::new(SELECT);
        query.push(" WHERE number = ").push_bind(number);
        query.build_query_as().fetch_optional(c).await
    })?;
    row.map(ticket).transpose()
}

/// The mailbox a ticket's answers leave from.
///
/// # Errors
/// When the database does not answer.
pub async fn mailbox(view: &mut View, number: i64) -> StoreResult<Option<i64>> {
    let id: Option<Option<i64>> = on_db!(view, c => sqlx::query_scalar("SELECT mailbox_id FROM ticket WHERE number = $1")
        .bind(number).fetch_optional(c).await)?;
    Ok(id.flatten())
}

/// The changeable part of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it is about.
    pub kind: Kind,
    /// Where it stands.
    pub state: State,
    /// How much it presses.
    pub priority: Priority,
    /// Owner's account id.
    pub owner: Option<i64>,
}

impl From<&Ticket> for Change {
    fn from(t: &Ticket) -> Self {
        Self { kind: t.kind, state: t.state, priority: t.priority, owner: t.owner }
    }
}

/// Changes a ticket that is still as `old` was read. Clocks never become earlier.
///
/// # Errors
/// [`StoreError::Conflict`] if somebody was first.
pub async fn change(work: &mut Work, old: &Ticket, new: Change, now: Moment) -> StoreResult<()> {
    let at = now.max(old.updated_at).millis();
    let acknowledged =
        old.acknowledged_at.map(Moment::millis).or_else(|| (new.state == State::Acknowledged).then_some(at));
    let closed = if new.state == State::Closed { old.closed_at.map(Moment::millis).or(Some(at)) } else { None };
    let done = on_db!(work, c => sqlx::query(
        "UPDATE ticket SET kind = $3, state = $4, sort_rank = $5, priority = $6, owner_id = $7, acknowledged_at = $8,
             closed_at = $9, updated_at = $10, version = version + 1
         WHERE number = $1 AND version = $2",
    ).bind(old.number).bind(old.version).bind(new.kind.as_str()).bind(new.state.as_str())
        .bind(rank(new.kind, new.state, new.priority)).bind(new.priority.as_str()).bind(new.owner).bind(acknowledged)
        .bind(closed).bind(at).execute(c).await.map(|done| done.rows_affected()))?;
    if done != 1 {
        return Err(StoreError::Conflict);
    }
    if (old.kind, old.state) != (new.kind, new.state) {
        counts(work, old.kind, old.state, -1);
        counts(work, new.kind, new.state, 1);
    }
    Ok(())
}

/// A message joined: counts it, and notes the time. The version grows, so that a form made before is told.
///
/// # Errors
/// When the database does not answer.
pub async fn joined(work: &mut Work, number: i64, now: Moment) -> StoreResult<()> {
    on_db!(work, c => sqlx::query(
        "UPDATE ticket SET messages = messages + 1, version = version + 1,
             updated_at = CASE WHEN updated_at < $2 THEN $2 ELSE updated_at END WHERE number = $1",
    ).bind(number).bind(now.millis()).execute(c).await.map(drop))?;
    Ok(())
}

/// Something happened that changes no field but is worth a look.
///
/// # Errors
/// When the database does not answer.
pub async fn touch(work: &mut Work, number: i64, now: Moment) -> StoreResult<()> {
    on_db!(work, c => sqlx::query(
        "UPDATE ticket SET updated_at = CASE WHEN updated_at < $2 THEN $2 ELSE updated_at END WHERE number = $1",
    ).bind(number).bind(now.millis()).execute(c).await.map(drop))?;
    Ok(())
}

/// Mail to the reporter failed for good.
///
/// # Errors
/// When the database does not answer.
pub async fn set_unreachable(work: &mut Work, number: i64, now: Moment) -> StoreResult<()> {
    on_db!(work, c => sqlx::query("UPDATE ticket SET unreachable = TRUE, updated_at = CASE WHEN updated_at < $2 THEN $2 ELSE updated_at END WHERE number = $1")
        .bind(number).bind(now.millis()).execute(c).await.map(drop))?;
    Ok(())
}

/// An account was disabled: its tickets become unowned.
///
/// # Errors
/// When the database does not answer.
pub async fn disown(work: &mut Work, account: i64) -> StoreResult<()> {
    on_db!(work, c => sqlx::query("UPDATE ticket SET owner_id = NULL, version = version + 1 WHERE owner_id = $1")
        .bind(account).execute(c).await.map(drop))?;
    Ok(())
}

/// Which tickets a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// In one state; none means all that are open.
    pub state: Option<State>,
    /// Also the closed ones, when no state is named.
    pub closed_too: bool,
    /// Of one kind.
    pub kind: Option<Kind>,
    /// Of one owner.
    pub owner: Option<i64>,
    /// Of nobody.
    pub unowned: bool,
    /// By one reporter (folded address).
    pub reporter: Option<String>,
    /// With one tag.
    pub tag: Option<String>,
    /// Only these numbers (a search's findings).
    pub numbers: Option<Vec<i64>>,
    /// Whether tickets of quarantine notices are shown too (authorised postmasters only, D12).
    pub quarantine: bool,
}

/// Where a page of the list ends: the next one begins after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// Rank of the last line.
    pub rank: i64,
    /// When it was opened (ms).
    pub opened_at: i64,
    /// Its number.
    pub number: i64,
}

impl Key {
    /// The key of a line.
    #[must_use]
    pub const fn of(t: &Ticket) -> Self {
        Self { rank: rank(t.kind, t.state, t.priority), opened_at: t.opened_at.millis(), number: t.number }
    }
}

/// Tickets in the order of what is owed, at most `limit`, after a key.
///
/// # Errors
/// When the database does not answer.
pub async fn list(view: &mut View, filter: &Filter, after: Option<Key>, limit: i64) -> StoreResult<Vec<Ticket>> {
    let rows: Vec<Row> = on_db!(view, c => {
        let mut query = sqlx::QueryBuilder::new(SELECT);
        query.push(" WHERE TRUE");
        if let Some(state) = filter.state {
            query.push(" AND state = ").push_bind(state.as_str());
        } else if !filter.closed_too {
            query.push(" AND sort_rank < ").push_bind(CLOSED_RANK);
        }
        if let Some(kind) = filter.kind {
            query.push(" AND kind = ").push_bind(kind.as_str());
        }
        if !filter.quarantine {
            query.push(" AND kind <> 'quarantine_notice'");
        }
        if let Some(owner) = filter.owner {
            query.push(" AND owner_id = ").push_bind(owner);
        }
        if filter.unowned {
            query.push(" AND owner_id IS NULL");
        }
        if let Some(reporter) = &filter.reporter {
            query.push(" AND reporter = ").push_bind(clean(reporter));
        }
        if let Some(tag) = &filter.tag {
            query.push(" AND number IN (SELECT ticket_id FROM ticket_tag WHERE tag = ").push_bind(clean(tag)).push(")");
        }
        if let Some(numbers) = &filter.numbers {
            query.push(" AND number IN (0");
            for number in numbers {
                query.push(", ").push_bind(*number);
            }
            query.push(")");
        }
        if let Some(key) = after {
            query.push(" AND (sort_rank, opened_at, number) > (").push_bind(key.rank).push(", ")
                .push_bind(key.opened_at).push(", ").push_bind(key.number).push(")");
        }
        // A plan that walks all tickets in their order until it met the few of one person looks cheap to PostgreSQL
        // while it has no statistics, as after a first import. A sum cannot be walked.
        let few = filter.reporter.is_some() || filter.numbers.is_some();
        query.push(if few { " ORDER BY sort_rank + 0" } else { " ORDER BY sort_rank" });
        query.push(", opened_at, number LIMIT ").push_bind(limit);
        query.build_query_as().fetch_all(c).await
    })?;
    rows.into_iter().map(ticket).collect()
}

/// Adds somebody who takes part, by folded address.
///
/// # Errors
/// When the database does not answer.
pub async fn add_participant(work: &mut Work, number: i64, address: &str) -> StoreResult<()> {
    on_db!(work, c => sqlx::query(
        "INSERT INTO participant (ticket_id, address) VALUES ($1, $2) ON CONFLICT (ticket_id, address) DO NOTHING",
    ).bind(number).bind(clean(address)).execute(c).await.map(drop))?;
    Ok(())
}

/// Whether an address takes part in a ticket.
///
/// # Errors
/// When the database does not answer.
pub async fn takes_part(view: &mut View, number: i64, address: &str) -> StoreResult<bool> {
    let found: Option<i64> = on_db!(view, c => sqlx::query_scalar(
        "SELECT ticket_id FROM participant WHERE ticket_id = $1 AND address = $2",
    ).bind(number).bind(clean(address)).fetch_optional(c).await)?;
    Ok(found.is_some())
}

/// Who takes part, at most 50.
///
/// # Errors
/// When the database does not answer.
pub async fn participants(view: &mut View, number: i64) -> StoreResult<Vec<String>> {
    Ok(
        on_db!(view, c => sqlx::query_scalar("SELECT address FROM participant WHERE ticket_id = $1 ORDER BY address LIMIT 50")
        .bind(number).fetch_all(c).await)?,
    )
}

/// A ticket's tags.
///
/// # Errors
/// When the database does not answer.
pub async fn tags(view: &mut View, number: i64) -> StoreResult<Vec<String>> {
    Ok(on_db!(view, c => sqlx::query_scalar("SELECT tag FROM ticket_tag WHERE ticket_id = $1 ORDER BY tag")
        .bind(number).fetch_all(c).await)?)
}

/// Tags of many tickets: (ticket, tag), by ticket and tag.
///
/// # Errors
/// When the database does not answer.
pub async fn tags_of(view: &mut View, numbers: &[i64]) -> StoreResult<Vec<(i64, String)>> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on_db!(view, c => {
        let mut query = sqlx::QueryBuilder::new("SELECT ticket_id, tag FROM ticket_tag WHERE ticket_id IN (");
        let mut list = query.separated(", ");
        for number in numbers {
            list.push_bind(*number);
        }
        query.push(") ORDER BY ticket_id, tag").build_query_as().fetch_all(c).await
    })?)
}

/// Sets a ticket's tags.
///
/// # Errors
/// When the database does not answer.
pub async fn set_tags(work: &mut Work, number: i64, tags: &[String]) -> StoreResult<()> {
    on_db!(work, c => sqlx::query("DELETE FROM ticket_tag WHERE ticket_id = $1").bind(number).execute(c).await.map(drop))?;
    for tag in tags {
        on_db!(work, c => sqlx::query(
            "INSERT INTO ticket_tag (ticket_id, tag) VALUES ($1, $2) ON CONFLICT (ticket_id, tag) DO NOTHING",
        ).bind(number).bind(clean(tag)).execute(c).await.map(drop))?;
    }
    Ok(())
}

/// A link as the ticket page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// How they stand to each other.
    pub kind: LinkKind,
    /// Whether this ticket is the one that points.
    pub outward: bool,
    /// The other ticket.
    pub number: i64,
    /// Its subject.
    pub subject: String,
    /// Its state.
    pub state: State,
    /// What it is about.
    pub of: Kind,
}

/// Links one ticket to another; `false` if they were linked so.
///
/// # Errors
/// When the database does not answer.
pub async fn link(work: &mut Work, from: i64, to: i64, kind: LinkKind) -> StoreResult<bool> {
    let done = on_db!(work, c => sqlx::query(
        "INSERT INTO ticket_link (from_id, to_id, kind) VALUES ($1, $2, $3) ON CONFLICT (from_id, to_id, kind) DO NOTHING",
    ).bind(from).bind(to).bind(kind.as_str()).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(done == 1)
}

/// Takes a link back; `false` if there was none.
///
/// # Errors
/// When the database does not answer.
pub async fn unlink(work: &mut Work, from: i64, to: i64, kind: LinkKind) -> StoreResult<bool> {
    let done = on_db!(work, c => sqlx::query("DELETE FROM ticket_link WHERE from_id = $1 AND to_id = $2 AND kind = $3")
        .bind(from).bind(to).bind(kind.as_str()).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(done == 1)
}

/// A ticket's links in both directions, at most 50.
///
/// # Errors
/// When the database does not answer.
pub async fn links(view: &mut View, number: i64) -> StoreResult<Vec<Link>> {
    let rows: Vec<(String, bool, i64, String, String, String)> = on_db!(view, c => sqlx::query_as(
        "SELECT ticket_link.kind, TRUE AS outward, number, subject, state, ticket.kind FROM ticket_link JOIN ticket ON number = to_id
         WHERE from_id = $1
         UNION ALL
         SELECT ticket_link.kind, FALSE AS outward, number, subject, state, ticket.kind FROM ticket_link JOIN ticket ON number = from_id
         WHERE to_id = $1 ORDER BY 3 LIMIT 50",
    ).bind(number).fetch_all(c).await)?;
    rows.into_iter()
        .map(|(kind, outward, number, subject, state, of)| {
            Ok(Link {
                kind: word(&kind, "ticket_link.kind")?,
                outward,
                number,
                subject,
                state: word(&state, "ticket.state")?,
                of: word(&of, "ticket.kind")?,
            })
        })
        .collect()
}

/// The open ticket in which this reporter lately wrote of one of these matters.
///
/// # Errors
/// When the database does not answer.
pub async fn of_matter(view: &mut View, reporter: &str, about: &[String], since: Moment) -> StoreResult<Option<i64>> {
    if about.is_empty() {
        return Ok(None);
    }
    Ok(on_db!(view, c => {
        let mut query = sqlx::QueryBuilder::new("SELECT ticket_id FROM matter JOIN ticket ON number = ticket_id WHERE matter.reporter = ");
        query.push_bind(clean(reporter)).push(" AND state <> 'closed' AND seen_at >= ").push_bind(since.millis()).push(" AND about IN (");
        let mut list = query.separated(", ");
        for one in about {
            list.push_bind(clean(one));
        }
        query.push(") ORDER BY ticket_id LIMIT 1").build_query_scalar().fetch_optional(c).await
    })?)
}

/// Notes that this reporter wrote of these matters in this ticket.
///
/// # Errors
/// When the database does not answer.
pub async fn note_matter(
    work: &mut Work,
    reporter: &str,
    about: &[String],
    ticket: i64,
    now: Moment,
) -> StoreResult<()> {
    // One row of each, in one order, so that two works cannot wait for each other.
    let about: std::collections::BTreeSet<_> = about.iter().map(|one| clean(one)).collect();
    if about.is_empty() {
        return Ok(());
    }
    on_db!(work, c => {
        let mut query = sqlx::QueryBuilder::new("INSERT INTO matter (reporter, about, ticket_id, seen_at) ");
        query.push_values(&about, |mut row, one| {
            row.push_bind(clean(reporter)).push_bind(one.as_ref()).push_bind(ticket).push_bind(now.millis());
        });
        query.push(" ON CONFLICT (reporter, about) DO UPDATE SET ticket_id = excluded.ticket_id, seen_at = excluded.seen_at");
        query.build().persistent(false).execute(c).await.map(drop)
    })?;
    Ok(())
}
