//! Chance.

use std::time::Duration;

use postdesk::clock::Clock;

/// A number below `limit`.
pub(super) fn below(limit: u64) -> u64 {
    let bytes: [u8; 8] = Clock::machine().unguessable().expect("random bytes");
    u64::from_le_bytes(bytes) % limit
}

/// A span between two, in milliseconds.
pub(super) fn span(from: u64, to: u64) -> Duration {
    Duration::from_millis(from + below(to - from))
}

/// Lets time pass while the process works: when it is killed is the subject, not what it has reached.
pub(super) async fn pass(span: Duration) {
    Clock::machine().sleep(span).await;
}
