//! What verbs of the command line share that act on the database by themselves.

use anyhow::Context;

use crate::{
    app,
    clock::Clock,
    config::Config,
    domain::{account::Account, address, event::Actor},
    store::{Store, account},
};

/// The database, the time, and who sits at the shell.
#[derive(Debug)]
pub(super) struct Shell {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) actor: Actor,
}

impl Shell {
    /// Opens the configured database and brings it up to this version, so that accounts can be made before the first
    /// `serve`.
    pub(super) async fn open(config: &Config, clock: Clock) -> anyhow::Result<Self> {
        let store = app::open(config).await.context("cannot open the database ([database] url)")?;
        store.migrate().await?;
        Ok(Self { store, clock, actor: Actor::Shell(person()) })
    }

    /// An account by its login.
    pub(super) async fn account(&self, login: &str) -> anyhow::Result<Account> {
        let mut view = self.store.read().await?;
        let found = account::by_login(&mut view, &address::fold(login)).await?;
        found.with_context(|| format!("there is no account {login:?}; postdesk account list shows all"))
    }
}

/// Who sits at the shell, as the machine knows them.
pub(super) fn person() -> String {
    let named = |variable| std::env::var(variable).ok().filter(|name: &String| !name.is_empty() && name.len() <= 64);
    named("SUDO_USER").or_else(|| named("USER")).or_else(|| named("LOGNAME")).unwrap_or_else(|| "shell".to_owned())
}
