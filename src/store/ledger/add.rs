//! Adding one error, and what is counted from it at the end of the work.

use std::time::Duration;

use sqlx::QueryBuilder;

use crate::{
    domain::{
        address::{domain_of, fold},
        delivery::Delivery,
        surge::Count,
        time::Moment,
    },
    store::{StoreResult, Work, clean, later::LedgerTotal, on_db},
};

/// Rows a statement.
const ROWS: usize = 500;
/// Older errors are not counted by the minute: no window reaches back so far.
const MINUTES: Duration = Duration::from_hours(48);

/// An error about to be added.
#[derive(Clone, Copy, Debug)]
pub struct NewError<'a> {
    /// What the report says of the recipient.
    pub delivery: &'a Delivery,
    /// Who wrote to it; empty if unknown.
    pub sender: &'a str,
    /// Whether the recipient is in a served domain.
    pub served: bool,
    /// Whether the recipient is known to be valid.
    pub known: bool,
    /// The report.
    pub message: i64,
    /// When it came.
    pub at: Moment,
    /// The present.
    pub now: Moment,
}

/// Adds one error.
///
/// # Errors
/// When the database does not answer.
pub async fn add(work: &mut Work, new: &NewError<'_>) -> StoreResult<()> {
    let (delivery, at) = (new.delivery, new.at);
    let (recipient, sender) = (fold(&delivery.recipient), fold(new.sender));
    let domain = domain_of(&recipient).unwrap_or_default();
    let (recipient, sender) = (clean(&recipient), clean(&sender));
    let count: i64 = on_db!(work, c => sqlx::query_scalar(
        "INSERT INTO ledger (recipient, sender, reason, reason_group, acts, served, count, first_at, last_at, status,
             diagnostic, last_message_id, recipient_domain, known) VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (recipient, sender, reason) DO UPDATE SET count = ledger.count + 1, acts = excluded.acts,
             last_at = CASE WHEN ledger.last_at < excluded.last_at THEN excluded.last_at ELSE ledger.last_at END,
             status = excluded.status, diagnostic = excluded.diagnostic, last_message_id = excluded.last_message_id,
             recipient_domain = excluded.recipient_domain, known = excluded.known
         RETURNING count",
    ).bind(recipient.as_ref()).bind(sender.as_ref()).bind(delivery.reason.as_str()).bind(delivery.group.as_str())
        .bind(delivery.acts.as_str()).bind(new.served).bind(at.millis()).bind(clean(delivery.status.as_deref().unwrap_or_default()))
        .bind(clean(delivery.diagnostic.as_deref().unwrap_or_default())).bind(new.message).bind(clean(&domain)).bind(new.known)
        .fetch_one(c).await)?;
    let new_pair = i64::from(count == 1);
    let later = work.later();
    for (side, address) in [("recipient", recipient), ("sender", sender)] {
        let total = later.ledger_totals.entry((side, address.into_owned())).or_default();
        let LedgerTotal { count, others, last_at } = *total;
        *total = LedgerTotal { count: count + 1, others: others + new_pair, last_at: last_at.max(at.millis()) };
    }
    *later.ledger_days.entry(at.secs() / 86_400).or_default() += 1;
    let known = i64::from(new.known);
    let hour = later.ledger_hours.entry(at.secs() / 3_600).or_default();
    *hour = (hour.0 + 1, hour.1 + known);
    if at >= new.now.minus(MINUTES) {
        let minute = later.ledger_minutes.entry(at.secs() / 60).or_default();
        *minute = (minute.0 + 1, minute.1 + known);
    }
    later.ledger_filled = true;
    work.count("ledger.errors", 1);
    Ok(())
}

/// Writes the counts that wait: totals, days, hours, minutes, each in order, so that two works cannot wait for each other.
pub(in crate::store) async fn write_later(work: &mut Work) -> StoreResult<()> {
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
    let counted = |(at, (all, known)): (i64, (i64, i64))| Count { at, all, known };
    let hours: Vec<Count> = std::mem::take(&mut work.later().ledger_hours).into_iter().map(counted).collect();
    let minutes: Vec<Count> = std::mem::take(&mut work.later().ledger_minutes).into_iter().map(counted).collect();
    super::add_hours(work, &hours).await?;
    super::rhythm::add_minutes(work, &minutes).await
}
