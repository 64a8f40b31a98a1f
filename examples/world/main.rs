//! The world a test or the demo needs: real Dovecot, Postfix, `PostgreSQL` and a token endpoint on free
//! loopback ports, in a directory of their own.
//!
//! ```text
//! cargo run --example world -- [--dir DIR] [--keep] [--postgres [--durable]] [--no-oauth] [--stay]
//! ```
//!
//! When all of them answer it prints their addresses as `KEY=value` lines and leaves the same lines in
//! `DIR/ready.env`. It then runs until SIGTERM, SIGINT or SIGHUP, until its standard input is a pipe that ends,
//! or until the process that started it is gone (not with `--stay`). It stops what it started and removes the
//! directory (not with `--keep`). If it is killed outright, the kernel stops the servers in its stead.
//!
//! Needs root: Postfix delivers under several accounts.

mod certificate;
mod dovecot;
mod http;
mod options;
mod ports;
mod postfix;
mod postgres;
mod scratch;
mod server;
mod token_endpoint;
mod until;

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result};

use crate::certificate::Certificates;
use crate::options::Options;
use crate::ports::{Port, Ports};
use crate::scratch::Scratch;
use crate::server::Server;
use crate::token_endpoint::TokenEndpoint;

/// Every mailbox has this password; any local part at any domain is a mailbox.
const MAIL_PASSWORD: &str = "a-password-of-the-test-world";

fn main() -> ExitCode {
    let options = match Options::from_arguments(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(error) => {
            eprintln!("{error:#}");
            return ExitCode::from(2);
        }
    };
    // One thread: the kernel ties the servers' lives to the thread that started them.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(run(&options)),
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("world: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Starts everything, waits for the end, stops everything: also after a start that failed half-way.
async fn run(options: &Options) -> Result<()> {
    let mut end = until::End::watch(options.stay)?;
    let scratch = Scratch::open(&options.place)?;
    let mut servers = Vec::new();
    let outcome = tokio::select! {
        started = start(options, &scratch, &mut servers) => started,
        reason = end.comes() => Err(anyhow::anyhow!("stopped while starting: {reason}")),
    };
    let outcome = match outcome {
        Ok(()) => tokio::select! {
            reason = end.comes() => { eprintln!("world: {reason}, stopping"); Ok(()) }
            gone = server::first_to_end(&mut servers) => Err(gone),
        },
        failed => failed,
    };
    server::stop_all(servers).await;
    scratch.close()?;
    outcome
}

async fn start(options: &Options, scratch: &Scratch, servers: &mut Vec<Server>) -> Result<()> {
    let dir = scratch.path();
    let mut ports = Ports::default();
    let mut ready: Vec<(&str, String)> =
        vec![("WORLD_DIR", dir.display().to_string()), ("WORLD_PID", std::process::id().to_string())];

    let tokens = if options.oauth {
        let endpoint = TokenEndpoint::serve().await.context("the token endpoint")?;
        ready.extend(endpoint.addresses());
        Some(endpoint)
    } else {
        None
    };
    let certificates = Certificates::make(dir).await.context("the certificates")?;

    let dovecot = dovecot::Dovecot::prepare(dir, &certificates, &mut ports, tokens.as_ref())?;
    let postfix = postfix::Postfix::prepare(dir, &certificates, &mut ports, &dovecot)?;
    let postgres =
        if options.postgres { Some(postgres::Postgres::prepare(dir, &mut ports, options.durable)?) } else { None };

    // PostgreSQL's new cluster and Postfix's queue directories are the slow parts: made side by side.
    let (queue, cluster) = tokio::join!(postfix.make_queue(), async {
        match &postgres {
            Some(postgres) => postgres.make_cluster().await,
            None => Ok(()),
        }
    });
    queue.context("Postfix")?;
    cluster.context("PostgreSQL")?;

    servers.push(dovecot.start().context("Dovecot")?);
    servers.push(postfix.start().context("Postfix")?);
    if let Some(postgres) = &postgres {
        servers.push(postgres.start().context("PostgreSQL")?);
    }
    for server in servers.iter_mut() {
        server.answers().await?;
    }

    ready.push(("MAIL_PASSWORD", MAIL_PASSWORD.to_owned()));
    ready.extend(certificates.addresses());
    ready.extend(dovecot.addresses());
    ready.extend(postfix.addresses());
    if let Some(postgres) = &postgres {
        ready.extend(postgres.addresses());
    }
    announce(dir, &ready).context("cannot write ready.env")
}

/// The file appears whole or not at all: whoever waits for it may read it at once.
fn announce(dir: &Path, ready: &[(&str, String)]) -> Result<()> {
    let lines: Vec<String> = ready.iter().map(|(key, value)| format!("{key}={value}\n")).collect();
    let lines = lines.concat();
    let unfinished = dir.join("ready.env.new");
    std::fs::write(&unfinished, &lines)?;
    std::fs::rename(unfinished, dir.join("ready.env"))?;
    let mut out = std::io::stdout();
    out.write_all(lines.as_bytes())?;
    out.flush()?;
    Ok(())
}

fn address(key: &'static str, port: Port) -> (&'static str, String) {
    (key, port.to_string())
}
