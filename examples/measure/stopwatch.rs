//! Time, for a benchmark: the one place here that reads the machine's clock.

use std::time::{Duration, Instant};

/// A running stopwatch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "a timing belongs in a benchmark")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn read(self) -> Duration {
        self.0.elapsed()
    }
}

/// Asks again and again until there is an answer; `None` when time is up.
pub(crate) fn until<T>(limit: Duration, pause: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let watch = Stopwatch::start();
    loop {
        if let Some(answer) = ask() {
            return Some(answer);
        }
        if watch.read() > limit {
            return None;
        }
        std::thread::sleep(pause);
    }
}
