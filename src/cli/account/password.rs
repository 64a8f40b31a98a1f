//! `account password`, and how a password is read.

use std::io::Read;

use anyhow::{Context, bail};

use crate::{
    cli::shell::{Shell, told},
    desk::account::set_password,
    domain::{account::Account, secret::Secret},
    password::{self, LONGEST, Passwords},
};

/// Reads a password: everything up to the first line end.
pub(super) fn read(stdin: &mut impl Read) -> anyhow::Result<Secret> {
    let mut bytes = zeroize::Zeroizing::new(Vec::with_capacity(LONGEST + 2));
    let most = u64::try_from(LONGEST).unwrap_or(u64::MAX) + 2;
    stdin.take(most).read_to_end(&mut bytes).context("cannot read the password from standard input")?;
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let Ok(text) = std::str::from_utf8(line) else { bail!("the password is no UTF-8 text") };
    if text.is_empty() {
        bail!("no password came on standard input; give it as in: postdesk account … --password-stdin < file");
    }
    Ok(Secret::new(text.to_owned()))
}

/// Checks and hashes a new password.
pub(super) async fn hashed(shell: &Shell, password: &Secret, login: &str, email: &str) -> anyhow::Result<String> {
    password::check(password, login, email)?;
    Ok(Passwords::new(shell.clock.clone())?.hash(password).await?)
}

/// Sets a new password.
pub(super) async fn run(shell: &Shell, login: &str, stdin: &mut impl Read) -> anyhow::Result<String> {
    let account: Account = shell.account(login).await?;
    let hash = hashed(shell, &read(stdin)?, &account.login, &account.email).await?;
    let mut work = shell.store.write().await?;
    let change = shell.change(&mut work, "").await?;
    let outcome = set_password(&mut work, &account, &hash, &change).await?;
    work.commit().await?;
    let done = format!("The password of {} is set; all its sessions have ended.\n", account.login);
    Ok(told(outcome, &account.login, done))
}
