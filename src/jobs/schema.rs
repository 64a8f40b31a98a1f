//! Watches for a newer program: it migrates the database, and then this one has to go.

use std::time::Duration;

use crate::{
    clock::Clock,
    store::{Schema, Store},
};

/// How often the schema is looked at.
const LOOK: Duration = Duration::from_secs(2);

/// Returns when a newer program has migrated the database.
pub async fn newer(store: &Store, clock: &Clock) {
    loop {
        clock.sleep(LOOK).await;
        // A database that does not answer is another matter, and may come back.
        if matches!(store.schema().await, Ok(Schema::Newer)) {
            return;
        }
    }
}
