//! Numbers and days as people read them.

use crate::web::chart;

/// `12,345`.
pub(super) fn count(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0 { format!("-{text}") } else { text }
}

/// A part of a whole: `98.3 %`. Only all of it is 100 %, and only none of it 0 %.
pub(super) fn share(part: i64, all: i64) -> String {
    if all <= 0 {
        return "–".to_owned();
    }
    let tenths = i128::from(part) * 1_000 / i128::from(all);
    match (part, tenths) {
        (0, _) => "0 %".to_owned(),
        (part, _) if part >= all => "100 %".to_owned(),
        (_, 0) => "under 0.1 %".to_owned(),
        (_, tenths) => format!("{}.{} %", tenths / 10, tenths % 10),
    }
}

/// A day in both forms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct DayText {
    /// `2026-11-24`.
    pub(super) iso: String,
    /// `24 Nov 2026`.
    pub(super) text: String,
}

/// A day by its number.
pub(super) fn day(number: i64) -> DayText {
    let date = chart::date(number);
    DayText { iso: date.to_string(), text: date.strftime("%-d %b %Y").to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_people_read_them() {
        assert_eq!([count(0), count(999), count(1_000), count(-12_345_678)], ["0", "999", "1,000", "-12,345,678"]);
        assert_eq!([share(0, 9), share(9, 9), share(983, 1_000)], ["0 %", "100 %", "98.3 %"]);
        assert_eq!([share(99_999, 100_000), share(1, 100_000), share(0, 0)], ["99.9 %", "under 0.1 %", "–"]);
        assert_eq!(day(20_781), DayText { iso: "2026-11-24".into(), text: "24 Nov 2026".into() });
    }
}
