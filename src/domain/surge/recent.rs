//! The errors of the last days by the minute, summed over any stretch at once.

use super::{Count, Whom};

/// Counts by minute, added up from the first.
#[derive(Clone, Debug, Default)]
pub struct Recent {
    /// Minute, and all errors up to its end.
    sums: Vec<Count>,
}

impl Recent {
    /// From counts by minute, in the order of time.
    #[must_use]
    pub fn new(minutes: &[Count]) -> Self {
        let mut sum = Count::default();
        let add = |minute: &Count| {
            sum = Count { at: minute.at, all: sum.all + minute.all, known: sum.known + minute.known };
            sum
        };
        Self { sums: minutes.iter().map(add).collect() }
    }

    /// Errors of the minutes from `begin` up to `end`, without `end` itself.
    #[must_use]
    pub fn between(&self, begin: i64, end: i64, whom: Whom) -> i64 {
        self.before(end, whom) - self.before(begin, whom)
    }

    fn before(&self, minute: i64, whom: Whom) -> i64 {
        let index = self.sums.partition_point(|sum| sum.at < minute);
        index.checked_sub(1).map_or(0, |last| self.sums[last].of(whom))
    }
}
