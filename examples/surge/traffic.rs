//! Normal traffic of delivery errors, minute by minute: with a day, a week, and chance.

use postdesk::domain::surge::Count;

use super::chance::Chance;

/// How the number of errors strays from its mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Model {
    /// Each error for itself.
    Poisson,
    /// Negative binomial with three times the variance in every minute, so in every longer stretch as well: errors come
    /// in clumps.
    Clumps,
    /// Negative binomial with three times the variance by the hour; within the hour each for itself.
    Hours,
}

impl Model {
    pub(crate) const ALL: [Self; 3] = [Self::Poisson, Self::Clumps, Self::Hours];

    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Poisson => "Poisson",
            Self::Clumps => "negative binomial, by the minute",
            Self::Hours => "negative binomial, by the hour",
        }
    }
}

/// How the rate runs through the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// It glides: a wave with its top in the early afternoon.
    Curve,
    /// It jumps at the hour: office hours at six times the night.
    Steps,
}

/// A site.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Traffic {
    pub(crate) a_day: f64,
    pub(crate) model: Model,
    pub(crate) shape: Shape,
    /// Which share of errors is about known addresses.
    pub(crate) known: f64,
}

/// Minutes of a day.
pub(crate) const DAY: i64 = 1_440;

impl Traffic {
    /// Errors that are to be expected in the minute, this many since a Monday's first.
    fn rate(&self, minute: i64) -> f64 {
        let weekday = (minute / DAY) % 7;
        // The mean over a week is 1.
        let week = if weekday < 5 { 1.24 } else { 0.4 };
        let hours = f64::from(i32::try_from(minute % DAY).unwrap_or(0)) / 60.0;
        let day = match self.shape {
            Shape::Curve => 1.0 + 0.8 * ((hours - 14.0) / 24.0 * std::f64::consts::TAU).cos(),
            Shape::Steps if (8.0..18.0).contains(&hours) => 72.0 / 37.0,
            Shape::Steps => 12.0 / 37.0,
        };
        self.a_day / 1_440.0 * week * day
    }

    /// The errors of a day, by the minute, in the order of time. `first` is its first minute since a Monday's.
    pub(crate) fn day(&self, first: i64, chance: &mut Chance) -> Vec<Count> {
        let mut minutes = Vec::new();
        let mut hour = 1.0;
        for at in first..first + DAY {
            let mean = self.rate(at);
            if at % 60 == 0 && self.model == Model::Hours {
                let mean = (at..at + 60).map(|at| self.rate(at)).sum::<f64>();
                // Variance by mean of 3: a gamma of this shape, with scale 2.
                hour = chance.gamma(mean / 2.0) * 2.0 / mean;
            }
            let all = match self.model {
                Model::Poisson => chance.poisson(mean),
                Model::Hours => chance.poisson(mean * hour),
                Model::Clumps => {
                    let size = (2.0 / 3.0) / ((1.0 / 3.0) * 3.0_f64.ln());
                    (0..chance.poisson(mean / size)).map(|_| chance.clump(2.0 / 3.0)).sum()
                }
            };
            if all > 0 {
                let known = (0..all).filter(|_| chance.share() < self.known).count();
                minutes.push(Count { at, all, known: i64::try_from(known).unwrap_or(0) });
            }
        }
        minutes
    }
}
