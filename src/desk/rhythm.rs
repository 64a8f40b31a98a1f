//! What the ledger's rhythm and pairs are counted from when the program first keeps them: the reports that are there.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    domain::{
        address::fold,
        delivery::Action,
        site::Site,
        surge::{Count, MEMORY_HOURS},
        time::Moment,
    },
    store::{self, StoreResult, Work},
};

/// Says that it was done.
const DONE: &str = "ledger_counted";
/// Reports at once.
const BATCH: i64 = 500;
/// Days of pairs.
const PAIRS: Duration = Duration::from_hours(90 * 24);

/// Counts hours and pairs of what came into the ledger before they were kept; nothing if that was done. Of two processes
/// that start at once, one counts and the other waits for it.
///
/// # Errors
/// When the database does not answer.
pub async fn count(work: &mut Work, site: &Site, now: Moment) -> StoreResult<()> {
    let mine = now.millis().to_string();
    if store::setting::get(work, DONE).await?.is_some() || store::setting::get_or_set(work, DONE, &mine).await? != mine
    {
        return Ok(());
    }
    let memory = now.minus(Duration::from_hours(u64::try_from(MEMORY_HOURS).unwrap_or(0)));
    let mut hours: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
    let mut pairs: BTreeMap<(String, String, i64), i64> = BTreeMap::new();
    let mut after = 0;
    loop {
        let entered = store::ledger::entered_since(work, memory.min(now.minus(PAIRS)), after, BATCH).await?;
        let Some((last, _)) = entered.last() else { break };
        after = *last;
        for (message, at) in entered {
            let Some(reading) = store::message::reading(work, message).await? else { continue };
            let sender = fold(reading.returned_sender.as_deref().unwrap_or_default());
            for delivery in reading.deliveries.iter().filter(|delivery| delivery.action == Action::Failed) {
                let hour = hours.entry(at.secs() / 3_600).or_default();
                *hour = (hour.0 + 1, hour.1 + i64::from(site.knows(&delivery.recipient)));
                if site.serves(&delivery.recipient) && !sender.is_empty() {
                    let pair = (fold(&delivery.recipient), sender.clone(), at.secs() / 86_400);
                    *pairs.entry(pair).or_default() += 1;
                }
            }
        }
    }
    let hours: Vec<Count> = hours.into_iter().map(|(at, (all, known))| Count { at, all, known }).collect();
    store::ledger::add_hours(work, &hours).await?;
    for ((recipient, sender, day), errors) in pairs {
        store::ledger::note_pair(work, &recipient, &sender, day, errors).await?;
    }
    Ok(())
}
