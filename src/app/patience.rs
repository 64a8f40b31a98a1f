//! How long a server is waited for. A test that lets one fall silent must not wait ten minutes.

use std::time::Duration;

/// The span, or less where the environment says so: `POSTDESK_PATIENCE` in milliseconds.
#[cfg(feature = "test-doors")]
pub(super) fn patience(span: Duration) -> Duration {
    let at_most = std::env::var("POSTDESK_PATIENCE").ok().and_then(|text| text.parse().ok());
    at_most.map_or(span, |millis| span.min(Duration::from_millis(millis)))
}

/// The span, in a build for use.
#[cfg(not(feature = "test-doors"))]
pub(super) const fn patience(span: Duration) -> Duration {
    span
}
