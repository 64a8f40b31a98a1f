//! The site's own rhythm: how many errors an hour of the week usually brings, and how far it usually strays from that.

use jiff::{Timestamp, tz::TimeZone};

use super::{Count, MEMORY_HOURS, NEW_RHYTHM_HOURS, Whom, look::Window, real};

/// Hours of a week.
const CELLS: usize = 168;
/// From so many days on the rhythm counts as known; before, the variance is widened.
pub const LEARNED_DAYS: i64 = 14;
/// Below so many days nothing can be said of all errors together.
const BLIND_DAYS: i64 = 2;
/// Variance by mean under which hours are weighed against one another.
const DISPERSION: f64 = 3.0;
/// The errors that the first guess at the dispersion weighs as much as.
const DISPERSION_WEIGHT: f64 = 10.0;
/// Days that the dispersion of hours weighs as much as in that of days.
const DAYS_WEIGHT: f64 = 14.0;
/// Hours that are taken as seen before anything was.
const FIRST_HOURS: f64 = 24.0;
/// How far a rate within the hour may stray from both readings of the rhythm: 4 %.
const WITHIN_THE_HOUR: f64 = 0.04 * 0.04;
/// An hour of the week differs by 30 % from its hour and its weekday taken together (1/0.3², a gamma's shape).
const SHAPE: f64 = 11.0;
/// Hours before and after the present for which rates are at hand.
const BEFORE: i64 = 52;
const AFTER: i64 = 28;

/// What to expect of a window.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Expected {
    /// Mean.
    pub mean: f64,
    /// Variance, with what is not known of the mean.
    pub variance: f64,
}

/// A stretch of hours, the last one not in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First hour since 1970-01-01.
    pub from: i64,
    /// The hour after the last.
    pub to: i64,
}

/// What was learned.
#[derive(Clone, Debug)]
pub struct Rhythm {
    all: Learned,
    known: Learned,
    /// Hours that it was learned from.
    hours: i64,
    /// The first hour for which rates are at hand.
    first: i64,
    /// Hour of the week of each hour at hand.
    cells: Vec<usize>,
}

/// What is thought of a site before anything was seen of it.
#[derive(Clone, Copy, Debug)]
struct Guess {
    /// Errors in a day.
    errors: f64,
    /// Variance by mean.
    dispersion: f64,
}

/// Six errors a day, in clumps.
const ALL: Guess = Guess { errors: 6.0, dispersion: 3.0 };
/// One a day: what is valid seldom fails.
const KNOWN: Guess = Guess { errors: 1.0, dispersion: 2.0 };

/// What was learned of one sort of errors.
#[derive(Clone, Debug)]
struct Learned {
    /// Errors an hour, and the variance of that number by its square.
    rates: Vec<(f64, f64)>,
    /// Variance by mean, of hours and of days.
    by_hour: f64,
    by_day: f64,
    /// Variance of the level by its square.
    level: f64,
}

/// One observed hour.
#[derive(Clone, Copy, Debug)]
struct Observed {
    hour: i64,
    cell: usize,
    all: i64,
    known: i64,
}

impl Rhythm {
    /// Learns from counts by hour, in the order of time, up to a day before `now` (hours since 1970-01-01). Nothing before
    /// `since` is known, and nothing is learned from incidents, unless they have become the rule.
    #[must_use]
    pub fn learn(counts: &[Count], since: i64, now: i64, incidents: &[Span], zone: &TimeZone) -> Self {
        let span = Span { from: since.max(now - MEMORY_HOURS), to: now - 24 };
        let unusual =
            |hour: i64| incidents.iter().any(|one| (one.from..one.to.min(one.from + NEW_RHYTHM_HOURS)).contains(&hour));
        let mut given = counts.iter().peekable();
        let mut observed = Vec::new();
        for hour in span.from..span.to {
            while given.next_if(|count| count.at < hour).is_some() {}
            let count = given.next_if(|count| count.at == hour).copied().unwrap_or_default();
            if !unusual(hour) {
                observed.push(Observed { hour, cell: cell(hour, zone), all: count.all, known: count.known });
            }
        }
        let first = now - BEFORE;
        Self {
            all: Learned::of(&observed, ALL, |hour| hour.all),
            known: Learned::of(&observed, KNOWN, |hour| hour.known),
            hours: i64::try_from(observed.len()).unwrap_or(i64::MAX),
            first,
            cells: (first..now + AFTER).map(|hour| cell(hour, zone)).collect(),
        }
    }

