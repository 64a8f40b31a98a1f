//! A lease held for as long as it is renewed. Who loses it stops at once; late writes are fenced off by the store.

use std::time::Duration;

use super::Stop;
use crate::{
    clock::Clock,
    store::{self, Store, StoreResult, lease::Lease},
};

/// How often a lease that another holds is looked at.
const LOOK: Duration = Duration::from_secs(2);

/// What a job needs to hold leases.
#[derive(Clone, Debug)]
pub struct Leases {
    /// The database.
    pub store: Store,
    /// The clock.
    pub clock: Clock,
    /// This process, by a name that no other has.
    pub owner: String,
    /// How long a lease lives that is not renewed.
    pub time_to_live: Duration,
}

impl Leases {
    /// Takes a lease now, if it is free.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn take(&self, name: &str) -> StoreResult<Option<Lease>> {
        let mut work = self.store.write().await?;
        let lease = store::lease::take(&mut work, name, &self.owner, self.clock.now(), self.time_to_live).await?;
        work.commit().await?;
        Ok(lease)
    }

    /// Ends the leases of processes that are gone.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn bury(&self) -> StoreResult<()> {
        let mut work = self.store.write().await?;
        store::lease::bury(&mut work, self.clock.now()).await?;
        work.commit().await
    }

    /// Waits until the lease is ours; `None` when told to stop before.
    pub async fn wait(&self, name: &str, stop: &Stop) -> Option<Lease> {
        while !stop.is_said() {
            match self.take_or_inherit(name).await {
                Ok(lease) => {
                    self.store.health().well(&job(name));
                    if lease.is_some() {
                        return lease;
                    }
                }
                Err(error) => {
                    self.store.health().failed(&job(name), &error, self.clock.now());
                    tracing::warn!(lease = name, %error, "lease cannot be asked for");
                }
            }
            tokio::select! {
                () = self.clock.sleep(self.clock.jitter(LOOK.min(self.time_to_live / 2))) => {}
                () = stop.said() => {}
            }
        }
        None
    }

    /// Takes a lease that is free, or whose owner turns out to be gone.
    async fn take_or_inherit(&self, name: &str) -> StoreResult<Option<Lease>> {
        if let Some(lease) = self.take(name).await? {
            return Ok(Some(lease));
        }
        self.bury().await?;
        self.take(name).await
    }

    /// Renews the lease three times in its life; returns when it is lost, also when the database says nothing until its
    /// time is over: what is done under it is done by another from then on.
    pub async fn keep(&self, lease: &Lease) {
        let mut ends = self.clock.now().plus(self.time_to_live);
        loop {
            self.clock.sleep(self.time_to_live / 3).await;
            let asked = self.clock.now();
            // A clock that was turned on by hours is no reason not to ask.
            let patience = self.clock.sleep_until(ends.max(asked.plus(self.time_to_live / 3)));
            let renewed = tokio::select! {
                renewed = self.take(&lease.name) => renewed,
                () = patience => Err(store::StoreError::Late),
            };
            match renewed {
                Ok(Some(renewed)) if renewed.fence == lease.fence => {
                    ends = asked.plus(self.time_to_live);
                    self.store.health().well(&job(&lease.name));
                }
                Ok(_) => return,
                Err(error) => {
                    self.store.health().failed(&job(&lease.name), &error, self.clock.now());
                    // The database may come back before the lease has run out.
                    if self.clock.now() >= ends {
                        return;
                    }
                }
            }
        }
    }

    /// Gives the lease back, so that another process need not wait.
    pub async fn release(&self, lease: &Lease) {
        let released = async {
            let mut work = self.store.write().await?;
            store::lease::release(&mut work, lease).await?;
            work.commit().await
        };
        if let Err(error) = released.await {
            tracing::warn!(lease = lease.name, %error, "lease could not be given back; it ends by itself");
        }
    }
}

/// A lease's own ailments: a small write may find room where a mailbox's batch finds none.
fn job(lease: &str) -> String {
    format!("lease {lease}")
}
