//! One look: a window, what was expected in it, what was seen, and how probable that is.

use super::{KNOWN_WEIGHT, Recent, real, rhythm::Rhythm, tail::at_least};
use crate::domain::{text_enum::text_enum, time::Moment};

text_enum! {
    /// How long a stretch of time is looked at.
    Window { TenMinutes = "ten_minutes", Hour = "hour", Day = "day" }
}

text_enum! {
    /// Which errors.
    Whom { All = "all", Known = "known" }
}

/// Standard deviations above the mean below which no negative binomial number is anywhere near one in a thousand.
const NOT_WORTH_COMPUTING: f64 = 2.5;
/// An incident lasts while windows are less probable than this.
const STILL: f64 = 1e-4;

impl Window {
    /// Its length.
    #[must_use]
    pub const fn minutes(self) -> i64 {
        match self {
            Self::TenMinutes => 10,
            Self::Hour => 60,
            Self::Day => 1_440,
        }
    }

    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::TenMinutes => "10 minutes",
            Self::Hour => "1 hour",
            Self::Day => "1 day",
        }
    }
}

impl Whom {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::All => "all addresses",
            Self::Known => "known addresses",
        }
    }
}

/// From where on a look alarms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds {
    /// Fewer errors in a window are never a surge.
    pub at_least: i64,
    /// The same about known addresses.
    pub known_at_least: i64,
    /// A look alarms at less than one in this many.
    pub one_in: i64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { at_least: 10, known_at_least: 5, one_in: 1_000_000 }
    }
}

/// One look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// Which stretch.
    pub window: Window,
    /// Which errors.
    pub whom: Whom,
    /// Minute since 1970-01-01 at which the window ends, itself not in it.
    pub end: i64,
    /// Errors in it.
    pub seen: i64,
    /// Errors that the rhythm makes one expect.
    pub expected: f64,
    /// Variance of that number.
    pub variance: f64,
}

impl Look {
    /// How probable this many errors or more would be, were all as usual.
    #[must_use]
    pub fn probability(&self) -> f64 {
        at_least(self.seen, self.expected, self.variance)
    }

    /// Whether it is worth an alarm.
    #[must_use]
    pub fn alarms(&self, thresholds: &Thresholds) -> bool {
        let (least, weight) = match self.whom {
            Whom::All => (thresholds.at_least, 1.0),
            Whom::Known => (thresholds.known_at_least, KNOWN_WEIGHT),
        };
        self.seen >= least && self.below(weight / real(thresholds.one_in.max(1)))
    }

    /// Whether an incident that was found goes on in it.
    #[must_use]
    pub fn goes_on(&self, thresholds: &Thresholds) -> bool {
        let least = match self.whom {
            Whom::All => thresholds.at_least,
            Whom::Known => thresholds.known_at_least,
        };
        self.seen * 2 >= least && self.below(STILL)
    }

    fn below(&self, probability: f64) -> bool {
        let above = real(self.seen) - self.expected;
        above > NOT_WORTH_COMPUTING * self.variance.sqrt() && self.probability() < probability
    }

    /// When the window ends.
    #[must_use]
    pub const fn ends_at(&self) -> Moment {
        Moment::from_secs(self.end * 60)
    }

    /// When it begins.
    #[must_use]
    pub const fn begins_at(&self) -> Moment {
        Moment::from_secs((self.end - self.window.minutes()) * 60)
    }
}

/// The looks whose windows end with the minute before `end`: six, or the three at known addresses while nothing else can be
/// said.
pub fn looks<'a>(rhythm: &'a Rhythm, recent: &'a Recent, end: i64) -> impl Iterator<Item = Look> + 'a {
    let pairs = Window::ALL.iter().flat_map(|window| Whom::ALL.iter().map(|whom| (*window, *whom)));
    pairs.filter(|(_, whom)| !rhythm.is_blind(*whom)).map(move |(window, whom)| {
        let begin = end - window.minutes();
        let expected = rhythm.expect(whom, begin, end, window);
        let seen = recent.between(begin, end, whom);
        Look { window, whom, end, seen, expected: expected.mean, variance: expected.variance }
    })
}

/// Of looks that alarm, the least probable; those at known addresses go first, for they say more.
#[must_use]
pub fn most_unusual(looks: impl Iterator<Item = Look>) -> Option<Look> {
    let order = |look: &Look| (look.whom == Whom::All, look.probability());
    looks
        .map(|look| (order(&look), look))
        .min_by(|((all, one), _), ((other_all, other), _)| all.cmp(other_all).then(one.total_cmp(other)))
        .map(|(_, look)| look)
}
