//! `postdesk migrate`: brings the database's schema up to this version.

use crate::{app, config::Config, store::Schema};

/// Migrates, under the database's own lock.
///
/// # Errors
/// When the database does not answer or was made by a newer version.
pub async fn run(config: &Config) -> anyhow::Result<()> {
    let store = app::open(config).await?;
    let before = store.schema().await?;
    store.migrate().await?;
    let words = if before == Schema::Current { "The database is up to date." } else { "The database was migrated." };
    println!("{words}");
    store.close().await;
    Ok(())
}
