//! `account enable`, `account disable`, `account roles`, `account confirm`.

use super::{Named, Roles};
use crate::{
    cli::shell::{Shell, told},
    desk::{
        account::{set_disabled, set_roles},
        confirmation::confirm_at_shell,
    },
    domain::role::words,
};

/// Enables or disables.
pub(super) async fn state(shell: &Shell, named: &Named, disabled: bool) -> anyhow::Result<String> {
    let account = shell.account(&named.login).await?;
    let mut work = shell.store.write().await?;
    let change = shell.change(&mut work, &named.reason).await?;
    set_disabled(&mut work, &account, disabled, &change).await?;
    work.commit().await?;
    Ok(format!("The account {} is {}.\n", account.login, if disabled { "disabled" } else { "enabled" }))
}

/// Sets the roles.
pub(super) async fn roles(shell: &Shell, asked: &Roles) -> anyhow::Result<String> {
    let account = shell.account(&asked.login).await?;
    let mut roles = asked.roles.clone();
    roles.sort_unstable();
    roles.dedup();
    let mut work = shell.store.write().await?;
    let change = shell.change(&mut work, &asked.reason).await?;
    let outcome = set_roles(&mut work, &account, &roles, &change).await?;
    work.commit().await?;
    let done = format!("The account {} now has: {}.\n", account.login, words(&roles));
    Ok(told(outcome, &account.login, done))
}

/// Confirms what waits for an account, when nobody is left who could at the console.
pub(super) async fn confirm(shell: &Shell, named: &Named) -> anyhow::Result<String> {
    let account = shell.account(&named.login).await?;
    let mut work = shell.store.write().await?;
    let (now, reason) = (shell.clock.now(), named.reason.trim());
    let confirmed = confirm_at_shell(&mut work, &account, &shell.actor, reason, now, shell.waiting).await?;
    work.commit().await?;
    let what: Vec<&str> = confirmed.iter().map(|found| found.change.words()).collect();
    Ok(format!("Confirmed for {}: {}.\n", account.login, what.join(", ")))
}
