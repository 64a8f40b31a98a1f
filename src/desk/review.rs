//! The daily review of the mailbox (D3), noted by who did it.

use crate::{
    access::Postmaster,
    domain::{
        event::{NewEvent, What},
        time::Moment,
    },
    store::{self, StoreResult, Work},
};

/// Notes that a person has gone through what waits, on a day of the site's calendar. The first of a day stays.
///
/// # Errors
/// When the database does not answer.
pub async fn review(work: &mut Work, may: &Postmaster, day: i64, waiting: i64, now: Moment) -> StoreResult<bool> {
    let first = store::duty::review(work, day, may.account_id(), waiting, now).await?;
    if first {
        let why = if waiting == 1 { "1 ticket waiting".to_owned() } else { format!("{waiting} tickets waiting") };
        work.event(NewEvent::new(now, may.actor(), What::ReviewDone, why));
    }
    Ok(first)
}
