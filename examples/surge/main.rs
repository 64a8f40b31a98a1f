//! How often normal traffic alarms, and how soon a surge is found (D6): a simulation of the code that watches.
//!
//! ```text
//! cargo run --release --example surge                  # two years of each site, three seeds
//! cargo run --release --example surge -- 400 5         # days, seeds
//! ```

mod chance;
mod traffic;
mod watch;

use traffic::{Model, Shape, Traffic};
use watch::Watch;

/// Errors a day.
const SIZES: [f64; 4] = [20.0, 200.0, 2_000.0, 20_000.0];
/// Surges on quiet sites, each with another chance.
const SURGES: usize = 200;

fn main() {
    let mut numbers = std::env::args().skip(1).map(|number| number.parse::<u64>().unwrap_or(0));
    let (days, seeds) = (numbers.next().unwrap_or(730), numbers.next().unwrap_or(3));
    println!(
        "false alarms on normal traffic, {days} days of {seeds} seeds each, from the first day on, a look a minute"
    );
    for shape in [Shape::Curve, Shape::Steps] {
        for model in Model::ALL {
            for a_day in SIZES {
                alarms(Traffic { a_day, model, shape, known: 0.1 }, days, seeds);
            }
        }
    }
    println!("\nten errors about known addresses within ten minutes, after 60 days, {SURGES} times");
    for known in [0.02, 0.1, 0.5, 1.0] {
        for model in Model::ALL {
            surges(Traffic { a_day: 20.0, model, shape: Shape::Curve, known });
        }
    }
}

fn alarms(traffic: Traffic, days: u64, seeds: u64) {
    let mut opened = Vec::new();
    for seed in 1..=seeds {
        let mut watch = Watch::new(traffic, seed);
        for day in 0..days {
            opened.extend(watch.watch(1).into_iter().map(|look| (day, look)));
        }
    }
    let months = f64::from(u32::try_from(days * seeds).unwrap_or(u32::MAX)) / 30.0;
    let number = f64::from(u32::try_from(opened.len()).unwrap_or(u32::MAX));
    let learning = opened.iter().filter(|(day, _)| *day < 14).count();
    let of = |words: &str| opened.iter().filter(|(_, look)| look.window.as_str() == words).count();
    println!(
        "{:>6} a day, {:?}, {}: {} in {months:.0} months = {:.3} a month (10 min {}, hour {}, day {}; while learning {learning})",
        traffic.a_day,
        traffic.shape,
        traffic.model.words(),
        opened.len(),
        number / months,
        of("ten_minutes"),
        of("hour"),
        of("day"),
    );
}

fn surges(traffic: Traffic) {
    let mut delays = Vec::new();
    for seed in 1..=SURGES {
        let mut watch = Watch::new(traffic, u64::try_from(seed).unwrap_or(1));
        watch.pass_days(60);
        delays.extend(watch.surge());
    }
    delays.sort_unstable();
    let at_once = delays.iter().filter(|delay| **delay <= 0).count();
    println!(
        "{:>3.0} % known, {}: found {} of {SURGES}, {at_once} by the look that ends the minute of the tenth error; latest {:?} min",
        traffic.known * 100.0,
        traffic.model.words(),
        delays.len(),
        delays.last(),
    );
}
