//! Reads kept messages again when a person has ordered it, at half the pace that one core allows: new mail goes first.

use std::{sync::Arc, time::Duration};

use super::{Stop, leases::Leases};
use crate::desk::{letterhead::Letterhead, reread};

/// How often it is looked whether there is something to do.
const LOOK: Duration = Duration::from_secs(5);

/// Runs until told to stop. Several processes may do it at once; a step counts once.
pub async fn run(leases: Leases, head: Arc<Letterhead>, stop: Stop) {
    let work = async {
        loop {
            let began = leases.clock.now();
            let rest = match reread::step(&leases.store, &head, began).await {
                Ok(true) => leases.clock.now().since(began),
                Ok(false) => LOOK,
                Err(error) => {
                    tracing::warn!(%error, "kept messages could not be read again; it is tried again");
                    LOOK
                }
            };
            leases.clock.sleep(rest).await;
        }
    };
    tokio::select! {
        () = work => {}
        () = stop.said() => {}
    }
}
