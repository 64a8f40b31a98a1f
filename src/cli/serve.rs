//! `postdesk serve`: web, workers and doors together, until told to stop.

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};

use crate::{app::App, clock::Clock, config::Config};

/// Runs until SIGTERM, SIGINT or SIGHUP; gives what is in hand a while to end.
///
/// # Errors
/// When the console cannot start.
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
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        _ = hang_up.recv() => {}
    }
    tracing::info!("stopping");
    app.stop().await;
    Ok(())
}
