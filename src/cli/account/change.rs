//! `account enable`, `account disable`, `account roles`.

use super::{Named, Roles};
use crate::{
    cli::shell::Shell,
    desk::account::{Change, set_disabled, set_roles},
    domain::role::words,
};

fn change<'a>(shell: &Shell, reason: &'a str) -> Change<'a> {
    // The shell is the way back when no administrator is left, so it may also take the last one away.
    Change { actor: shell.actor.clone(), reason: reason.trim(), now: shell.clock.now(), keep_administrator: false }
}

/// Enables or disables.
pub(super) async fn state(shell: &Shell, named: &Named, disabled: bool) -> anyhow::Result<String> {
    let account = shell.account(&named.login).await?;
    let mut work = shell.store.write().await?;
    set_disabled(&mut work, &account, disabled, &change(shell, &named.reason)).await?;
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
    set_roles(&mut work, &account, &roles, &change(shell, &asked.reason)).await?;
    work.commit().await?;
    Ok(format!("The account {} now has: {}.\n", account.login, words(&roles)))
}
