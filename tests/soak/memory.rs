//! The memory of one process over time.

use std::time::Duration;

use postdesk::{clock::Clock, domain::time::Moment};

/// Kilobytes by which any process may grow without anybody being to blame.
const SLACK: u64 = 8 << 10;

/// Samples of one process's resident memory.
#[derive(Debug)]
pub(super) struct Memory {
    pid: u32,
    begun: Moment,
    /// (since the beginning, kilobytes).
    samples: Vec<(Duration, u64)>,
}

impl Memory {
    pub(super) fn of(pid: u32) -> Self {
        Self { pid, begun: Clock::machine().now(), samples: Vec::new() }
    }

    /// Takes a sample.
    pub(super) fn look(&mut self) {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid)).expect("it lives");
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("its memory");
        let kilobytes = line.split_whitespace().nth(1).and_then(|text| text.parse().ok()).expect("kilobytes");
        self.samples.push((Clock::machine().now().since(self.begun), kilobytes));
    }

    /// The most in the second and in the last quarter of the time: what it needs once it is warm, and in the end.
    pub(super) fn warm_and_last(&self) -> (u64, u64) {
        let whole = self.samples.last().map_or(Duration::ZERO, |(at, _)| *at);
        let most = |from: Duration, to: Duration| {
            let within = self.samples.iter().filter(|(at, _)| *at >= from && *at <= to);
            within.map(|(_, kilobytes)| *kilobytes).max().unwrap_or(0)
        };
        (most(whole / 4, whole / 2), most(whole / 4 * 3, whole))
    }

    /// Whether it did not grow once it was warm.
    pub(super) fn is_flat(&self) -> bool {
        let (warm, last) = self.warm_and_last();
        last <= warm + warm / 5 + SLACK
    }
}

#[test]
fn memory_that_grows_is_not_flat() {
    let of = |kilobytes: fn(u64) -> u64| Memory {
        pid: 1,
        begun: Clock::machine().now(),
        samples: (0..100).map(|second| (Duration::from_secs(second), kilobytes(second))).collect(),
    };
    assert!(of(|second| 50_000 + second % 7 * 100).is_flat());
    assert!(!of(|second| 50_000 + second * 500).is_flat());
}
