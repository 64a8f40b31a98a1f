//! `postdesk account`: accounts from the shell of the server. What is done here is recorded as done here.

mod add;
mod change;
mod list;
mod password;
mod second_factor;

#[cfg(test)]
pub(super) mod tests;

use clap::{Args, Subcommand};

use super::shell::Shell;
use crate::{clock::Clock, config::Config, domain::role::Role};

/// What to do with accounts.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make an account.
    Add(Add),
    /// Set a new password; all sessions of the account end.
    Password(Password),
    /// Let a disabled account sign in again.
    Enable(Named),
    /// Disable an account: sessions and tokens end, its tickets become unowned.
    Disable(Named),
    /// Set the roles of an account.
    Roles(Roles),
    /// Set up or remove the second factor of an account.
    SecondFactor(SecondFactor),
    /// Confirm what waits for an account, if no other authorised postmaster is left who could at the console.
    Confirm(Named),
    /// List all accounts.
    List,
}

/// `account add`.
#[derive(Debug, Args)]
pub struct Add {
    /// The name typed at sign-in: small letters, digits, dots and dashes.
    #[arg(long)]
    pub login: String,
    /// The person's name, as colleagues see it.
    #[arg(long)]
    pub name: String,
    /// The person's mail address.
    #[arg(long)]
    pub email: String,
    /// A role; may be given several times.
    #[arg(long = "role", required = true, value_parser = role)]
    pub roles: Vec<Role>,
    /// Read the password from standard input.
    #[arg(long, required = true)]
    pub password_stdin: bool,
}

/// `account password`.
#[derive(Debug, Args)]
pub struct Password {
    /// Whose.
    #[arg(long)]
    pub login: String,
    /// Read the password from standard input.
    #[arg(long, required = true)]
    pub password_stdin: bool,
}

/// `account second-factor`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true))]
pub struct SecondFactor {
    /// Remove it: the owner sets up a new one at the next sign-in.
    #[arg(long, value_name = "LOGIN", group = "what")]
    pub reset: Option<String>,
    /// Set one up and print its key, once, for the owner's authenticator.
    #[arg(long, value_name = "LOGIN", group = "what")]
    pub enrol: Option<String>,
    /// Why, for the record.
    #[arg(long, default_value = "")]
    pub reason: String,
}

/// An account by its login.
#[derive(Debug, Args)]
pub struct Named {
    /// Whose.
    #[arg(long)]
    pub login: String,
    /// Why, for the record.
    #[arg(long, default_value = "")]
    pub reason: String,
}

/// `account roles`.
#[derive(Debug, Args)]
pub struct Roles {
    /// Whose.
    #[arg(long)]
    pub login: String,
    /// A role; may be given several times. All others are taken away.
    #[arg(long = "role", required = true, value_parser = role)]
    pub roles: Vec<Role>,
    /// Why, for the record.
    #[arg(long, default_value = "")]
    pub reason: String,
}

fn role(text: &str) -> Result<Role, String> {
    text.parse::<Role>().map_err(|error| error.to_string())
}

/// Runs it and prints what was done.
///
/// # Errors
/// With words that tell what to do.
pub async fn run(command: Command, config: &Config, clock: Clock) -> anyhow::Result<()> {
    let shell = Shell::open(config, clock).await?;
    let said = act(&shell, command, &mut std::io::stdin().lock()).await;
    shell.store.close().await;
    print!("{}", said?);
    Ok(())
}

async fn act(shell: &Shell, command: Command, stdin: &mut impl std::io::Read) -> anyhow::Result<String> {
    match command {
        Command::Add(add) => add::run(shell, &add, stdin).await,
        Command::Password(password) => password::run(shell, &password.login, stdin).await,
        Command::Enable(named) => change::state(shell, &named, false).await,
        Command::Disable(named) => change::state(shell, &named, true).await,
        Command::Roles(roles) => change::roles(shell, &roles).await,
        Command::SecondFactor(asked) => second_factor::run(shell, &asked).await,
        Command::Confirm(named) => change::confirm(shell, &named).await,
        Command::List => list::run(shell).await,
    }
}
