//! `postdesk restore`: a copy becomes the console's database, and knows that it is a copy.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;

use super::{backup, shell};
use crate::{
    app,
    clock::Clock,
    config::{Config, DatabaseUrl},
    desk,
    domain::event::Actor,
    store,
};

/// From where.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Restore {
    /// Put this copy where the configuration has the database (SQLite). Nothing may be there.
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
    /// The configured database itself is a copy, put there by other means: a dump, a snapshot.
    #[arg(long)]
    pub in_place: bool,
    /// The configured database is the true one, only moved: nothing happened after it was copied.
    #[arg(long)]
    pub moved: bool,
}

/// Restores and says what follows.
///
/// # Errors
/// With words that tell what to do.
pub async fn run(restore: &Restore, config: &Config, clock: &Clock) -> anyhow::Result<()> {
    let _held = app::lock(config).context("stop postdesk serve first")?;
    if let Some(from) = &restore.from {
        put(from, config, clock).await?;
    }
    let store = app::open(config).await.context("cannot open the database ([database] url)")?;
    store.migrate().await?;
    let mut work = store.write().await?;
    if restore.moved {
        store::restored::settle_identity(&mut work).await?;
    } else {
        desk::restore::mark(&mut work, Actor::Shell(shell::person()), clock.now()).await?;
    }
    work.commit().await?;
    store.close().await;
    println!("{}", if restore.moved { MOVED } else { RESTORED });
    Ok(())
}

const MOVED: &str = "Noted: this is the true database. The console goes on as if nothing had happened.";
const RESTORED: &str = "\
The database is restored. When the console starts, it reads again what the mailboxes hold.
Mail that waited to be sent is held, and what came before now is not acknowledged by itself:
look at Mailboxes and at the new tickets. Sessions have ended; accounts, roles and tokens are
as they were when the copy was made.";

async fn put(from: &Path, config: &Config, clock: &Clock) -> anyhow::Result<()> {
    let DatabaseUrl::Sqlite(to) = &config.database.url else {
        anyhow::bail!("this database is PostgreSQL's: use pg_restore, then postdesk restore --in-place")
    };
    anyhow::ensure!(from.exists(), "there is no file {}", from.display());
    for tail in ["", "-wal", "-journal"] {
        let mut beside = to.clone().into_os_string();
        beside.push(tail);
        let beside = PathBuf::from(beside);
        anyhow::ensure!(
            !beside.exists(),
            "{} is there; move it away first (keep it: it may hold what the copy does not)",
            beside.display()
        );
    }
    let contents = backup::into(from, to, clock, |_| std::future::pending()).await?;
    println!("{}", backup::words(to, &contents));
    Ok(())
}
