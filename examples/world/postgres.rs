//! `PostgreSQL`: a new cluster, without fsync unless asked for; the tests make their own databases in it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::address;
use crate::ports::{Port, Ports};
use crate::server::{Answers, Program, Server, prepare};

const ACCOUNT: &str = "postgres";
const VERSIONS: &str = "/usr/lib/postgresql";

/// `PostgreSQL`, found.
pub(crate) struct Postgres {
    programs: PathBuf,
    dir: PathBuf,
    port: Port,
    durable: bool,
}

impl Postgres {
    pub(crate) fn prepare(world: &Path, ports: &mut Ports, durable: bool) -> Result<Self> {
        let dir = world.join("postgres");
        std::fs::create_dir_all(&dir)?;
        Ok(Self { programs: newest()?, dir, port: ports.free()?, durable })
    }

    pub(crate) async fn make_cluster(&self) -> Result<()> {
        if self.cluster().join("PG_VERSION").exists() {
            return Ok(());
        }
        prepare(None, &["/bin/chown", ACCOUNT, &self.dir.display().to_string()]).await?;
        let (initdb, cluster) = (self.program("initdb"), self.cluster().display().to_string());
        let plain = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"];
        let mut command = vec![initdb.as_str(), "-D", &cluster];
        command.extend(plain);
        prepare(Some(ACCOUNT), &command).await
    }

    pub(crate) fn start(&self) -> Result<Server> {
        let (postgres, cluster, port) =
            (self.program("postgres"), self.cluster().display().to_string(), self.port.to_string());
        let mut command = vec![postgres.as_str(), "-D", &cluster, "-p", &port];
        let settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=300"];
        command.extend(settings.iter().flat_map(|setting| ["-c", setting]));
        if !self.durable {
            command.extend(["-c", "fsync=off", "-c", "full_page_writes=off"]);
        }
        let ready = ["-q", "-h", "127.0.0.1", "-p", &port, "-U", "postgres"].map(str::to_owned).to_vec();
        let answers = vec![Answers::Program(self.programs.join("pg_isready"), ready)];
        // INT ends the clients' sessions; TERM would wait for them.
        let program = Program { name: "PostgreSQL", account: Some(ACCOUNT), command: &command, stop_signal: "INT" };
        Server::start(&program, &self.dir.join("log"), answers)
    }

    pub(crate) fn addresses(&self) -> Vec<(&'static str, String)> {
        vec![
            address("POSTGRES_PORT", self.port),
            ("POSTGRES_URL", format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)),
            ("POSTGRES_BIN", self.programs.display().to_string()),
        ]
    }

    fn cluster(&self) -> PathBuf {
        self.dir.join("cluster")
    }

    fn program(&self, name: &str) -> String {
        self.programs.join(name).display().to_string()
    }
}

/// Debian keeps each major version's programs in a directory of its own.
fn newest() -> Result<PathBuf> {
    let versions = std::fs::read_dir(VERSIONS).context("PostgreSQL is not installed (package postgresql)")?;
    versions
        .filter_map(std::result::Result::ok)
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter(|version| Path::new(VERSIONS).join(version.to_string()).join("bin/postgres").exists())
        .max()
        .map(|version| Path::new(VERSIONS).join(version.to_string()).join("bin"))
        .context("PostgreSQL is not installed (package postgresql)")
}
