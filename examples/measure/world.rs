//! The servers: `examples/world` as a child, whose standard input we hold.

use std::{
    collections::HashMap,
    fs,
    path::PathBuf,
    process::{Child, ChildStdin, Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result};

use crate::{console, stopwatch::until};

/// The running world. When this is dropped, or we die, its input ends, and so does it.
pub(crate) struct World {
    /// Scratch directory for us too.
    pub(crate) dir: PathBuf,
    addresses: HashMap<String, String>,
    input: Option<ChildStdin>,
    child: Child,
}

impl World {
    pub(crate) fn start(postgres: bool) -> Result<Self> {
        let dir = PathBuf::from(format!("/var/tmp/postdesk-measure-{}", std::process::id()));
        let servers = dir.join("world");
        fs::create_dir_all(&servers)?;
        let mut command = Command::new(console::beside_us("world")?);
        command.arg("--dir").arg(&servers).arg("--no-oauth");
        if postgres {
            // What is measured must be on the disk when it is said to be.
            command.args(["--postgres", "--durable"]);
        }
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().context("cannot start the world")?;
        let input = child.stdin.take();
        let mut world = Self { dir, addresses: HashMap::new(), input, child };
        let ready = servers.join("ready.env");
        let lines = until(Duration::from_mins(1), Duration::from_millis(50), || match world.child.try_wait() {
            Ok(None) => fs::read_to_string(&ready).ok(),
            _ => Some(String::new()),
        });
        for (key, value) in lines.unwrap_or_default().lines().filter_map(|line| line.split_once('=')) {
            world.addresses.insert(key.to_owned(), value.to_owned());
        }
        world.value("CA_FILE").context("the servers did not start")?;
        Ok(world)
    }

    /// One of the world's addresses.
    pub(crate) fn value(&self, key: &str) -> Result<&str> {
        self.addresses.get(key).map(String::as_str).with_context(|| format!("the world does not say {key}"))
    }

    /// Where the mailboxes' files are: `DOMAIN/LOCAL-PART/Maildir` below it.
    pub(crate) fn maildirs(&self) -> Result<PathBuf> {
        Ok(PathBuf::from(self.value("MAILDIR_ROOT")?))
    }
}

impl Drop for World {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.dir);
    }
}
