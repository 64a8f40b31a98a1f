//! A server process: started, found to answer, stopped.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{Instant, interval, timeout};

use crate::ports::Port;

/// Longer than any of them takes on a busy machine.
const START_LIMIT: Duration = Duration::from_secs(30);
const STOP_LIMIT: Duration = Duration::from_secs(6);

/// How to see that a server answers.
pub(crate) enum Answers {
    /// It greets on the port, with these first bytes.
    Greeting(Port, &'static str),
    /// A program of its own says so.
    Program(PathBuf, Vec<String>),
}

/// What to run, and how it is told to stop.
pub(crate) struct Program<'a> {
    pub(crate) name: &'static str,
    pub(crate) account: Option<&'a str>,
    pub(crate) command: &'a [&'a str],
    pub(crate) stop_signal: &'static str,
}

/// One running server.
pub(crate) struct Server {
    name: &'static str,
    child: Child,
    stop_signal: &'static str,
    answers: Vec<Answers>,
    log: PathBuf,
}

impl Server {
    /// Starts a program in the foreground, its words going to `log`.
    ///
    /// `setpriv` makes the kernel send the stop signal when we die without having stopped it ourselves. The process
    /// group of its own keeps a Ctrl-C at the terminal from it, so that we decide the order.
    pub(crate) fn start(program: &Program<'_>, log: &Path, answers: Vec<Answers>) -> Result<Self> {
        let words = std::fs::File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut command = as_account(program.account, Some(program.stop_signal));
        command.args(program.command).stdin(Stdio::null()).stdout(words.try_clone()?).stderr(words);
        let child = command.process_group(0).spawn().context("cannot run setpriv (package util-linux)")?;
        Ok(Self { name: program.name, child, stop_signal: program.stop_signal, answers, log: log.to_owned() })
    }

    /// Waits until it answers at every door.
    pub(crate) async fn answers(&mut self) -> Result<()> {
        let begun = Instant::now();
        let mut looks = interval(Duration::from_millis(20));
        for door in &self.answers {
            while !door.open().await {
                looks.tick().await;
                if let Some(status) = self.child.try_wait()? {
                    bail!("{} ended at start ({status}):\n{}", self.name, last_words(&self.log));
                }
                ensure!(
                    begun.elapsed() < START_LIMIT,
                    "{} does not answer after {} s:\n{}",
                    self.name,
                    START_LIMIT.as_secs(),
                    last_words(&self.log)
                );
            }
        }
        Ok(())
    }

    async fn stop(mut self) {
        let Some(pid) = self.child.id() else { return };
        // Sending a signal is not in std; every Debian shell has it built in.
        let told = Command::new("/bin/sh").arg("-c").arg(format!("kill -{} {pid}", self.stop_signal)).status().await;
        let in_time = timeout(STOP_LIMIT, self.child.wait()).await;
        if told.is_err() || in_time.is_err() {
            eprintln!("world: {} does not stop by itself and is killed", self.name);
            let _ = self.child.kill().await;
        }
    }
}

impl Answers {
    async fn open(&self) -> bool {
        match self {
            Self::Greeting(port, first) => {
                let greeting = timeout(Duration::from_secs(5), greeting(*port, first.len())).await;
                matches!(greeting, Ok(Ok(bytes)) if bytes == first.as_bytes())
            }
            Self::Program(program, arguments) => {
                let mut command = Command::new(program);
                command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
                command.status().await.is_ok_and(|status| status.success())
            }
        }
    }
}

async fn greeting(port: Port, length: usize) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port.number())).await?;
    let mut bytes = vec![0; length];
    if length > 0 {
        stream.read_exact(&mut bytes).await?;
    }
    Ok(bytes)
}

/// `setpriv`, as the account where one is given, ready for the program's own words.
fn as_account(account: Option<&str>, stop_signal: Option<&str>) -> Command {
    let mut command = Command::new("setpriv");
    if let Some(account) = account {
        command.arg(format!("--reuid={account}")).arg(format!("--regid={account}")).arg("--init-groups");
    }
    if let Some(signal) = stop_signal {
        command.arg(format!("--pdeathsig={signal}"));
    }
    command.arg("--").env_remove("MAIL_CONFIG");
    command
}

/// Runs a preparing program to its end.
pub(crate) async fn prepare(account: Option<&str>, program: &[&str]) -> Result<()> {
    let output = as_account(account, None)
        .args(program)
        .stdin(Stdio::null())
        .current_dir("/")
        .output()
        .await
        .context("cannot run setpriv (package util-linux)")?;
    ensure!(
        output.status.success(),
        "`{}` failed ({}):\n{}{}",
        program.join(" "),
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

/// Waits until one of them ends without having been told to.
pub(crate) async fn first_to_end(servers: &mut [Server]) -> anyhow::Error {
    let mut looks = interval(Duration::from_millis(300));
    loop {
        looks.tick().await;
        for server in servers.iter_mut() {
            match server.child.try_wait() {
                Ok(None) => {}
                Ok(Some(status)) => {
                    return anyhow!("{} ended by itself ({status}):\n{}", server.name, last_words(&server.log));
                }
                Err(error) => return anyhow!("{}: {error}", server.name),
            }
        }
    }
}

/// In the reverse order of their start: Postfix before Dovecot, so that nothing is deferred for want of it.
pub(crate) async fn stop_all(servers: Vec<Server>) {
    for server in servers.into_iter().rev() {
        server.stop().await;
    }
}

fn last_words(log: &Path) -> String {
    let text = std::fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(15)..].join("\n")
}
