//! `postdesk serve`: web, workers and doors together, until told to stop.

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};

use crate::{app::App, clock::Clock, config::Config};

/// Runs until SIGTERM, SIGINT or SIGHUP; gives what is in hand a while to end.
///
/// # Errors
/// When the console cannot start, or a newer version has taken the database over.
pub async fn run(config: &Config) -> anyhow::Result<()> {
    for note in &config.notes {
        tracing::warn!("{note}");
    }
    // Signals are heard before anything starts, so that none is missed.
    let mut terminate = signal(SignalKind::terminate()).context("cannot hear SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot hear SIGINT")?;
    let mut hang_up = signal(SignalKind::hangup()).context("cannot hear SIGHUP")?;
    let app = App::start(config, Clock::of_process()).await?;
    tracing::info!(address = %app.address, database = app.store.engine(), "postdesk is ready");
    let outdated = tokio::select! {
        _ = terminate.recv() => false,
        _ = interrupt.recv() => false,
        _ = hang_up.recv() => false,
        () = app.outdated() => true,
    };
    if outdated {
        tracing::error!("a newer postdesk has migrated the database; this one stops");
    } else {
        tracing::info!("stopping");
    }
    app.stop().await;
    // Its leases are free by now: the newer one need not wait for them.
    anyhow::ensure!(!outdated, "a newer postdesk has migrated the database; install that version or newer");
    Ok(())
}
