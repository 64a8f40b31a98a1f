//! What the database will not do for whom, in memory: a full disk cannot hold the news that it is full.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::StoreError;
use crate::domain::time::Moment;

/// What is wrong with the database for one job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ailment {
    /// Words for a person: what is wrong and what to do.
    pub words: String,
    /// Since when.
    pub since: Moment,
}

/// The ailments of this process's jobs.
#[derive(Clone, Debug, Default)]
pub struct Health(Arc<Mutex<BTreeMap<String, Ailment>>>);

impl Health {
    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Ailment>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The database failed a job. What is the job's own matter, such as a row that changed, is no ailment.
    pub fn failed(&self, job: &str, error: &StoreError, now: Moment) {
        if !error.is_of_the_database() {
            return;
        }
        let mut all = self.all();
        let since = all.get(job).map_or(now, |before| before.since);
        all.insert(job.to_owned(), Ailment { words: error.words(), since });
    }

    /// A job got what it asked for.
    pub fn well(&self, job: &str) {
        self.all().remove(job);
    }

    /// What is wrong for a job.
    #[must_use]
    pub fn of(&self, job: &str) -> Option<Ailment> {
        self.all().get(job).cloned()
    }

    /// What has been wrong for the longest time.
    #[must_use]
    pub fn worst(&self) -> Option<Ailment> {
        self.all().values().min_by_key(|ailment| ailment.since).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ailment_lasts_until_its_own_job_is_well() {
        let (health, now) = (Health::default(), Moment::from_secs(1_000));
        health.failed("outbox", &StoreError::Conflict, now);
        assert_eq!(health.worst(), None, "a row that changed is no ailment");
        health.failed("outbox", &StoreError::Late, now);
        health.failed("outbox", &StoreError::Late, now.plus(std::time::Duration::from_secs(9)));
        health.failed("mailbox 1", &StoreError::Late, now.plus(std::time::Duration::from_secs(1)));
        health.well("mailbox 1");
        assert_eq!(health.worst().map(|ailment| ailment.since), Some(now), "since the first failure");
        assert!(health.of("outbox").is_some() && health.of("mailbox 1").is_none());
        health.well("outbox");
        assert_eq!(health.worst(), None);
    }
}
