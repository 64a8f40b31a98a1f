//! Hears of other processes' commits and wakes pages and workers of this one: by the server's notifications, or, on the
//! embedded database, by a look at its version each second, for the command line works beside the console.

use std::time::Duration;

use super::Stop;
use crate::{
    clock::Clock,
    store::{self, Store, StoreResult},
};

/// How soon a lost connection is opened again.
const AGAIN: Duration = Duration::from_secs(2);
/// How often the embedded database is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// Runs until told to stop.
pub async fn run(store: Store, clock: Clock, stop: Stop) {
    while !stop.is_said() {
        let heard = async {
            watch(&store, &clock).await?;
            store.listen().await
        };
        tokio::select! {
            heard = heard => {
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

/// Looks at the embedded database for as long as it answers; on a server it has nothing to do.
async fn watch(store: &Store, clock: &Clock) -> StoreResult<()> {
    let Some(mut watch) = store.watch().await? else { return Ok(()) };
    loop {
        clock.sleep(LOOK).await;
        if let Some(last) = watch.look().await? {
            store.wake().event(last);
        }
    }
}
