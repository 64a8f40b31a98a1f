//! `[reports]`: DMARC and TLS reports about the served domains.

use std::time::Duration;

use super::section::Section;

/// `[reports]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reports {
    /// How long their figures are kept. The messages stay.
    pub keep: Duration,
}

/// Hours of a day.
const DAY: u64 = 24;

impl Default for Reports {
    fn default() -> Self {
        Self { keep: Duration::from_hours(400 * DAY) }
    }
}

impl Reports {
    pub(super) fn read(mut section: Section<'_>) -> Self {
        let default = Self::default();
        let days = section.whole::<u64>("keep_days", &(60..=3_650));
        let reports = Self { keep: days.map_or(default.keep, |days| Duration::from_hours(days * DAY)) };
        section.finish();
        reports
    }
}
