//! What verbs of the command line share that act on the database by themselves.

use std::time::Duration;

use anyhow::Context;

use crate::{
    app,
    clock::Clock,
    config::Config,
    desk::account::{Change, Outcome},
    domain::{account::Account, address, event::Actor},
    store::{Store, View, account},
};

/// The database, the time, and who sits at the shell.
#[derive(Debug)]
pub(super) struct Shell {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) actor: Actor,
    /// How long somebody newly confirmed gives no consents and releases.
    pub(super) waiting: Duration,
}

impl Shell {
    /// Opens the configured database and brings it up to this version, so that accounts can be made before the first
    /// `serve`.
    pub(super) async fn open(config: &Config, clock: Clock) -> anyhow::Result<Self> {
        let store = app::open(config).await.context("cannot open the database ([database] url)")?;
        store.migrate().await?;
        Ok(Self { store, clock, actor: Actor::Shell(person()), waiting: config.accounts.waiting })
    }

    /// A change by who sits here.
    pub(super) async fn change<'a>(&self, view: &mut View, reason: &'a str) -> anyhow::Result<Change<'a>> {
        Ok(Change::at_shell(view, &self.actor, reason, self.clock.now(), self.waiting).await?)
    }

    /// An account by its login.
    pub(super) async fn account(&self, login: &str) -> anyhow::Result<Account> {
        let mut view = self.store.read().await?;
        let found = account::by_login(&mut view, &address::fold(login)).await?;
        found.with_context(|| format!("there is no account {login:?}; postdesk account list shows all"))
    }
}

/// What to say of a change: that it holds, or that another has to confirm it.
pub(super) fn told(outcome: Outcome, login: &str, done: String) -> String {
    match outcome {
        Outcome::Done => done,
        Outcome::Waits => format!(
            "This takes effect when another authorised postmaster confirms it at the console, under Confirmations.\nIf \
             none is left who could: postdesk account confirm --login {login}\n"
        ),
    }
}

/// Who sits at the shell, as the machine knows them.
pub(super) fn person() -> String {
    let named = |variable| std::env::var(variable).ok().filter(|name: &String| !name.is_empty() && name.len() <= 64);
    named("SUDO_USER").or_else(|| named("USER")).or_else(|| named("LOGNAME")).unwrap_or_else(|| "shell".to_owned())
}
