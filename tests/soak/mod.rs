//! The worst, at random and for long: `./soak` runs it for as long as it is told, `./test` for some seconds.

mod chance;
mod kills;
mod load;
mod memory;
mod storm;

/// A number from the environment, by which `./soak` makes a test long.
fn asked(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}
