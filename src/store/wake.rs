//! Who is told when something was committed: live pages, the outbox, the workers.

use std::sync::Arc;

use tokio::sync::{Notify, watch};

/// In-process wake-ups. On `PostgreSQL` they also come from other processes, by NOTIFY.
#[derive(Clone, Debug)]
pub struct Wake {
    event: Arc<watch::Sender<i64>>,
    outbox: Arc<Notify>,
    ledger: Arc<Notify>,
}

impl Default for Wake {
    fn default() -> Self {
        Self { event: Arc::new(watch::Sender::new(0)), outbox: Arc::default(), ledger: Arc::default() }
    }
}

impl Wake {
    /// An event with this id was committed.
    pub fn event(&self, id: i64) {
        self.event.send_if_modified(|last| {
            let newer = id > *last;
            *last = id.max(*last);
            newer
        });
    }

    /// Outgoing mail was committed.
    pub fn outbox(&self) {
        self.outbox.notify_one();
    }

    /// Hears of each newer event.
    #[must_use]
    pub fn hear_events(&self) -> watch::Receiver<i64> {
        self.event.subscribe()
    }

    /// Waits for outgoing mail. A mail committed since the last wait ends it at once.
    pub async fn outbox_filled(&self) {
        self.outbox.notified().await;
    }

    /// Delivery errors were committed.
    pub fn ledger(&self) {
        self.ledger.notify_one();
    }

    /// Waits for delivery errors. Some committed since the last wait end it at once.
    pub async fn ledger_filled(&self) {
        self.ledger.notified().await;
    }
}
