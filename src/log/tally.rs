//! How many warnings and errors each part of the program has written since it started.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use tracing::{Event, Level, Subscriber};
use tracing_subscriber::{Layer, layer::Context};

/// Counts by part and level. Parts are modules of ours, so there is an end to them.
static COUNTS: Mutex<BTreeMap<(&'static str, Level), u64>> = Mutex::new(BTreeMap::new());

/// The entries of one part on one level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// The part: a path of modules, as `postdesk::jobs::outbox`.
    pub part: &'static str,
    /// `WARN` or `ERROR`.
    pub level: Level,
    /// How many since the start.
    pub entries: u64,
}

/// All counts so far.
#[must_use]
pub fn counts() -> Vec<Count> {
    let counts = COUNTS.lock().unwrap_or_else(PoisonError::into_inner);
    counts.iter().map(|((part, level), entries)| Count { part, level: *level, entries: *entries }).collect()
}

/// The layer that counts, whatever level is written.
#[derive(Debug)]
pub(super) struct Tally;

impl<S: Subscriber> Layer<S> for Tally {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let (part, level) = (event.metadata().target(), *event.metadata().level());
        if level <= Level::WARN && part.starts_with("postdesk") {
            *COUNTS.lock().unwrap_or_else(PoisonError::into_inner).entry((part, level)).or_default() += 1;
        }
    }
}
