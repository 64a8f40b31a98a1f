//! Another `postdesk serve` beside a console's own: the same configuration and database, its own web address.

use std::{net::TcpListener, path::PathBuf, process::Stdio};

use tokio::process::{Child, Command};

use super::harness::{Console, PATIENCE, client};
use crate::world::until;

/// A further process.
#[derive(Debug)]
pub(crate) struct Peer {
    process: Option<Child>,
    log: PathBuf,
    /// Where its pages are.
    pub(crate) origin: String,
}

impl Peer {
    /// Starts it under a name of its own. Its clock is the console's if `clock` says so.
    pub(crate) fn run(console: &Console, name: &str, clock: &str) -> Self {
        Self::run_logging_to(console, console.file(&format!("log-{name}")), clock)
    }

    /// Starts it with its log in a place that may have no room for it.
    pub(crate) fn run_logging_to(console: &Console, log: PathBuf, clock: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
        let origin = format!("http://127.0.0.1:{port}");
        let file = std::fs::File::options().create(true).append(true).open(&log).expect("a log");
        let process = Command::new(env!("CARGO_BIN_EXE_postdesk"))
            .arg("--config")
            .arg(console.file("postdesk.toml"))
            .arg("serve")
            .env_remove("POSTDESK_CONFIG")
            .env("POSTDESK_CLOCK", console.file(clock))
            .env("POSTDESK_WEB__LISTEN", format!("127.0.0.1:{port}"))
            .env("POSTDESK_WEB__PUBLIC_URL", &origin)
            .stdin(Stdio::null())
            .stdout(file.try_clone().expect("a log"))
            .stderr(file)
            .kill_on_drop(true)
            .spawn()
            .expect("the binary");
        Self { process: Some(process), log, origin }
    }

    /// Starts it and waits until it is ready.
    pub(crate) async fn start(console: &Console, name: &str) -> Self {
        let mut peer = Self::run(console, name, &format!("clock-{name}"));
        peer.ready().await;
        peer
    }

    /// Waits until it says that it is ready.
    pub(crate) async fn ready(&mut self) {
        let url = format!("{}/readyz", self.origin);
        let client = client();
        let process = self.process.as_mut().expect("it runs");
        until("the peer's /readyz says 200", PATIENCE, async || {
            assert!(process.try_wait().expect("a state").is_none(), "it ended by itself");
            client.get(&url).send().await.is_ok_and(|answer| answer.status() == 200)
        })
        .await;
    }

    /// The process's number; none once it was killed.
    pub(crate) fn pid(&self) -> Option<u32> {
        self.process.as_ref().and_then(Child::id)
    }

    /// SIGKILL.
    pub(crate) async fn kill(&mut self) {
        let mut process = self.process.take().expect("it runs");
        process.kill().await.expect("killed");
    }

    /// What it wrote to its log.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}
