//! A look in words that can be checked: expected, seen, probability.

use jiff::{Timestamp, tz::TimeZone};

use crate::domain::{
    surge::{Whom, Window},
    time::Moment,
};

/// `12 delivery errors about known addresses in the 10 minutes to 12:05; 0.1 were expected.` and how seldom that is.
#[must_use]
pub fn sentence(
    (window, whom): (Window, Whom),
    seen: i64,
    expected: f64,
    probability: f64,
    (end, zone): (Moment, &TimeZone),
) -> String {
    let about = if whom == Whom::Known { " about known addresses" } else { "" };
    let local = Timestamp::from_millisecond(end.millis()).unwrap_or_default().to_zoned_datetime(zone.clone());
    format!(
        "{seen} delivery errors{about} in the {} to {}; {} were expected. By chance so many come in {} such windows.",
        window.words(),
        local.strftime("%H:%M on %-d %b"),
        times(expected),
        one_in(probability),
    )
}

/// A number of errors that are expected, with as many digits as mean something.
#[must_use]
pub fn times(expected: f64) -> String {
    if expected < 0.05 {
        "fewer than 0.1".to_owned()
    } else if expected < 9.95 {
        format!("{expected:.1}")
    } else {
        format!("{expected:.0}")
    }
}

/// `1 of 4,000,000`, to one or two digits.
#[must_use]
pub fn one_in(probability: f64) -> String {
    if probability > 0.1 {
        return "more than 1 of 10".to_owned();
    }
    if probability < 1e-9 {
        return "less than 1 of 1,000,000,000".to_owned();
    }
    let (mut number, mut zeros) = (1.0 / probability, 0);
    while number >= 99.5 {
        number /= 10.0;
        zeros += 1;
    }
    let digits = format!("{number:.0}{}", "0".repeat(zeros));
    let mut text = String::with_capacity(digits.len() + 8);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    format!("1 of {text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_can_be_read() {
        assert_eq!(one_in(0.5), "more than 1 of 10");
        assert_eq!(one_in(0.02), "1 of 50");
        assert_eq!(one_in(2.5e-7), "1 of 4,000,000");
        assert_eq!(one_in(1.0 / 1_234.0), "1 of 1,200");
        assert_eq!(one_in(0.0), "less than 1 of 1,000,000,000");
        assert_eq!((times(0.01), times(1.24), times(833.4)), ("fewer than 0.1".into(), "1.2".into(), "833".into()));
        let at = Moment::from_secs(1_795_521_600);
        assert_eq!(
            sentence((Window::TenMinutes, Whom::Known), 12, 0.12, 2.5e-7, (at, &TimeZone::UTC)),
            "12 delivery errors about known addresses in the 10 minutes to 12:00 on 24 Nov; 0.1 were expected. By chance so \
             many come in 1 of 4,000,000 such windows."
        );
    }
}
