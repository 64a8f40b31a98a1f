//! Waiting for a condition, with a limit.

use std::time::Duration;

use postdesk::clock::Clock;

/// How often a condition is looked at.
const LOOK: Duration = Duration::from_millis(25);

/// Waits until `look` gives something; fails after `limit`, naming `what`.
pub(crate) async fn until_some<T>(what: &str, limit: Duration, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let clock = Clock::machine();
    let found = tokio::time::timeout(limit, async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            clock.sleep(LOOK).await;
        }
    });
    found.await.unwrap_or_else(|_| panic!("waited {limit:?} in vain for: {what}"))
}

/// Waits until `look` says yes; fails after `limit`, naming `what`.
pub(crate) async fn until(what: &str, limit: Duration, mut look: impl AsyncFnMut() -> bool) {
    until_some(what, limit, async || look().await.then_some(())).await;
}
