//! Named points at which a crash test freezes the process, to kill it there.
//!
//! `inbox.fetching` (each message), `fetched`, `keeping` (before the commit), `kept`, `read`, `applying` (before the
//! commit), `applied`, `flagging`, `flagged` (the server was told, nobody noted that); `outbox.claiming` (before the
//! commit), `claimed`, `sent` (the relay has answered), `storing` (before the commit), `stored`.

/// Freezes the whole process if the environment names this point, `POSTDESK_STOP_AT=name` or `name:3` for the third
/// time. The test then kills it with a real SIGKILL.
#[cfg(feature = "test-doors")]
pub(crate) fn stop_point(name: &str) {
    use std::sync::atomic::{AtomicU32, Ordering};
    static PASSED: AtomicU32 = AtomicU32::new(0);
    let Ok(wanted) = std::env::var("POSTDESK_STOP_AT") else { return };
    let (point, times) = wanted.split_once(':').unwrap_or((&wanted, "1"));
    if point == name && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == times.parse().unwrap_or(1) {
        let _ = std::process::Command::new("kill").arg("-STOP").arg(std::process::id().to_string()).status();
        // Whichever thread comes to run first takes the signal and stops them all. Until then this one must not go on:
        // what is done after the point would be done after all.
        while stop_is_pending() {
            std::thread::yield_now();
        }
    }
}

/// Whether a SIGSTOP was sent to this process that no thread has taken yet (`ShdPnd`, proc(5)).
#[cfg(feature = "test-doors")]
fn stop_is_pending() -> bool {
    const SIGSTOP: u64 = 1 << (19 - 1);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let pending = status.lines().find_map(|line| line.strip_prefix("ShdPnd:"));
    pending.and_then(|bits| u64::from_str_radix(bits.trim(), 16).ok()).is_some_and(|bits| bits & SIGSTOP != 0)
}

/// Nothing, in a build for use.
#[cfg(not(feature = "test-doors"))]
pub(crate) const fn stop_point(_name: &str) {}

/// Whether something is to fail here, as a fault of ours would: the environment names this point and bytes that the
/// message holds, `POSTDESK_FAIL_AT=read:marker`. The points are `read`, `abort` and `apply`.
#[cfg(feature = "test-doors")]
pub(crate) fn fails_at(name: &str, bytes: &[u8]) -> bool {
    let Ok(wanted) = std::env::var("POSTDESK_FAIL_AT") else { return false };
    let Some((point, marker)) = wanted.split_once(':') else { return false };
    point == name && bytes.windows(marker.len().max(1)).any(|window| window == marker.as_bytes())
}

/// Breaks off here, if [`fails_at`] says so, as a library does on a text that it did not reckon with: by a panic whose
/// words quote the text. At the point `abort` nothing catches it: the process ends, as it does when its stack or its
/// memory is at an end.
#[cfg(feature = "test-doors")]
pub(crate) fn break_off_at(name: &str, bytes: &[u8]) {
    if fails_at("abort", bytes) {
        std::process::abort();
    }
    if fails_at(name, bytes) {
        let text = String::from_utf8_lossy(bytes);
        std::hint::black_box(&text[..=text.len()]);
    }
}

/// Nothing, in a build for use.
#[cfg(not(feature = "test-doors"))]
pub(crate) const fn break_off_at(_name: &str, _bytes: &[u8]) {}

/// Never, in a build for use.
#[cfg(not(feature = "test-doors"))]
pub(crate) const fn fails_at(_name: &str, _bytes: &[u8]) -> bool {
    false
}