    /// Whole days that it was learned from.
    #[must_use]
    pub const fn days(&self) -> i64 {
        self.hours / 24
    }

    /// Whether too little is known yet: only gross surges are told then.
    #[must_use]
    pub const fn is_learning(&self) -> bool {
        self.days() < LEARNED_DAYS
    }

    /// Whether nothing can be said of these errors yet.
    #[must_use]
    pub fn is_blind(&self, whom: Whom) -> bool {
        whom == Whom::All && self.days() < BLIND_DAYS
    }

    /// What to expect of the minutes from `begin` up to `end`, as a window of this sort.
    ///
    /// A rate may jump at the hour or glide through it: the larger of the two readings counts.
    #[must_use]
    pub fn expect(&self, whom: Whom, begin: i64, end: i64, window: Window) -> Expected {
        let learned = self.learned(whom);
        let (mut jumping, mut gliding, mut unsure) = (0.0, 0.0, 0.0);
        let mut from = begin;
        while from < end {
            // Half hours: in each, both readings are straight.
            let to = end.min((from.div_euclid(30) + 1) * 30);
            let hour = from.div_euclid(60);
            let (rate, relative) = learned.rates[self.cell(hour)];
            let share = real(to - from) / 60.0;
            jumping += rate * share;
            unsure += (rate * share) * (rate * share) * relative;
            gliding += f64::midpoint(self.glide(learned, from), self.glide(learned, to)) * share;
            from = to;
        }
        let mean = f64::max(jumping, gliding);
        let (dispersion, stray) =
            if window == Window::Day { (learned.by_day, 0.0) } else { (learned.by_hour, WITHIN_THE_HOUR) };
        // Both halves of an hour err together.
        let variance = dispersion * mean + 2.0 * unsure + mean * mean * (learned.level + stray);
        Expected { mean, variance }
    }

    /// The rate at a minute, on the line between the middles of two hours.
    fn glide(&self, learned: &Learned, minute: i64) -> f64 {
        let hour = (minute - 30).div_euclid(60);
        let share = real((minute - 30).rem_euclid(60)) / 60.0;
        let [before, after] = [hour, hour + 1].map(|hour| learned.rates[self.cell(hour)].0);
        before + (after - before) * share
    }

    const fn learned(&self, whom: Whom) -> &Learned {
        match whom {
            Whom::All => &self.all,
            Whom::Known => &self.known,
        }
    }

    fn cell(&self, hour: i64) -> usize {
        let index = usize::try_from(hour - self.first).unwrap_or(0).min(self.cells.len() - 1);
        self.cells[index]
    }
}

impl Learned {
    fn of(observed: &[Observed], guess: Guess, count: impl Fn(&Observed) -> i64) -> Self {
        let (mut errors, mut hours) = (vec![0.0; CELLS], vec![0.0; CELLS]);
        for hour in observed {
            errors[hour.cell] += real(count(hour));
            hours[hour.cell] += 1.0;
        }
        let (total, length): (f64, f64) = (errors.iter().sum(), hours.iter().sum());
        let level = (total + guess.errors) / (length + FIRST_HOURS);
        let by_hour_of_day = profile(&errors, &hours, level, 24, |cell| cell % 24);
        let by_weekday = profile(&errors, &hours, level, 7, |cell| cell / 24);
        let rates: Vec<_> = (0..CELLS)
            .map(|cell| {
                let usual = level * by_hour_of_day[cell % 24] * by_weekday[cell / 24];
                let shape = errors[cell] / DISPERSION + SHAPE;
                (shape / (hours[cell] / DISPERSION + SHAPE / usual), 1.0 / shape)
            })
            .collect();
        let days = length / 24.0;
        let unknown = (1.0 - days / f64::from(i32::try_from(LEARNED_DAYS).unwrap_or(14))).max(0.0);
        let (by_hour, by_day) = dispersion(observed, guess, &count, &rates);
        Self { rates, by_hour, by_day, level: unknown * unknown + guess.dispersion / (total + guess.errors) }
    }
}

