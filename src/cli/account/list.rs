//! `account list`.

use std::fmt::Write;

use crate::{cli::shell::Shell, domain::role::words, store::account};

/// One line an account.
pub(super) async fn run(shell: &Shell) -> anyhow::Result<String> {
    let mut view = shell.store.read().await?;
    let accounts = account::all(&mut view).await?;
    if accounts.is_empty() {
        return Ok("No account yet. Make one with postdesk account add.\n".to_owned());
    }
    let widest = accounts.iter().map(|account| account.login.len()).max().unwrap_or(0);
    let mut text = String::new();
    for account in accounts {
        let state = if account.disabled { "disabled" } else { "enabled" };
        let factor = if account.second_factor { "  second factor" } else { "" };
        let (login, email, roles) = (&account.login, &account.email, words(&account.roles));
        writeln!(text, "{login:widest$}  {state:8}  {} <{email}>  {roles}{factor}", account.name)?;
    }
    Ok(text)
}
