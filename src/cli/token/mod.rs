//! `postdesk token`: tokens for programs.

mod add;
mod list;
mod revoke;

#[cfg(test)]
mod tests;

use clap::{Args, Subcommand};

use super::shell::Shell;
use crate::{clock::Clock, config::Config};

/// What to do with tokens.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a token with the rights of an account, and print it once.
    Add(Add),
    /// List the tokens that hold.
    List(Owned),
    /// Revoke a token by the number that `list` shows.
    Revoke(Numbered),
}

/// `token add`.
#[derive(Debug, Args)]
pub struct Add {
    /// Whose rights it has.
    #[arg(long)]
    pub login: String,
    /// What it is for.
    #[arg(long)]
    pub name: String,
    /// Days until it ends.
    #[arg(long, default_value_t = 365, value_name = "DAYS", value_parser = clap::value_parser!(u64).range(1..=3_650))]
    pub expires: u64,
    /// It may release from quarantine, where one person is enough.
    #[arg(long)]
    pub may_release: bool,
}

/// `token list`.
#[derive(Debug, Args)]
pub struct Owned {
    /// Only those of one account.
    #[arg(long)]
    pub login: Option<String>,
}

/// `token revoke`.
#[derive(Debug, Args)]
pub struct Numbered {
    /// Its number.
    #[arg(value_name = "NUMBER")]
    pub id: i64,
}

/// Runs it and prints what was done.
///
/// # Errors
/// With words that tell what to do.
pub async fn run(command: Command, config: &Config, clock: Clock) -> anyhow::Result<()> {
    let shell = Shell::open(config, clock).await?;
    let said = act(&shell, command).await;
    shell.store.close().await;
    print!("{}", said?);
    Ok(())
}

async fn act(shell: &Shell, command: Command) -> anyhow::Result<String> {
    match command {
        Command::Add(add) => add::run(shell, &add).await,
        Command::List(owned) => list::run(shell, owned.login.as_deref()).await,
        Command::Revoke(numbered) => revoke::run(shell, numbered.id).await,
    }
}
