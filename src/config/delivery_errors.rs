//! `[delivery_errors]`: who persists with a wrong address, and how many errors at once are a surge.

use super::section::Section;
use crate::domain::{persistence::Persistence, surge::Thresholds};

/// `[delivery_errors]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeliveryErrors {
    /// From when on a sender persists.
    pub persistence: Persistence,
    /// From where on there is a surge.
    pub surge: Thresholds,
}

impl DeliveryErrors {
    pub(super) fn read(mut section: Section<'_>) -> Self {
        let (persistence, surge) = (Persistence::default(), Thresholds::default());
        let read = Self {
            persistence: Persistence {
                errors: section.whole("persistent_errors", &(2..=1_000)).unwrap_or(persistence.errors),
                days: section.whole("persistent_on_days", &(1..=90)).unwrap_or(persistence.days),
                within_days: section.whole("persistent_within_days", &(1..=90)).unwrap_or(persistence.within_days),
            },
            surge: Thresholds {
                at_least: section.whole("surge_at_least", &(2..=1_000_000)).unwrap_or(surge.at_least),
                known_at_least: section.whole("surge_known_at_least", &(2..=1_000_000)).unwrap_or(surge.known_at_least),
                one_in: section.whole("surge_one_in", &(1_000..=1_000_000_000)).unwrap_or(surge.one_in),
            },
        };
        let Persistence { days, within_days, .. } = read.persistence;
        if days > within_days {
            section.lacks(
                "persistent_on_days",
                format!("more than persistent_within_days ({within_days})"),
                "So many days do not fit in that span; make one smaller or the other larger",
            );
        }
        section.finish();
        read
    }
}
