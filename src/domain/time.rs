//! Moments and spans. A moment is unix milliseconds in UTC; spans are `std::time::Duration`.

use std::time::Duration;

/// A point in time: unix milliseconds, UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Moment(i64);

impl Moment {
    /// The latest moment of which the calendar writes RFC 3339 in any time zone.
    const MAX: i64 = 253_402_207_200_000;

    /// From unix milliseconds. Values outside the years 1970 to 9999 are drawn to the nearer end.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        if millis < 0 {
            Self(0)
        } else if millis > Self::MAX {
            Self(Self::MAX)
        } else {
            Self(millis)
        }
    }

    /// From unix seconds.
    #[must_use]
    pub const fn from_secs(secs: i64) -> Self {
        Self::from_millis(secs.saturating_mul(1000))
    }

    /// Unix milliseconds.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Unix seconds, rounded down.
    #[must_use]
    pub const fn secs(self) -> i64 {
        self.0 / 1000
    }

    /// This moment and a span later.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self::from_millis(self.0.saturating_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)))
    }

    /// This moment less a span.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self::from_millis(self.0.saturating_sub(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)))
    }

    /// The span from `earlier` to this moment; zero if `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// RFC 3339 in UTC, to the second.
    #[must_use]
    pub fn rfc3339(self) -> String {
        jiff::Timestamp::from_second(self.secs()).map_or_else(|_| String::new(), |t| t.to_string())
    }

    /// Reads RFC 3339.
    #[must_use]
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|t| Self::from_millis(t.as_millisecond()))
    }
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_never_wraps() {
        assert_eq!(Moment::from_millis(i64::MAX).plus(Duration::MAX), Moment(Moment::MAX));
        assert_eq!(Moment::from_millis(5).minus(Duration::MAX), Moment(0));
        assert_eq!(Moment(0).since(Moment(9)), Duration::ZERO);
    }

    #[test]
    fn rfc3339_there_and_back() {
        let moment = Moment::from_secs(1_795_521_600);
        assert_eq!(moment.rfc3339(), "2026-11-24T12:00:00Z");
        assert_eq!(Moment::parse_rfc3339("2026-11-24T13:00:00+01:00"), Some(moment));
    }
}
