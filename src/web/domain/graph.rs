//! Two sums a day as bars on one another, with the same figures in a table.

use super::figure;
use crate::{
    store::report::Day,
    web::chart::{DAYS, date},
};

/// Width of the field, place of its top and of its foot.
const WIDTH: i64 = 720;
const TOP: i64 = 8;
const FOOT: i64 = 120;

/// One day, already scaled to the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) x: i64,
    pub(super) width: i64,
    /// Place and height of what passed, which stands on the foot.
    pub(super) passed_y: i64,
    pub(super) passed_height: i64,
    /// Place and height of what failed, which stands on that.
    pub(super) failed_y: i64,
    pub(super) failed_height: i64,
    pub(super) label: String,
    pub(super) passed: String,
    pub(super) failed: String,
    pub(super) is_bad: bool,
}

/// A graph with its table.
#[derive(Clone, Debug)]
pub(super) struct Graph {
    pub(super) title: String,
    /// What it shows, in one sentence.
    pub(super) description: String,
    pub(super) most: String,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) pairs: Vec<Pair>,
}

/// The last days up to `today`; none if there was nothing. `noun` is `mails` or `TLS sessions`.
pub(super) fn of_days(days: &[Day], today: i64, title: &str, noun: &str) -> Option<Graph> {
    let first = today - DAYS + 1;
    let of = |day: i64| days.iter().find(|found| found.day == day).copied().unwrap_or_default();
    let shown: Vec<Day> = (first..=today).map(|day| Day { day, ..of(day) }).collect();
    let all = |day: &Day| day.passed.saturating_add(day.failed);
    let most = shown.iter().map(all).max().filter(|most| *most > 0)?;
    let total = shown.iter().map(all).fold(0, i64::saturating_add);
    let failed = shown.iter().map(|day| day.failed).fold(0, i64::saturating_add);
    let step = WIDTH / DAYS;
    // What is there is seen, however little it is beside the rest.
    let scaled = |value: i64| {
        let height = i128::from(value) * i128::from(FOOT - TOP) / i128::from(most);
        i64::try_from(height).unwrap_or(FOOT - TOP).max(i64::from(value > 0) * 3)
    };
    let pairs = shown.iter().zip(0..).map(|(day, n)| {
        let (passed_height, failed_height) = (scaled(day.passed), scaled(day.failed));
        let passed_y = FOOT - passed_height;
        Pair {
            x: n * step + 2,
            width: step - 4,
            passed_y,
            passed_height,
            failed_y: (passed_y - failed_height).max(0),
            failed_height,
            label: named(day.day),
            passed: figure::count(day.passed),
            failed: figure::count(day.failed),
            is_bad: day.failed > 0,
        }
    });
    Some(Graph {
        title: title.to_owned(),
        description: format!(
            "{} {noun} in {DAYS} days; {} of them failed ({}).",
            figure::count(total),
            figure::count(failed),
            figure::share(failed, total)
        ),
        most: figure::count(most),
        from: named(first),
        to: named(today),
        pairs: pairs.collect(),
    })
}

/// `24 Nov`.
fn named(day: i64) -> String {
    date(day).strftime("%-d %b").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_little_that_failed_is_seen_beside_a_lot_that_passed() {
        let today = 20_781;
        let day = |day, passed, failed| Day { day, passed, failed };
        assert!(of_days(&[day(today - 40, 5, 5)], today, "", "mails").is_none());
        let graph = of_days(&[day(today - 1, 100_000, 1), day(today, 0, i64::MAX)], today, "Mail", "mails").unwrap();
        assert_eq!(graph.pairs.len(), 30);
        let graph = of_days(&[day(today - 1, 100_000, 1)], today, "Mail", "mails").unwrap();
        let pair = &graph.pairs[28];
        assert_eq!((pair.passed_height, pair.failed_height, pair.failed_y), (111, 3, 6));
        assert_eq!(graph.description, "100,001 mails in 30 days; 1 of them failed (under 0.1 %).");
    }
}
