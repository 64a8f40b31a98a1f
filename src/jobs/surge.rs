//! Watches the rate of delivery errors (D6): every minute, and soon after some were added. By one process only.

use std::{sync::Arc, time::Duration};

use super::{Stop, leases::Leases};
use crate::{
    desk::{letterhead::Letterhead, surge},
    store::{self, StoreResult, lease::Lease},
};

const EVERY: Duration = Duration::from_mins(1);
/// Errors that come together are looked at together.
const GATHER: Duration = Duration::from_secs(2);

/// Runs until told to stop.
pub async fn run(leases: Leases, head: Arc<Letterhead>, stop: Stop) {
    while let Some(lease) = leases.wait("surge", &stop).await {
        let work = async {
            loop {
                if let Err(error) = once(&leases, &lease, &head).await {
                    tracing::warn!(%error, "the rate of delivery errors could not be looked at; it is tried again");
                }
                tokio::select! {
                    () = leases.clock.sleep(EVERY) => {}
                    () = leases.store.wake().ledger_filled() => leases.clock.sleep(GATHER).await,
                }
            }
        };
        tokio::select! {
            () = work => {}
            () = leases.keep(&lease) => {}
            () = stop.said() => leases.release(&lease).await,
        }
    }
}

/// One look. Nothing is written, and no other writer kept waiting, while nothing is unusual.
async fn once(leases: &Leases, lease: &Lease, head: &Letterhead) -> StoreResult<()> {
    let now = leases.clock.now();
    let thresholds = &head.delivery_errors.surge;
    let watch = {
        let mut view = leases.store.read().await?;
        surge::watch(&mut view, &head.zone, now).await?
    };
    if watch.running.is_none() && watch.alarm(thresholds).is_none() {
        return Ok(());
    }
    let mut work = leases.store.write().await?;
    store::lease::fence(&mut work, lease).await?;
    let written = surge::act(&mut work, &watch, thresholds, &head.zone, now).await?;
    if written {
        crate::app::stop_point("surge.acting");
        work.commit().await?;
    }
    Ok(())
}
