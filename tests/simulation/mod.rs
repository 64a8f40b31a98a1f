//! Normal traffic makes no alarm and a surge does: a short form of `examples/surge`, with chance that is the same each
//! time.

#[path = "../../examples/surge/chance.rs"]
mod chance;
#[path = "../../examples/surge/traffic.rs"]
mod traffic;
#[path = "../../examples/surge/watch.rs"]
mod watch;

use traffic::{Model, Shape, Traffic};
use watch::Watch;

/// Ten weeks of each site, the first of which it learns in; a look each ten minutes.
const DAYS: u32 = 70;
const STEP: usize = 10;

/// False alarms of a site of this size under all three models.
fn alarms(a_day: f64, seed: u64) -> usize {
    let of = |model: Model| {
        let shape = if model == Model::Hours { Shape::Steps } else { Shape::Curve };
        let mut watch = Watch::new(Traffic { a_day, model, shape, known: 0.1 }, seed);
        (0..DAYS).map(|_| watch.watch(STEP).len()).sum::<usize>()
    };
    let found: Vec<usize> = Model::ALL.into_iter().map(of).collect();
    for (model, number) in Model::ALL.iter().zip(&found) {
        println!("{a_day} a day, {}: {number} false alarms in {DAYS} days", model.words());
    }
    found.iter().sum()
}

fn is_quiet(a_day: f64, seed: u64) {
    let months = 3.0 * f64::from(DAYS) / 30.0;
    let found = f64::from(u32::try_from(alarms(a_day, seed)).expect("a number"));
    assert!(found / months < 1.0, "{a_day} a day: {found} false alarms in {months} months");
}

#[test]
fn d6_twenty_errors_a_day_make_less_than_one_false_alarm_a_month() {
    is_quiet(20.0, 11);
}

#[test]
fn d6_two_hundred_errors_a_day_make_less_than_one_false_alarm_a_month() {
    is_quiet(200.0, 12);
}

#[test]
fn d6_two_thousand_errors_a_day_make_less_than_one_false_alarm_a_month() {
    is_quiet(2_000.0, 13);
}

#[test]
fn d6_twenty_thousand_errors_a_day_make_less_than_one_false_alarm_a_month() {
    is_quiet(20_000.0, 14);
}

#[test]
fn d6_ten_errors_about_known_addresses_in_ten_minutes_are_found_within_a_minute() {
    for (model, seed) in Model::ALL.into_iter().zip([21, 22, 23]) {
        let mut watch = Watch::new(Traffic { a_day: 20.0, model, shape: Shape::Curve, known: 0.1 }, seed);
        watch.pass_days(60);
        for _ in 0..10 {
            let found = watch.surge().unwrap_or_else(|| panic!("{}: not found", model.words()));
            assert!(found <= 1, "{}: {found} minutes after the tenth error", model.words());
        }
    }
}
