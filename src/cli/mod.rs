//! The command line, one file a command.

pub mod account;
pub mod backup;
pub mod check;
pub mod classify;
pub mod migrate;
pub mod reread;
pub mod restore;
pub mod serve;
mod shell;
pub mod token;

use std::{
    io::{stderr, stdout},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};

use crate::{
    clock::Clock,
    config::{Config, machine_environment},
    domain::site::Site,
    log,
};

/// The postmaster's console.
#[derive(Debug, Parser)]
#[command(name = "postdesk", version, about, disable_help_subcommand = true)]
struct Line {
    /// The configuration file.
    #[arg(long, global = true, env = "POSTDESK_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the console: web, workers and doors together.
    Serve,
    /// Test configuration, database, IMAP, SMTP and DNS, and say what to do about each failure.
    Check,
    /// Bring the database's schema up to this version.
    Migrate,
    /// Copy the embedded database into one file, also while the console runs.
    Backup(backup::Backup),
    /// Make a copy the console's database, so that nothing is sent twice.
    Restore(restore::Restore),
    /// Read kept messages again by this version's rules, and say what would change.
    Reread(reread::Reread),
    /// Accounts: add, password, enable, disable, roles, second-factor, confirm, list.
    #[command(subcommand)]
    Account(account::Command),
    /// Tokens for programs: add, list, revoke.
    #[command(subcommand)]
    Token(token::Command),
    /// Read messages and print what each is, one JSON object a line.
    Classify {
        /// Files and directories; `-` is standard input.
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
}

/// Where the configuration is looked for when nobody names it.
const DEFAULT_CONFIG: &str = "postdesk.toml";

/// Parses the command line and runs it.
#[must_use]
pub fn run() -> ExitCode {
    let line = Line::parse();
    match dispatch(line) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("postdesk: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(line: Line) -> anyhow::Result<ExitCode> {
    if let Command::Classify { paths } = line.command {
        let site = line.config.as_deref().map(load).transpose()?.map(|config| Site::from(&config));
        let all_read = classify::classify(&paths, site.as_ref(), &mut stdout().lock(), &mut stderr().lock())?;
        return Ok(if all_read { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let config = load(line.config.as_deref().unwrap_or(Path::new(DEFAULT_CONFIG)))?;
    log::begin(matches!(line.command, Command::Serve));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().worker_threads(workers()).build()?;
    runtime.block_on(async {
        match line.command {
            Command::Serve => serve::run(&config).await.map(|()| ExitCode::SUCCESS),
            Command::Account(command) => {
                account::run(command, &config, Clock::of_process()).await.map(|()| ExitCode::SUCCESS)
            }
            Command::Token(command) => {
                token::run(command, &config, Clock::of_process()).await.map(|()| ExitCode::SUCCESS)
            }
            Command::Backup(backup) => {
                backup::run(&backup, &config, &Clock::of_process()).await.map(|()| ExitCode::SUCCESS)
            }
            Command::Restore(restore) => {
                restore::run(&restore, &config, &Clock::of_process()).await.map(|()| ExitCode::SUCCESS)
            }
            Command::Reread(asked) => {
                reread::run(&asked, &config, Clock::of_process()).await.map(|()| ExitCode::SUCCESS)
            }
            Command::Migrate => migrate::run(&config).await.map(|()| ExitCode::SUCCESS),
            Command::Check => Ok(check::run(&config).await),
            Command::Classify { .. } => Ok(ExitCode::FAILURE),
        }
    })
}

/// Worker threads: a console waits far more than it computes, and each thread costs memory.
fn workers() -> usize {
    std::thread::available_parallelism().map_or(2, |cores| cores.get().clamp(2, 4))
}

fn load(path: &Path) -> anyhow::Result<Config> {
    let credentials = std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from);
    Ok(Config::load(path, machine_environment(), credentials.as_deref())?)
}
