//! A new database for a console, and what is counted in it.

use std::{
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use postdesk::{
    clock::Clock,
    domain::{role::Role, secret::Secret},
    password::Passwords,
    store::{Store, account, counter},
};
use tokio::runtime::Runtime;

use crate::{options::Engine, stopwatch::until, world::World};

/// Where a console keeps everything.
pub(crate) struct Database {
    pub(crate) engine: Engine,
    pub(crate) url: String,
}

impl Database {
    /// Makes a new one.
    pub(crate) fn new(world: &World, engine: Engine, dir: &Path, name: &str) -> Result<Self> {
        if engine == Engine::Sqlite {
            return Ok(Self { engine, url: format!("sqlite://{}/{name}.sqlite", dir.display()) });
        }
        let url = world.value("POSTGRES_URL")?;
        let made = Command::new(format!("{}/psql", world.value("POSTGRES_BIN")?))
            .args(["-q", "-d", url, "-c", &format!("CREATE DATABASE {name}")])
            .stdin(Stdio::null())
            .status()
            .context("cannot run psql")?;
        ensure!(made.success(), "psql could not make a database");
        let server = url.rsplit_once('/').map_or(url, |(server, _)| server);
        Ok(Self { engine, url: format!("{server}/{name}") })
    }

    /// Its name in a figure.
    pub(crate) const fn words(&self) -> &'static str {
        match self.engine {
            Engine::Sqlite => "SQLite, synchronous=FULL",
            Engine::Postgres => "PostgreSQL, fsync on",
        }
    }
}

/// Reads a console's own counts, through a connection of ours.
pub(crate) struct Counts {
    runtime: Runtime,
    store: Store,
}

impl Counts {
    pub(crate) fn open(database: &Database) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let store = runtime.block_on(Store::open(&database.url))?;
        Ok(Self { runtime, store })
    }

    pub(crate) fn get(&self, name: &str) -> Result<i64> {
        self.runtime.block_on(async {
            let mut view = self.store.read().await?;
            Ok(counter::get(&mut view, name).await?)
        })
    }

    /// Waits until so many messages are applied: read, decided on, and everything about them committed.
    pub(crate) fn wait_for_applied(&self, count: usize, limit: Duration) -> Result<()> {
        let count = i64::try_from(count)?;
        let pause = Duration::from_millis(20);
        until(limit, pause, || self.get("message.stage.applied").is_ok_and(|applied| applied >= count).then_some(()))
            .with_context(|| format!("{count} messages were not ingested within {limit:?}"))
    }

    /// Adds somebody who may read everything.
    pub(crate) fn add_account(&self, login: &str, password: &str) -> Result<()> {
        self.runtime.block_on(async {
            let clock = Clock::machine();
            let hash = Passwords::new(clock.clone())?.hash(&Secret::new(password.to_owned())).await?;
            let new = account::NewAccount {
                login,
                name: "Paul Adeyemi",
                email: "paul@college.test",
                roles: &[Role::Postmaster, Role::AuthorisedPostmaster],
                password_hash: &hash,
                now: clock.now(),
            };
            let mut work = self.store.write().await?;
            account::add(&mut work, &new).await?;
            work.commit().await?;
            Ok(())
        })
    }
}
