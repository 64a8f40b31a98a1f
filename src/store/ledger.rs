//! Delivery errors by (recipient, sender, reason), with counts (D4). No ticket each.

use sqlx::{FromRow, QueryBuilder};

use super::{StoreResult, View, Work, clean, later::LedgerTotal, on_db, word};
use crate::domain::{
    delivery::{Acts, Delivery, Group, Reason},
    time::Moment,
};

/// Rows a statement.
const ROWS: usize = 500;

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
    count: i64,
    first_at: i64,
    last_at: i64,
    status: String,
    diagnostic: String,
    last_message_id: Option<i64>,
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
        count: row.count,
        first_at: Moment::from_millis(row.first_at),
        last_at: Moment::from_millis(row.last_at),
        status: row.status,
        diagnostic: row.diagnostic,
        last_message: row.last_message_id,
    })
}

/// Adds one error.
///
/// # Errors
/// When the database does not answer.
pub async fn add(
    work: &mut Work,
    delivery: &Delivery,
    sender: &str,
    served: bool,
    message: i64,
    at: Moment,
) -> StoreResult<()> {
    let recipient = crate::domain::address::fold(&delivery.recipient);
    let sender = crate::domain::address::fold(sender);
    let (recipient, sender) = (clean(&recipient), clean(&sender));
    let count: i64 = on_db!(work, c => sqlx::query_scalar(
        "INSERT INTO ledger (recipient, sender, reason, reason_group, acts, served, count, first_at, last_at, status,
             diagnostic, last_message_id) VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $7, $8, $9, $10)
         ON CONFLICT (recipient, sender, reason) DO UPDATE SET count = ledger.count + 1, acts = excluded.acts,
             last_at = CASE WHEN ledger.last_at < excluded.last_at THEN excluded.last_at ELSE ledger.last_at END,
             status = excluded.status, diagnostic = excluded.diagnostic, last_message_id = excluded.last_message_id
         RETURNING count",
    ).bind(recipient.as_ref()).bind(sender.as_ref()).bind(delivery.reason.as_str()).bind(delivery.group.as_str())
        .bind(delivery.acts.as_str()).bind(served).bind(at.millis()).bind(clean(delivery.status.as_deref().unwrap_or_default()))
        .bind(clean(delivery.diagnostic.as_deref().unwrap_or_default())).bind(message).fetch_one(c).await)?;
    let new_pair = i64::from(count == 1);
    let later = work.later();
    for (side, address) in [("recipient", recipient), ("sender", sender)] {
        let total = later.ledger_totals.entry((side, address.into_owned())).or_default();
        let LedgerTotal { count, others, last_at } = *total;
        *total = LedgerTotal { count: count + 1, others: others + new_pair, last_at: last_at.max(at.millis()) };
    }
    *later.ledger_days.entry(at.secs() / 86_400).or_default() += 1;
    work.count("ledger.errors", 1);
    Ok(())
}

/// Writes the totals that wait. The days come last and in order, as the totals do.
pub(super) async fn write_later(work: &mut Work) -> StoreResult<()> {
    let totals: Vec<_> = std::mem::take(&mut work.later().ledger_totals).into_iter().collect();
    for some in totals.chunks(ROWS) {
        on_db!(work, c => {
            let mut query = QueryBuilder::new("INSERT INTO ledger_total (side, address, count, others, last_at) ");
            query.push_values(some, |mut row, ((side, address), total)| {
                row.push_bind(*side).push_bind(address.as_str()).push_bind(total.count).push_bind(total.others)
                    .push_bind(total.last_at);
            });
            query.push(
                " ON CONFLICT (side, address) DO UPDATE SET count = ledger_total.count + excluded.count,
                      others = ledger_total.others + excluded.others,
                      last_at = CASE WHEN ledger_total.last_at < excluded.last_at THEN excluded.last_at ELSE ledger_total.last_at END",
            );
            query.build().persistent(false).execute(c).await.map(drop)
        })?;
    }
    // An address of which every error was taken back is in no list.
    for ((side, address), _) in totals.iter().filter(|(_, total)| total.count < 0) {
        on_db!(work, c => sqlx::query("DELETE FROM ledger_total WHERE side = $1 AND address = $2 AND count <= 0")
            .bind(*side).bind(address.as_str()).execute(c).await.map(drop))?;
    }
    for (day, count) in std::mem::take(&mut work.later().ledger_days) {
        on_db!(work, c => sqlx::query(
            "INSERT INTO ledger_day (day, count) VALUES ($1, $2)
             ON CONFLICT (day) DO UPDATE SET count = ledger_day.count + excluded.count",
        ).bind(day).bind(count).execute(c).await.map(drop))?;
    }
    Ok(())
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
}

/// Lines of the ledger, latest first, after (`last_at`, id) of the page before.
///
/// # Errors
/// When the database does not answer.
pub async fn list(view: &mut View, filter: &Filter, after: Option<(i64, i64)>, limit: i64) -> StoreResult<Vec<Entry>> {
    let rows: Vec<Row> = on_db!(view, c => {
        let mut query = sqlx::QueryBuilder::new(
            "SELECT id, recipient, sender, reason, reason_group, acts, served, count, first_at, last_at, status, diagnostic,
             last_message_id FROM ledger WHERE TRUE",
        );
        if let Some(recipient) = &filter.recipient {
            query.push(" AND recipient = ").push_bind(clean(recipient));
        }
        if let Some(sender) = &filter.sender {
            query.push(" AND sender = ").push_bind(clean(sender));
        }
        if let Some(group) = filter.group {
            query.push(" AND reason_group = ").push_bind(group.as_str());
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

/// Takes back one error that a message brought, read otherwise by now. What is not there is not taken back.
///
/// # Errors
/// When the database does not answer.
pub async fn take_back(work: &mut Work, delivery: &Delivery, sender: &str, at: Moment) -> StoreResult<()> {
    let recipient = crate::domain::address::fold(&delivery.recipient);
    let sender = crate::domain::address::fold(sender);
    let (recipient, sender) = (clean(&recipient), clean(&sender));
    let left: Option<i64> = on_db!(work, c => sqlx::query_scalar(
        "UPDATE ledger SET count = count - 1 WHERE recipient = $1 AND sender = $2 AND reason = $3 RETURNING count",
    ).bind(recipient.as_ref()).bind(sender.as_ref()).bind(delivery.reason.as_str()).fetch_optional(c).await)?;
    let Some(left) = left else { return Ok(()) };
    if left == 0 {
        on_db!(work, c => sqlx::query("DELETE FROM ledger WHERE recipient = $1 AND sender = $2 AND reason = $3")
            .bind(recipient.as_ref()).bind(sender.as_ref()).bind(delivery.reason.as_str()).execute(c).await.map(drop))?;
    }
    let gone = i64::from(left == 0);
    let later = work.later();
    for (side, address) in [("recipient", recipient), ("sender", sender)] {
        let total = later.ledger_totals.entry((side, address.into_owned())).or_default();
        *total = LedgerTotal { count: total.count - 1, others: total.others - gone, last_at: total.last_at };
    }
    *later.ledger_days.entry(at.secs() / 86_400).or_default() -= 1;
    work.count("ledger.errors", -1);
    Ok(())
}
