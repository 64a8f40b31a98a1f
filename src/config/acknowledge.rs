//! `[acknowledge]`: what is answered at once, and how often.

use std::time::Duration;

use super::section::Section;

/// `[acknowledge]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acknowledge {
    /// Whether acknowledgements leave by themselves.
    pub enabled: bool,
    /// Older mail is recorded, not answered.
    pub max_age: Duration,
    /// Acknowledgements to one address a day.
    pub per_address_per_day: u32,
    /// The same for partners that proved who they are.
    pub per_partner_per_day: u32,
    /// Acknowledgements to all an hour.
    pub per_hour: u32,
}

impl Default for Acknowledge {
    fn default() -> Self {
        Self {
            enabled: true,
            max_age: Duration::from_hours(72),
            per_address_per_day: 3,
            per_partner_per_day: 50,
            per_hour: 200,
        }
    }
}

impl Acknowledge {
    pub(super) fn read(mut section: Section<'_>) -> Self {
        let default = Self::default();
        let acknowledge = Self {
            enabled: section.flag("enabled").unwrap_or(default.enabled),
            max_age: section.whole("max_age_hours", &(1..=8_760)).map_or(default.max_age, Duration::from_hours),
            per_address_per_day: section
                .whole("per_address_per_day", &(1..=10_000))
                .unwrap_or(default.per_address_per_day),
            per_partner_per_day: section
                .whole("per_partner_per_day", &(1..=100_000))
                .unwrap_or(default.per_partner_per_day),
            per_hour: section.whole("per_hour", &(1..=1_000_000)).unwrap_or(default.per_hour),
        };
        section.finish();
        acknowledge
    }
}
