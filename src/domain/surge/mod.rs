//! Is it unusual how many delivery errors there are now? (D6) Pure: from counts to a number one can check.
//!
//! Three windows that end now (ten minutes, an hour, a day) are held against the site's own rhythm by hour and weekday,
//! for all errors and, apart, for those about addresses known to be valid. Each look states what was expected, what was
//! seen, and how probable that many or more would be if all were as usual.
//!
//! The false alarms are bounded by the number of looks: 43,200 minutes a month, three windows, twice. A look at all errors
//! alarms below one in [`Thresholds::one_in`], one at known addresses below [`KNOWN_WEIGHT`] times that. With a million
//! that is half an alarm a month if every look were independent of the one before; they are not, so it is less.

mod look;
mod recent;
mod rhythm;
mod tail;

#[cfg(test)]
mod tests;

use std::time::Duration;

pub use self::{
    look::{Look, Thresholds, Whom, Window, looks, most_unusual},
    recent::Recent,
    rhythm::{Expected, LEARNED_DAYS, Rhythm, Span},
    tail::at_least,
};

/// Errors about known addresses alarm at this many times the probability.
pub const KNOWN_WEIGHT: f64 = 3.0;
/// How far back the rhythm is learned: eight weeks, and the day that is looked at.
pub const MEMORY_HOURS: i64 = 57 * 24;
/// The rate must have been normal for so long before an incident is over.
pub const CALM: Duration = Duration::from_hours(24);
/// A rate that has lasted for so many hours is no incident but a new rhythm: from then on it is learned.
pub const NEW_RHYTHM_HOURS: i64 = 7 * 24;

/// Errors of one stretch of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Hour or minute since 1970-01-01.
    pub at: i64,
    /// All of them.
    pub all: i64,
    /// Those about known addresses.
    pub known: i64,
}

impl Count {
    /// One of the two counts.
    #[must_use]
    pub const fn of(&self, whom: Whom) -> i64 {
        match whom {
            Whom::All => self.all,
            Whom::Known => self.known,
        }
    }
}

/// A count as a real number. None here is anywhere near four thousand million.
pub(super) fn real(count: i64) -> f64 {
    f64::from(u32::try_from(count.max(0)).unwrap_or(u32::MAX))
}