/// How much more or less than the level each part of a cycle brings; the mean of all is 1.
fn profile(errors: &[f64], hours: &[f64], level: f64, parts: usize, part: impl Fn(usize) -> usize) -> Vec<f64> {
    let (mut seen, mut usual) = (vec![0.0; parts], vec![0.0; parts]);
    for cell in 0..CELLS {
        seen[part(cell)] += errors[cell];
        usual[part(cell)] += hours[cell] * level;
    }
    let share = |(seen, usual): (&f64, &f64)| (seen / DISPERSION + 1.0) / (usual / DISPERSION + 1.0);
    let shares: Vec<f64> = seen.iter().zip(&usual).map(share).collect();
    let mean = shares.iter().sum::<f64>() / real(i64::try_from(parts).unwrap_or(1));
    shares.into_iter().map(|share| share / mean).collect()
}

/// Variance by mean of what was observed around the rates, of hours and of whole days.
fn dispersion(
    observed: &[Observed],
    guess: Guess,
    count: &impl Fn(&Observed) -> i64,
    rates: &[(f64, f64)],
) -> (f64, f64) {
    // The rates were fitted to the same hours, each from as many weeks: that takes away one part in so many.
    let weeks = (real(i64::try_from(observed.len()).unwrap_or(0)) / 168.0).max(2.0);
    let fitted = weeks / (weeks - 1.0);
    let (mut squares, mut usual) = (0.0, 0.0);
    let mut of_days: Vec<(i64, f64, f64, f64)> = Vec::new();
    for hour in observed {
        let (seen, rate) = (real(count(hour)), rates[hour.cell].0);
        squares += (seen - rate) * (seen - rate) * fitted;
        usual += rate;
        let day = hour.hour.div_euclid(24);
        match of_days.last_mut().filter(|last| last.0 == day) {
            Some(last) => (last.1, last.2, last.3) = (last.1 + 1.0, last.2 + seen, last.3 + rate),
            None => of_days.push((day, 1.0, seen, rate)),
        }
    }
    let by_hour = ((squares + DISPERSION_WEIGHT * guess.dispersion) / (usual + DISPERSION_WEIGHT)).max(1.0);
    let whole = of_days.iter().filter(|day| day.1 > 23.5);
    let (mut squares, mut usual, mut number) = (0.0, 0.0, 0.0);
    for (_, _, seen, rate) in whole {
        squares += (seen - rate) * (seen - rate) * fitted;
        usual += rate;
        number += 1.0;
    }
    let found = if usual > 0.0 { squares / usual } else { by_hour };
    let by_day = (found * number + by_hour * DAYS_WEIGHT) / (number + DAYS_WEIGHT);
    (by_hour, f64::max(by_hour, by_day))
}

/// The hour of the week, as the site's calendar counts it, 0 being Monday's first.
fn cell(hour: i64, zone: &TimeZone) -> usize {
    let middle = Timestamp::from_second(hour * 3_600 + 1_800).unwrap_or_default();
    let civil = zone.to_datetime(middle);
    let (weekday, hour) = (civil.weekday().to_monday_zero_offset(), civil.hour());
    usize::try_from(i32::from(weekday) * 24 + i32::from(hour)).unwrap_or(0).min(CELLS - 1)
}
