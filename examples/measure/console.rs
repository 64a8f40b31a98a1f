//! The true `postdesk` binary as a child.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};

use crate::{
    configuration::{self, Settings},
    database::Database,
    stopwatch::{Stopwatch, until},
    world::World,
};

/// Builds what is measured, so that it is never an old one.
pub(crate) fn build() -> Result<()> {
    ensure!(!cfg!(debug_assertions), "figures come from a release build: cargo run --release --example measure");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    // Where cargo runs us it names our package in the environment; ring's build script reads those names, and it and all
    // that stand on it would be built anew each time.
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
            command.env_remove(name);
        }
    }
    let built = command
        .args(["build", "--quiet", "--release", "--bin", "postdesk", "--example", "world"])
        .status()
        .context("cannot run cargo")?;
    ensure!(built.success(), "the release build failed");
    Ok(())
}

/// Another example of the same build.
pub(crate) fn beside_us(name: &str) -> Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name(name))
}

/// The binary that is measured.
pub(crate) fn binary() -> Result<PathBuf> {
    let examples = std::env::current_exe()?;
    let build = examples.parent().and_then(Path::parent).context("an example lies in target/release/examples")?;
    Ok(build.join("postdesk"))
}

/// A console's files: configuration, database, log.
pub(crate) struct Place {
    pub(crate) dir: PathBuf,
    configuration: PathBuf,
    web_port: u16,
}

impl Place {
    pub(crate) fn make(world: &World, name: &str) -> Result<Self> {
        let dir = world.dir.join(name);
        fs::create_dir_all(&dir)?;
        // Free now; nobody else takes ports of this range on a machine that measures.
        let web_port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        Ok(Self { configuration: dir.join("postdesk.toml"), dir, web_port })
    }

    pub(crate) fn configure(&self, world: &World, database: &Database, settings: Settings) -> Result<()> {
        use std::os::unix::fs::PermissionsExt as _;
        let password = self.dir.join("mail-password");
        fs::write(&password, world.value("MAIL_PASSWORD")?)?;
        fs::set_permissions(&password, fs::Permissions::from_mode(0o600))?;
        fs::write(&self.configuration, configuration::text(world, database, self.web_port, settings)?)?;
        Ok(())
    }
}

/// A running console.
pub(crate) struct Console {
    child: Child,
    /// Started right before the process was.
    pub(crate) since: Stopwatch,
    pub(crate) address: String,
    log: PathBuf,
}

impl Console {
    /// Starts it; it is not ready yet.
    pub(crate) fn start(place: &Place) -> Result<Self> {
        let log = place.dir.join("serve.log");
        let words = fs::File::options().create(true).append(true).open(&log)?;
        let mut command = Command::new(binary()?);
        command.arg("serve").arg("--config").arg(&place.configuration).stdin(Stdio::null()).stderr(words);
        let since = Stopwatch::start();
        let child = command.spawn().context("cannot start postdesk")?;
        Ok(Self { child, since, address: format!("127.0.0.1:{}", place.web_port), log })
    }

    /// Waits until `/readyz` says so, and tells how long that took from the start of the process.
    pub(crate) fn ready(&mut self) -> Result<Duration> {
        let address = self.address.clone();
        let pause = Duration::from_millis(1);
        let ready = until(Duration::from_secs(30), pause, || {
            if is_ready(&address) {
                return Some(true);
            }
            matches!(self.child.try_wait(), Ok(Some(_)) | Err(_)).then_some(false)
        });
        let took = self.since.read();
        if ready != Some(true) {
            bail!("the console is not ready: {}", fs::read_to_string(&self.log).unwrap_or_default());
        }
        Ok(took)
    }

    /// Resident memory in MB (10⁶ bytes): now, and the most it ever was.
    pub(crate) fn memory(&self) -> Result<(f64, f64)> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let kib = |name: &str| -> Option<f64> {
            let line = status.lines().find(|line| line.starts_with(name))?;
            line.split_whitespace().nth(1)?.parse().ok()
        };
        let megabytes = |name| kib(name).map(|kib| kib * 1024.0 / 1e6).context("no memory figures");
        Ok((megabytes("VmRSS:")?, megabytes("VmHWM:")?))
    }

    /// Processor time used so far.
    pub(crate) fn processor(&self) -> Result<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let (_, fields) = stat.rsplit_once(')').context("no processor figures")?;
        let ticks: u64 = fields.split_whitespace().skip(11).take(2).filter_map(|t| t.parse::<u64>().ok()).sum();
        // 100 a second on every Linux we run on.
        Ok(Duration::from_millis(ticks * 10))
    }

    /// Tells it to end, and waits.
    pub(crate) fn stop(mut self) -> Result<()> {
        Command::new("kill").arg(self.child.id().to_string()).status()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        // Only if something failed: a stopped child is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn is_ready(address: &str) -> bool {
    let asked = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(address)?;
        stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer.starts_with("HTTP/1.1 200"))
    };
    asked().unwrap_or(false)
}
