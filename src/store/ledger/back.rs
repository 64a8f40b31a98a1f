//! Taking back an error that a message brought, read otherwise by now.

use crate::{
    domain::{address::fold, delivery::Delivery, time::Moment},
    store::{StoreResult, Work, clean, later::LedgerTotal, on_db},
};

/// Takes back one error. What is not there is not taken back.
///
/// # Errors
/// When the database does not answer.
pub async fn take_back(work: &mut Work, delivery: &Delivery, sender: &str, at: Moment) -> StoreResult<()> {
    let recipient = fold(&delivery.recipient);
    let sender = fold(sender);
    let (recipient, sender) = (clean(&recipient), clean(&sender));
    let left: Option<(i64, bool)> = on_db!(work, c => sqlx::query_as(
        "UPDATE ledger SET count = count - 1 WHERE recipient = $1 AND sender = $2 AND reason = $3 RETURNING count, known",
    ).bind(recipient.as_ref()).bind(sender.as_ref()).bind(delivery.reason.as_str()).fetch_optional(c).await)?;
    let Some((left, known)) = left else { return Ok(()) };
    if left == 0 {
        on_db!(work, c => sqlx::query("DELETE FROM ledger WHERE recipient = $1 AND sender = $2 AND reason = $3")
            .bind(recipient.as_ref()).bind(sender.as_ref()).bind(delivery.reason.as_str()).execute(c).await.map(drop))?;
    }
    let (gone, known) = (i64::from(left == 0), i64::from(known));
    super::pair::take_back(work, &recipient, &sender, at.secs() / 86_400).await?;
    on_db!(work, c => sqlx::query("UPDATE ledger_minute SET count = count - 1, known = known - $2 WHERE minute = $1 AND count > 0 AND known >= $2")
        .bind(at.secs() / 60).bind(known).execute(c).await.map(drop))?;
    let later = work.later();
    for (side, address) in [("recipient", recipient), ("sender", sender)] {
        let total = later.ledger_totals.entry((side, address.into_owned())).or_default();
        *total = LedgerTotal { count: total.count - 1, others: total.others - gone, last_at: total.last_at };
    }
    *later.ledger_days.entry(at.secs() / 86_400).or_default() -= 1;
    let hour = later.ledger_hours.entry(at.secs() / 3_600).or_default();
    *hour = (hour.0 - 1, hour.1 - known);
    work.count("ledger.errors", -1);
    Ok(())
}
