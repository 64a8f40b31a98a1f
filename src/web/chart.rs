//! Bars drawn on the server, with the same figures in a table.

use jiff::{SpanRound, ToSpan, Unit, civil::Date};

/// Days a chart shows.
pub(super) const DAYS: i64 = 30;
/// Width of the field, place of its top and of its foot.
const WIDTH: i64 = 720;
const TOP: i64 = 20;
const FOOT: i64 = 120;
/// A day is unusual from this many on, if it is also several times the mean of the other days.
const SURGE: i64 = 10;
const TIMES: i64 = 3;

/// A bar, already scaled to the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bar {
    pub(super) x: i64,
    pub(super) y: i64,
    pub(super) width: i64,
    pub(super) height: i64,
    pub(super) label: String,
    pub(super) value: i64,
    /// Unusual.
    pub(super) marked: bool,
}

/// A chart with its table.
#[derive(Clone, Debug)]
pub(super) struct Chart {
    pub(super) title: String,
    /// What it shows, in one sentence.
    pub(super) description: String,
    /// Heads of the table's columns.
    pub(super) label: String,
    pub(super) unit: String,
    /// The scale's top, as text.
    pub(super) most: String,
    /// First and last day.
    pub(super) from: String,
    pub(super) to: String,
    pub(super) bars: Vec<Bar>,
}

/// Delivery errors of the last days up to `today` (days since 1970-01-01, as the ledger counts them); none if there
/// was no error.
pub(super) fn of_days(counts: &[(i64, i64)], today: i64) -> Option<Chart> {
    let first = today - DAYS + 1;
    let of = |day: i64| counts.iter().find(|(d, _)| *d == day).map_or(0, |(_, count)| *count);
    let values: Vec<i64> = (first..=today).map(of).collect();
    let total: i64 = values.iter().sum();
    let most = values.iter().copied().max().filter(|most| *most > 0)?;
    let step = WIDTH / DAYS;
    let bars: Vec<Bar> = (first..=today)
        .zip(&values)
        .zip(0..)
        .map(|((day, &value), n)| {
            // A day with few errors beside one with many is still seen.
            let height = (value * (FOOT - TOP) / most).max(i64::from(value > 0) * 2);
            let others = (total - value) / (DAYS - 1);
            let marked = value >= SURGE && value > TIMES * others;
            Bar { x: n * step + 2, y: FOOT - height, width: step - 4, height, label: named(day), value, marked }
        })
        .collect();
    let unusual: Vec<&str> = bars.iter().filter(|bar| bar.marked).map(|bar| bar.label.as_str()).collect();
    let surge = if unusual.is_empty() { String::new() } else { format!(" Unusually many on {}.", unusual.join(", ")) };
    Some(Chart {
        title: "Delivery errors by day".into(),
        description: format!("{total} delivery errors in {DAYS} days, at most {most} on one day.{surge}"),
        label: "Day".into(),
        unit: "Errors".into(),
        most: most.to_string(),
        from: named(first),
        to: named(today),
        bars,
    })
}

/// `24 Nov`.
fn named(day: i64) -> String {
    date(day).strftime("%-d %b").to_string()
}

/// The date of a day since 1970-01-01.
pub(super) fn date(day: i64) -> Date {
    let epoch = jiff::civil::date(1970, 1, 1);
    i32::try_from(day).ok().and_then(|days| epoch.checked_add(days.days()).ok()).unwrap_or(epoch)
}

/// The number of a date, in days since 1970-01-01.
pub(super) fn day(date: Date) -> i64 {
    let epoch = jiff::civil::date(1970, 1, 1);
    let round = SpanRound::new().largest(Unit::Day).days_are_24_hours();
    (date - epoch).round(round).map_or(0, |span| i64::from(span.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_surge_is_marked_and_the_table_has_every_day() {
        let today = day(jiff::civil::date(2026, 11, 24));
        assert_eq!(date(today), jiff::civil::date(2026, 11, 24));
        assert!(of_days(&[(today - 40, 9)], today).is_none());
        let chart = of_days(&[(today - 3, 2), (today, 50)], today).unwrap();
        assert_eq!(chart.bars.len(), 30);
        let last = chart.bars.last().unwrap();
        assert_eq!((last.value, last.height, last.marked, last.label.as_str()), (50, 100, true, "24 Nov"));
        assert_eq!(chart.bars.iter().filter(|bar| bar.marked).count(), 1);
        assert!(chart.description.contains("52 delivery errors"), "{}", chart.description);
    }
}
