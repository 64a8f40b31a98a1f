//! Forgets what has run out: sessions, sign-in delays, yesterday's caps, old reports. By one process only.

use std::time::Duration;

use super::{Stop, leases::Leases};
use crate::store::{self, StoreResult, lease::Lease};

const EVERY: Duration = Duration::from_mins(10);
const DAY: i64 = 86_400_000;
const HOUR: i64 = 3_600_000;
const MINUTE: i64 = 60_000;

/// Runs until told to stop.
///
/// `keep` is how long figures of reports are kept.
pub async fn run(leases: Leases, keep: Duration, stop: Stop) {
    while let Some(lease) = leases.wait("housekeeping", &stop).await {
        let work = async {
            loop {
                match once(&leases, &lease, keep).await {
                    Ok(()) => tracing::info!("housekeeping done"),
                    Err(error) => tracing::warn!(%error, "housekeeping failed; it is tried again"),
                }
                leases.clock.sleep(EVERY).await;
            }
        };
        tokio::select! {
            () = work => {}
            () = leases.keep(&lease) => {}
            () = stop.said() => leases.release(&lease).await,
        }
    }
}

async fn once(leases: &Leases, lease: &Lease, keep: Duration) -> StoreResult<()> {
    let now = leases.clock.now();
    let mut work = leases.store.write().await?;
    store::lease::fence(&mut work, lease).await?;
    store::session::purge(&mut work, now).await?;
    store::throttle::purge(&mut work, now).await?;
    store::presence::forget(&mut work, now.minus(EVERY)).await?;
    store::acknowledged::forget(&mut work, "address ", now.millis() / DAY - 1).await?;
    store::acknowledged::forget(&mut work, "held", now.millis() / DAY - 1).await?;
    store::ledger::forget_minutes(&mut work, now.millis() / MINUTE - 3 * 1_440).await?;
    store::ledger::forget_days(&mut work, now.millis() / DAY - 400).await?;
    store::acknowledged::forget(&mut work, "hour", now.millis() / HOUR - 1).await?;
    work.commit().await?;
    forget_reports(leases, lease, now.minus(keep).millis() / DAY).await
}

/// Reports have many rows: a few at a time, so that nobody waits long for the writer.
async fn forget_reports(leases: &Leases, lease: &Lease, before: i64) -> StoreResult<()> {
    loop {
        let mut work = leases.store.write().await?;
        store::lease::fence(&mut work, lease).await?;
        let gone = store::report::forget(&mut work, before).await?;
        work.commit().await?;
        if gone == 0 {
            return Ok(());
        }
    }
}
