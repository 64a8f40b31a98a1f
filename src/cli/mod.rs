//! The command line, one file a command.

pub mod account;
pub mod check;
pub mod classify;
pub mod migrate;
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
    /// Accounts: add, password, enable, disable, roles, list.
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
    log(matches!(line.command, Command::Serve));
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

/// Logs to standard error; `POSTDESK_LOG` chooses what. The libraries that speak to servers are held at `info`: their
/// traces hold passwords and mail.
fn log(running: bool) {
    let filter = std::env::var("POSTDESK_LOG").unwrap_or_else(|_| if running { "info" } else { "warn" }.to_owned());
    let filter = tracing_subscriber::EnvFilter::builder()
        .parse_lossy(filter)
        .add_directive(tracing_subscriber::filter::LevelFilter::INFO.into())
        .add_directive(held("async_imap=info"))
        .add_directive(held("imap_proto=info"))
        .add_directive(held("lettre=info"))
        .add_directive(held("sqlx=warn"))
        .add_directive(held("hickory_proto=warn"))
        .add_directive(held("hickory_resolver=warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(stderr)
        .with_target(false)
        .with_ansi(false)
        // Else a line that finds no room on the disk is answered by a panic.
        .log_internal_errors(false)
        .init();
}

fn held(directive: &str) -> tracing_subscriber::filter::Directive {
    // Every caller passes a literal that parses; should one not, the level is simply `info`.
    directive.parse().unwrap_or_else(|_| tracing_subscriber::filter::LevelFilter::INFO.into())
}
