//! Whether the relay takes our connection and sign-in.

use super::Finding;
use crate::{app, config::Config, mail::outbox::Relay};

/// Connects to the relay and signs in; sends nothing.
pub(super) async fn relay(config: &Config) -> Finding {
    let server = &config.smtp.server;
    let what = format!("SMTP {}:{}", server.host, server.port);
    let remedy = "Look at `[smtp]` and whether the relay lets this machine in";
    match Relay::new(app::smarthost(config)) {
        Ok(relay) => match relay.reach().await {
            Ok(()) => Finding::good(what, "connected, and signed in where asked for"),
            Err(why) => Finding::bad(what, why, remedy),
        },
        Err(error) => Finding::bad(what, error.to_string(), remedy),
    }
}
