//! A time as a person reads it.

use jiff::{Timestamp, tz::TimeZone};

use crate::domain::time::Moment;

/// A time in its three forms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct When {
    /// RFC 3339, for `datetime`.
    pub iso: String,
    /// Exact local time, for hover and print.
    pub exact: String,
    /// `just now`, `5 min ago`, `3 h ago`, `2 d ago`, then a date. `static/js/time.js` follows the same rule.
    pub relative: String,
    /// The local date alone, for texts.
    pub date: String,
}

impl When {
    /// A moment as seen at `now`, in the site's time zone.
    #[must_use]
    pub fn of(moment: Moment, now: Moment, zone: &TimeZone) -> Self {
        let local = Timestamp::from_millisecond(moment.millis()).unwrap_or_default().to_zoned_datetime(zone.clone());
        let relative = if moment > now {
            match moment.since(now).as_secs() {
                0..60 => "in a moment".to_owned(),
                s @ 60..3600 => format!("in {} min", s / 60),
                s @ 3600..172_800 => format!("in {} h", s / 3600),
                _ => local.strftime("%-d %b %Y").to_string(),
            }
        } else {
            match now.since(moment).as_secs() {
                0..60 => "just now".to_owned(),
                s @ 60..3600 => format!("{} min ago", s / 60),
                s @ 3600..172_800 => format!("{} h ago", s / 3600),
                s @ 172_800..1_209_600 => format!("{} d ago", s / 86_400),
                _ => local.strftime("%-d %b %Y").to_string(),
            }
        };
        Self {
            iso: moment.rfc3339(),
            exact: local.strftime("%a %-d %b %Y, %H:%M:%S %Z").to_string(),
            relative,
            date: local.strftime("%-d %B %Y").to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_forms() {
        let now = Moment::from_secs(1_795_521_600);
        let ago = |secs: i64| When::of(Moment::from_secs(now.secs() - secs), now, &TimeZone::UTC);
        assert_eq!(ago(59).relative, "just now");
        assert_eq!(ago(3_599).relative, "59 min ago");
        assert_eq!(ago(172_799).relative, "47 h ago");
        assert_eq!(ago(172_800).relative, "2 d ago");
        assert_eq!(ago(1_209_600).relative, "10 Nov 2026");
        assert_eq!(ago(-240).relative, "in 4 min");
        assert_eq!(ago(0).exact, "Tue 24 Nov 2026, 12:00:00 UTC");
        assert_eq!(ago(0).iso, "2026-11-24T12:00:00Z");
    }
}
