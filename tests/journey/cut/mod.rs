//! Connections that are cut, stalled, garbled, and servers that say what no server should: everything arrives once all
//! the same, waits have an end, and a person is told.

mod imap;
mod relay;
mod restart;
mod stubborn;
mod tls;

use std::time::Duration;

use super::harness::{Console, PATIENCE, Wishes};
use crate::world::{Proxy, address, until_some};

/// How long the console waits for a server in these tests, in milliseconds: enough for an honest one.
const IMPATIENT: &[(&str, &str)] = &[("POSTDESK_PATIENCE", "1500")];

/// A proxy in front of one of the world's servers.
pub(super) async fn before(server: &str) -> Proxy {
    Proxy::start(address(server).parse().expect("a port")).await
}

/// A console that is impatient with servers. Its leases outlive the turning of its clock.
pub(super) fn impatient() -> Wishes {
    Wishes { environment: IMPATIENT, lease_seconds: 600, ..Wishes::default() }
}

/// An edit of the configuration: the mailbox is at this port, and its connection is protected so.
pub(super) fn mailbox_at(port: u16, tls: &str) -> (String, String) {
    (format!("port = {}\n", address("IMAPS_PORT")), format!("port = {port}\ntls = \"{tls}\"\n"))
}

/// Waits until `look` gives something, and turns the console's clock on in between: it stays away from a failing server
/// for longer each time, as it should.
pub(super) async fn turning<T>(
    console: &Console,
    span: Duration,
    what: &str,
    mut look: impl AsyncFnMut() -> Option<T>,
) -> T {
    for _ in 0..100 {
        let looking = until_some(what, PATIENCE, &mut look);
        if let Ok(found) = tokio::time::timeout(Duration::from_millis(500), looking).await {
            return found;
        }
        console.turn_clock_by(span);
    }
    panic!("turned the clock 100 times in vain for: {what}");
}

/// As [`turning`], for faults that are planned.
async fn all_acted(console: &Console, proxy: &Proxy, faults: usize) {
    for acted in 1..=faults {
        let what = format!("fault number {acted} of {faults}");
        turning(console, AWAY, &what, async || (proxy.acted() >= acted).then_some(())).await;
    }
}

/// Longer than the console ever stays away from a mail server.
pub(super) const AWAY: Duration = Duration::from_mins(8);
