//! Delivery errors by (recipient, sender, reason), with counts (D4). No ticket each.
//!
//! [`add`] writes one error; what is counted from it (totals, days, hours, minutes) is written at the end of the work.

mod add;
mod back;
mod pair;
mod rhythm;

use sqlx::FromRow;

pub(super) use self::add::write_later;
pub use self::{
    add::{NewError, add},
    back::take_back,
    pair::{Persistent, errors_of_pair, forget_days, note_pair, of_ticket, pair_ticket, raised},
    rhythm::{add_hours, entered_since, forget_minutes, hours, minutes, watched_since},
};

use super::{StoreResult, View, clean, on_db, word};
use crate::domain::{
    delivery::{Acts, Group, Reason},
    time::Moment,
};

/// Columns of a line.
const SELECT: &str = "SELECT id, ledger.recipient, ledger.sender, reason, reason_group, acts, served, known, ledger.count, first_at, last_at,
    status, diagnostic, last_message_id, ticket_id FROM ledger LEFT JOIN ledger_pair
    ON ledger_pair.recipient = ledger.recipient AND ledger_pair.sender = ledger.sender WHERE TRUE";

/// One line of the ledger.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Row id.
    pub id: i64,
    /// Address that could not be reached.
    pub recipient: String,
    /// Who wrote to it.
    pub sender: String,
    /// Fine reason.
    pub reason: Reason,
    /// Its group.
    pub group: Group,
    /// Who must act.
    pub acts: Acts,
    /// Whether the recipient is in a served domain.
    pub served: bool,
    /// Whether the recipient was known to be valid when the last error came.
    pub known: bool,
    /// How often.
    pub count: i64,
    /// First time.
    pub first_at: Moment,
    /// Last time.
    pub last_at: Moment,
    /// Last enhanced status.
    pub status: String,
    /// Last diagnostic.
    pub diagnostic: String,
    /// Last report.
    pub last_message: Option<i64>,
    /// The ticket that this sender's persistence made.
    pub ticket: Option<i64>,
}

#[derive(FromRow)]
struct Row {
    id: i64,
    recipient: String,
    sender: String,
    reason: String,
    reason_group: String,
    acts: String,
    served: bool,
    known: bool,
    count: i64,
    first_at: i64,
    last_at: i64,
    status: String,
    diagnostic: String,
    last_message_id: Option<i64>,
    ticket_id: Option<i64>,
}

fn entry(row: Row) -> StoreResult<Entry> {
    Ok(Entry {
        id: row.id,
        recipient: row.recipient,
        sender: row.sender,
        reason: word(&row.reason, "ledger.reason")?,
        group: word(&row.reason_group, "ledger.reason_group")?,
        acts: word(&row.acts, "ledger.acts")?,
        served: row.served,
        known: row.known,
        count: row.count,
        first_at: Moment::from_millis(row.first_at),
        last_at: Moment::from_millis(row.last_at),
        status: row.status,
        diagnostic: row.diagnostic,
        last_message: row.last_message_id,
        ticket: row.ticket_id,
    })
}

/// Which lines are shown.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of one recipient (folded).
    pub recipient: Option<String>,
    /// Of one sender (folded).
    pub sender: Option<String>,
    /// Of one group.
    pub group: Option<Group>,
    /// Of one fine reason.
    pub reason: Option<Reason>,
    /// Of one domain of recipients (folded).
    pub domain: Option<String>,
    /// With their last error then or later.
    pub since: Option<Moment>,
    /// About known addresses only.
    pub known: bool,
}

/// Lines of the ledger, latest first, after (`last_at`, id) of the page before.
///
/// # Errors
/// When the database does not answer.
pub async fn list(view: &mut View, filter: &Filter, after: Option<(i64, i64)>, limit: i64) -> StoreResult<Vec<Entry>> {
    let rows: Vec<Row> = on_db!(view, c => {
        let mut query = sqlx::QueryBuilder::new(SELECT);
        if let Some(recipient) = &filter.recipient {
            query.push(" AND ledger.recipient = ").push_bind(clean(recipient));
        }
        if let Some(sender) = &filter.sender {
            query.push(" AND ledger.sender = ").push_bind(clean(sender));
        }
        if let Some(domain) = &filter.domain {
            query.push(" AND recipient_domain = ").push_bind(clean(domain));
        }
        if let Some(group) = filter.group {
            query.push(" AND reason_group = ").push_bind(group.as_str());
        }
        if let Some(reason) = filter.reason {
            query.push(" AND reason = ").push_bind(reason.as_str());
        }
        if let Some(since) = filter.since {
            query.push(" AND last_at >= ").push_bind(since.millis());
        }
        if filter.known {
            query.push(" AND known");
        }
        if let Some((last_at, id)) = after {
            query.push(" AND (last_at, id) < (").push_bind(last_at).push(", ").push_bind(id).push(")");
        }
        query.push(" ORDER BY last_at DESC, id DESC LIMIT ").push_bind(limit);
        query.build_query_as().fetch_all(c).await
    })?;
    rows.into_iter().map(entry).collect()
}

/// One address's total.
#[derive(Clone, Debug, FromRow)]
pub struct Total {
    /// Recipient or sender.
    pub address: String,
    /// Errors.
    pub count: i64,
    /// Lines of the ledger it stands in.
    pub others: i64,
    /// Last time (ms).
    pub last_at: i64,
}

/// Totals by `recipient` or `sender`, the most first, after (count, address) of the page before.
///
/// # Errors
/// When the database does not answer.
pub async fn totals(view: &mut View, side: &str, after: Option<(i64, String)>, limit: i64) -> StoreResult<Vec<Total>> {
    Ok(on_db!(view, c => {
        let mut query = sqlx::QueryBuilder::new("SELECT address, count, others, last_at FROM ledger_total WHERE side = ");
        query.push_bind(side);
        if let Some((count, address)) = &after {
            query.push(" AND (count, address) < (").push_bind(*count).push(", ").push_bind(clean(address)).push(")");
        }
        query.push(" ORDER BY count DESC, address DESC LIMIT ").push_bind(limit);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// Errors by day (days since 1970-01-01), from `from` on.
///
/// # Errors
/// When the database does not answer.
pub async fn days(view: &mut View, from: i64) -> StoreResult<Vec<(i64, i64)>> {
    Ok(on_db!(view, c => sqlx::query_as("SELECT day, count FROM ledger_day WHERE day >= $1 ORDER BY day")
        .bind(from).fetch_all(c).await)?)
}
