//! `account second-factor`.

use anyhow::{Context, bail};

use super::SecondFactor;
use crate::{
    cli::shell::{Shell, told},
    desk::account::{enrol_second_factor, reset_second_factor},
    domain::second_factor::Key,
};

/// Removes a second factor, or sets one up.
pub(super) async fn run(shell: &Shell, asked: &SecondFactor) -> anyhow::Result<String> {
    match (&asked.reset, &asked.enrol) {
        (Some(login), _) => reset(shell, login, &asked.reason).await,
        (None, Some(login)) => enrol(shell, login, &asked.reason).await,
        (None, None) => bail!("say --reset LOGIN or --enrol LOGIN"),
    }
}

async fn reset(shell: &Shell, login: &str, reason: &str) -> anyhow::Result<String> {
    let account = shell.account(login).await?;
    if !account.second_factor {
        bail!("the account {} has no second factor; its owner sets one up at sign-in", account.login);
    }
    let mut work = shell.store.write().await?;
    let change = shell.change(&mut work, reason).await?;
    let outcome = reset_second_factor(&mut work, &account, &change).await?;
    work.commit().await?;
    let done = format!("The second factor of {} is removed; all its sessions have ended.\n", account.login);
    Ok(told(outcome, &account.login, done))
}

/// Prints the key alone, so that it can be piped into a file.
async fn enrol(shell: &Shell, login: &str, reason: &str) -> anyhow::Result<String> {
    let account = shell.account(login).await?;
    let key = Key::new(shell.clock.unguessable()?);
    let address = key.address("", &account.login).context("the key cannot be written as an address")?;
    let mut work = shell.store.write().await?;
    let change = shell.change(&mut work, reason).await?;
    if !enrol_second_factor(&mut work, &account, &key, &change).await? {
        bail!(
            "the account {} has a second factor, or is an authorised postmaster's, who sets it up at sign-in; \
             to remove it: postdesk account second-factor --reset {}",
            account.login,
            account.login
        );
    }
    work.commit().await?;
    eprintln!("For an authenticator on a telephone: {}", address.expose());
    Ok(format!("{}\n", key.base32().expose()))
}
