//! Hears of other processes' commits (`PostgreSQL` only) and wakes pages and workers of this one.

use std::time::Duration;

use super::Stop;
use crate::{
    clock::Clock,
    store::{self, Store},
};

/// How soon a lost connection is opened again.
const AGAIN: Duration = Duration::from_secs(2);

/// Runs until told to stop.
pub async fn run(store: Store, clock: Clock, stop: Stop) {
    while !stop.is_said() {
        tokio::select! {
            heard = store.listen() => {
                if let Err(error) = heard {
                    tracing::warn!(%error, "lost the database's notifications; opening them again");
                }
            }
            () = stop.said() => return,
        }
        tokio::select! {
            () = clock.sleep(clock.jitter(AGAIN)) => {}
            () = stop.said() => return,
        }
        // What was told while we did not hear.
        if let Ok(mut view) = store.read().await
            && let Ok(last) = store::event::last_id(&mut view).await
        {
            store.wake().event(last);
            store.wake().outbox();
        }
    }
}
