//! Bars drawn on the server, with the same figures in a table.

use jiff::{SpanRound, ToSpan, Unit, civil::Date};

/// Days a chart shows.
pub(super) const DAYS: i64 = 30;
/// Width of the field, place of its top and of its foot.
const WIDTH: i64 = 720;
const TOP: i64 = 20;
const FOOT: i64 = 120;

/// A bar, already scaled to the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bar {
    pub(super) x: i64,
    pub(super) y: i64,
    pub(super) width: i64,
    pub(super) height: i64,
    pub(super) label: String,
    pub(super) value: i64,
    /// What was to be expected, in words; empty where nothing is said of it.
    pub(super) expected: String,
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
    /// The points of the line of what was to be expected; empty for none.
    pub(super) line: String,
}

/// A value that becomes a bar.
#[derive(Clone, Debug)]
pub(super) struct Value {
    /// What it is called.
    pub(super) label: String,
    pub(super) number: i64,
    /// What was to be expected.
    pub(super) expected: Option<f64>,
    /// Unusual.
    pub(super) marked: bool,
}

/// Delivery errors of the last days up to `today` (days since 1970-01-01, as the ledger counts them); none if there
/// was no error. `unusual` are the days on which a surge ran.
pub(super) fn of_days(counts: &[(i64, i64)], today: i64, unusual: &[i64]) -> Option<Chart> {
    let first = today - DAYS + 1;
    let of = |day: i64| counts.iter().find(|(d, _)| *d == day).map_or(0, |(_, count)| *count);
    let value = |day: i64| Value { label: named(day), number: of(day), expected: None, marked: unusual.contains(&day) };
    let values: Vec<Value> = (first..=today).map(value).collect();
    let total: i64 = values.iter().map(|value| value.number).sum();
    let most = values.iter().map(|value| value.number).max().filter(|most| *most > 0)?;
    let marked: Vec<&str> = values.iter().filter(|value| value.marked).map(|value| value.label.as_str()).collect();
    let surge = if marked.is_empty() { String::new() } else { format!(" Unusually many on {}.", marked.join(", ")) };
    let description = format!("{total} delivery errors in {DAYS} days, at most {most} on one day.{surge}");
    Some(drawn("Delivery errors by day", description, "Day", &values))
}

/// A chart of values. The scale ends at the largest of them and of what was to be expected.
pub(super) fn drawn(title: &str, description: String, label: &str, values: &[Value]) -> Chart {
    let expected = values.iter().filter_map(|value| value.expected).fold(0.0, f64::max);
    let most = values.iter().map(|value| value.number).max().unwrap_or(0).max(whole(expected.ceil())).max(1);
    let step = WIDTH / i64::try_from(values.len()).unwrap_or(WIDTH).clamp(1, WIDTH / 6);
    let bar = |(n, value): (i64, &Value)| {
        // A small value beside a large one is still seen.
        let height = (value.number * (FOOT - TOP) / most).max(i64::from(value.number > 0) * 2);
        Bar {
            x: n * step + 2,
            y: FOOT - height,
            width: step - 4,
            height,
            label: value.label.clone(),
            value: value.number,
            expected: value.expected.map(|expected| format!("{expected:.1}")).unwrap_or_default(),
            marked: value.marked,
        }
    };
    let point = |(n, value): (i64, &Value)| {
        let height = whole(value.expected? * real(FOOT - TOP) / real(most));
        Some(format!("{},{} {},{}", n * step, FOOT - height, (n + 1) * step, FOOT - height))
    };
    let points: Vec<String> = (0..).zip(values).filter_map(point).collect();
    let end = |value: Option<&Value>| value.map(|value| value.label.clone()).unwrap_or_default();
    Chart {
        title: title.to_owned(),
        description,
        label: label.to_owned(),
        unit: "Errors".into(),
        most: most.to_string(),
        from: end(values.first()),
        to: end(values.last()),
        bars: (0..).zip(values).map(bar).collect(),
        line: points.join(" "),
    }
}

fn real(number: i64) -> f64 {
    f64::from(i32::try_from(number).unwrap_or(i32::MAX))
}

/// The whole number nearest to one that is neither negative nor large.
fn whole(number: f64) -> i64 {
    format!("{:.0}", number.max(0.0)).parse().unwrap_or(0)
}

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
        assert!(of_days(&[(today - 40, 9)], today, &[]).is_none());
        let chart = of_days(&[(today - 3, 2), (today, 50)], today, &[today]).unwrap();
        assert_eq!(chart.bars.len(), 30);
        let last = chart.bars.last().unwrap();
        assert_eq!((last.value, last.height, last.marked, last.label.as_str()), (50, 100, true, "24 Nov"));
        assert_eq!(chart.bars.iter().filter(|bar| bar.marked).count(), 1);
        assert!(chart.description.contains("52 delivery errors"), "{}", chart.description);
        assert!(
            chart.description.contains("Unusually many on 24 Nov.") && chart.line.is_empty(),
            "{}",
            chart.description
        );
    }

    #[test]
    fn what_was_expected_is_a_line_on_the_same_scale() {
        let value = |number, expected| Value { label: "12:00".into(), number, expected: Some(expected), marked: false };
        let chart = drawn("t", String::new(), "Hour", &[value(10, 5.0), value(0, 19.6)]);
        assert_eq!((chart.most.as_str(), chart.bars[0].height, chart.bars[1].height), ("20", 50, 0));
        assert_eq!(chart.line, "0,95 360,95 360,22 720,22");
        assert_eq!(chart.bars[1].expected, "19.6");
    }
}
