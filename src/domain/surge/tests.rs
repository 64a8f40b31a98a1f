//! What surges are found, and what is none.

use jiff::tz::TimeZone;

use super::*;

/// 2026-11-24 12:00 UTC, a Tuesday, in hours.
const NOON: i64 = 1_795_521_600 / 3_600;

fn steady(days: i64, all: i64, known: i64) -> Vec<Count> {
    (NOON - days * 24..NOON).map(|at| Count { at, all, known }).collect()
}

fn learned(counts: &[Count], since: i64) -> Rhythm {
    Rhythm::learn(counts, since, NOON, &[], &TimeZone::UTC)
}

fn burst(number: i64, known: i64) -> Recent {
    let end = NOON * 60;
    Recent::new(
        &(0..number).map(|n| Count { at: end - number + n, all: 1, known: i64::from(n < known) }).collect::<Vec<_>>(),
    )
}

fn alarm(rhythm: &Rhythm, recent: &Recent) -> Option<Look> {
    let thresholds = Thresholds::default();
    most_unusual(looks(rhythm, recent, NOON * 60).filter(|look| look.alarms(&thresholds)))
}

#[test]
fn d6_a_steady_rate_is_what_is_expected() {
    let rhythm = learned(&steady(60, 12, 1), NOON - 60 * 24);
    assert!(!rhythm.is_learning() && rhythm.days() == 56);
    let end = NOON * 60;
    for (window, right) in [(Window::TenMinutes, 2.0), (Window::Hour, 12.0), (Window::Day, 288.0)] {
        let found = rhythm.expect(Whom::All, end - window.minutes(), end, window);
        assert!((found.mean / right - 1.0).abs() < 0.02, "{window}: {found:?}");
        assert!(found.variance >= found.mean);
    }
}

#[test]
fn d6_ten_errors_to_known_addresses_on_a_quiet_site_are_a_surge_and_to_unknown_ones_of_a_busy_site_not() {
    let quiet: Vec<Count> = (NOON - 60 * 24..NOON)
        .map(|at| Count { at, all: i64::from(at % 3 > 0), known: i64::from(at % 24 == 0) })
        .collect();
    let rhythm = learned(&quiet, NOON - 60 * 24);
    let found = alarm(&rhythm, &burst(10, 10)).expect("a surge");
    assert_eq!((found.window, found.whom, found.seen), (Window::TenMinutes, Whom::Known, 10));
    assert!(found.expected < 0.1 && found.probability() < 3e-6, "{found:?}");
    assert!(alarm(&rhythm, &burst(4, 4)).is_none(), "four are few");
    let busy = learned(&steady(60, 60, 1), NOON - 60 * 24);
    assert!(alarm(&busy, &burst(10, 0)).is_none());
}

#[test]
fn d6_a_new_site_is_not_alarmed_by_its_first_mail_and_still_sees_what_is_gross() {
    let new = learned(&[], NOON - 3);
    assert!(new.is_learning());
    assert!(alarm(&new, &burst(100, 2)).is_none(), "nobody knows what is usual here");
    assert!(alarm(&new, &burst(10, 10)).is_some(), "ten known addresses at once are told even so");
    let some_days = learned(&steady(7, 10, 0), NOON - 7 * 24);
    assert!(some_days.is_learning());
    assert!(alarm(&some_days, &burst(20, 0)).is_none());
    let flood = Recent::new(&[Count { at: NOON * 60 - 1, all: 500, known: 0 }]);
    assert!(alarm(&some_days, &flood).is_some());
}

#[test]
fn d6_the_rhythm_knows_hour_and_weekday() {
    // Sixty an hour on working days from nine to five, nothing else.
    let works = |at: i64| (at.div_euclid(24) + 3) % 7 < 5 && (9..17).contains(&at.rem_euclid(24));
    let counts: Vec<Count> =
        (NOON - 60 * 24..NOON).map(|at| Count { at, all: if works(at) { 60 } else { 0 }, known: 0 }).collect();
    let rhythm = learned(&counts, NOON - 60 * 24);
    let hour = |at: i64| rhythm.expect(Whom::All, at * 60, at * 60 + 60, Window::Hour).mean;
    assert!((55.0..65.0).contains(&hour(NOON)), "noon of a Tuesday: {}", hour(NOON));
    assert!(hour(NOON - 10) < 3.0, "two at night: {}", hour(NOON - 10));
    assert!(hour(NOON - 48) < 8.0, "noon of a Sunday: {}", hour(NOON - 48));
}

#[test]
fn d6_nothing_is_learned_from_an_incident_until_it_has_become_the_rule() {
    let mut counts = steady(60, 2, 0);
    let incident = Span { from: NOON - 36 * 24, to: NOON - 34 * 24 };
    counts
        .iter_mut()
        .filter(|count| (incident.from..incident.to).contains(&count.at))
        .for_each(|count| count.all = 900);
    let mean = |rhythm: &Rhythm| rhythm.expect(Whom::All, NOON * 60 - 60, NOON * 60, Window::Hour).mean;
    let spared = Rhythm::learn(&counts, NOON - 60 * 24, NOON, &[incident], &TimeZone::UTC);
    assert!(mean(&spared) < 2.5, "{}", mean(&spared));
    let told_nothing = learned(&counts, NOON - 60 * 24);
    assert!(mean(&told_nothing) > 20.0, "{}", mean(&told_nothing));
    let lasting = Span { from: NOON - 60 * 24, to: NOON };
    let rule = Rhythm::learn(&steady(60, 50, 0), NOON - 60 * 24, NOON, &[lasting], &TimeZone::UTC);
    assert!(mean(&rule) > 45.0, "{}", mean(&rule));
}

#[test]
fn d6_what_strays_threefold_is_expected_to() {
    // Clumps: ten in every fifth hour, which is another one each day.
    let counts: Vec<Count> =
        (NOON - 60 * 24..NOON).map(|at| Count { at, all: if at % 5 == 0 { 10 } else { 0 }, known: 0 }).collect();
    let rhythm = learned(&counts, NOON - 60 * 24);
    let even = learned(&steady(60, 2, 0), NOON - 60 * 24);
    let variance = |rhythm: &Rhythm| rhythm.expect(Whom::All, NOON * 60 - 60, NOON * 60, Window::Hour).variance;
    assert!(variance(&rhythm) > 3.0 * variance(&even), "{} and {}", variance(&rhythm), variance(&even));
}
