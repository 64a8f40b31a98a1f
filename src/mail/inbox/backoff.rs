//! How long to stay away from a server that failed. Pure; chance comes from the clock's jitter.

use std::time::Duration;

/// The longest wait.
pub const LONGEST: Duration = Duration::from_mins(5);
/// The first wait.
const FIRST: Duration = Duration::from_secs(1);

/// The wait before the next attempt, after `failures` failures in a row: 1, 2, 4 … 300 seconds.
///
/// Give it to [`crate::clock::Clock::jitter`], so that many mailboxes do not come back at once.
#[must_use]
pub fn wait(failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    FIRST.saturating_mul(1 << doublings).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_to_five_minutes_and_stays() {
        let waits: Vec<u64> = [0, 1, 2, 3, 9, 10, u32::MAX].into_iter().map(|n| wait(n).as_secs()).collect();
        assert_eq!(waits, [1, 1, 2, 4, 256, 300, 300]);
    }
}
