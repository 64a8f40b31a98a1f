//! `token add`.

use std::time::Duration;

use anyhow::bail;

use super::Add;
use crate::{
    cli::shell::Shell,
    domain::{
        event::{NewEvent, What},
        token::{hashed, valid_name, written},
    },
    store::token,
};

/// Makes a token. It is printed alone, so that it can be piped into a file.
pub(super) async fn run(shell: &Shell, add: &Add) -> anyhow::Result<String> {
    let account = shell.account(&add.login).await?;
    if account.disabled {
        bail!("the account {} is disabled; a token of it would not hold", account.login);
    }
    let name = add.name.trim();
    if !valid_name(name) {
        bail!("--name: say what the token is for, in 100 characters at most");
    }
    let secret = written(&shell.clock.unguessable()?);
    let now = shell.clock.now();
    let ends = now.plus(Duration::from_hours(add.expires * 24));
    let mut work = shell.store.write().await?;
    let hash = hashed(secret.expose());
    let id = token::add(&mut work, account.id, name, &hash, add.may_release, now, ends).await?;
    let release = if add.may_release { ", may release" } else { "" };
    let why = format!("token {id} ({name}) of {}, until {ends}{release}", account.login);
    work.event(NewEvent::new(now, shell.actor.clone(), What::TokenAdded, why));
    work.commit().await?;
    Ok(format!("{}\n", secret.expose()))
}
