//! A `PostgreSQL` of a test's own, which it may stop and freeze.

use std::{net::TcpListener, path::Path, process::Stdio, time::Duration};

use tokio::process::{Child, Command};

use super::{Directory, address, until};

const ACCOUNT: &str = "postgres";
const PATIENCE: Duration = Duration::from_mins(1);

/// The server.
#[derive(Debug)]
pub(crate) struct Cluster {
    directory: Directory,
    port: u16,
    postmaster: Option<Child>,
}

/// A program of the server's, under its account; the kernel ends it with the test.
fn program(name: &str) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--reuid", ACCOUNT, "--regid", ACCOUNT, "--init-groups", "--pdeathsig", "QUIT"]);
    command.arg(Path::new(address("POSTGRES_BIN")).join(name)).stdin(Stdio::null());
    command
}

impl Cluster {
    /// A fresh one that runs.
    pub(crate) async fn start() -> Self {
        let directory = Directory::new();
        let data = directory.join("data");
        std::fs::create_dir(&data).expect("a fresh directory");
        let given = Command::new("chown").arg(ACCOUNT).arg(&data).status().await.expect("chown");
        assert!(given.success(), "the server's own directory");
        let made = program("initdb")
            .args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "-D"])
            .arg(&data)
            .stdout(Stdio::null())
            .status();
        assert!(made.await.expect("initdb").success(), "initdb");
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
        let mut cluster = Self { directory, port, postmaster: None };
        cluster.go_on().await;
        cluster
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Starts it again where it stood.
    pub(crate) async fn go_on(&mut self) {
        assert!(self.postmaster.is_none(), "it runs already");
        let log = std::fs::File::options().create(true).append(true).open(self.directory.join("log")).expect("a log");
        let mut command = program("postgres");
        command.arg("-D").arg(self.directory.join("data")).arg("-p").arg(self.port.to_string());
        command.args(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]);
        command.stdout(log.try_clone().expect("a log")).stderr(log).kill_on_drop(true);
        self.postmaster = Some(command.spawn().expect("postgres"));
        until("PostgreSQL answers", PATIENCE, async || {
            let mut asked = Command::new(Path::new(address("POSTGRES_BIN")).join("pg_isready"));
            asked.args(["-q", "-h", "127.0.0.1", "-p"]).arg(self.port.to_string());
            asked.status().await.is_ok_and(|status| status.success())
        })
        .await;
    }

    /// Ends it in the middle of everything.
    pub(crate) async fn stop_at_once(&mut self) {
        self.signal("QUIT").await;
        self.postmaster.take().expect("it runs").wait().await.expect("ended");
    }

    /// All its processes stand still, or go on: nobody is told, connections stay open.
    pub(crate) async fn signal_all(&self, name: &str) {
        let postmaster = self.pid();
        let children = std::fs::read_to_string(format!("/proc/{postmaster}/task/{postmaster}/children"));
        let children = children.expect("a process");
        let mut kill = Command::new("kill");
        kill.arg(format!("-{name}")).arg(postmaster.to_string()).args(children.split_whitespace());
        // A child may be gone by now.
        kill.stderr(Stdio::null()).status().await.expect("kill");
    }

    async fn signal(&self, name: &str) {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.pid().to_string()).status().await;
        assert!(sent.expect("kill").success(), "{name}");
    }

    fn pid(&self) -> u32 {
        self.postmaster.as_ref().and_then(Child::id).expect("it runs")
    }
}
