//! A Dovecot of a test's own, which it may stop: on the world's mailboxes, with ports of its own.

use std::{net::TcpListener, path::PathBuf, process::Stdio, time::Duration};

use tokio::{
    io::AsyncReadExt,
    net::TcpStream,
    process::{Child, Command},
};

use super::{Directory, address, until};

/// The server.
#[derive(Debug)]
pub(crate) struct Dovecot {
    directory: Directory,
    /// IMAP without TLS.
    pub(crate) port: u16,
    process: Option<Child>,
}

impl Dovecot {
    /// As the world's, and running.
    pub(crate) async fn start() -> Self {
        let world = PathBuf::from(address("WORLD_DIR")).join("dovecot");
        let directory = Directory::new();
        let mut text = std::fs::read_to_string(world.join("dovecot.conf")).expect("the world's configuration");
        let port = free();
        for (key, port) in [("IMAP_PORT", port), ("IMAPS_PORT", free()), ("LMTP_PORT", free())] {
            text = text.replace(&format!("port = {}\n", address(key)), &format!("port = {port}\n"));
        }
        let here = directory.join("");
        let here = here.to_str().expect("a path").trim_end_matches('/').to_owned();
        text = text.replace(&format!("{}/run", world.display()), &format!("{here}/run"));
        text = text.replace(&format!("{}/state", world.display()), &format!("{here}/state"));
        text = text.replace("instance_name = postdesk-world", "instance_name = postdesk-own");
        // The world's Postfix asks the world's Dovecot; ours need not listen there.
        let sasl = text.find("service auth {").expect("its service");
        let end = sasl + text[sasl..].find("\n}\n").expect("its end") + 3;
        text.replace_range(sasl..end, "");
        std::fs::write(directory.join("dovecot.conf"), text).expect("a configuration");
        let mut dovecot = Self { directory, port, process: None };
        dovecot.run().await;
        dovecot
    }

    /// Starts it again.
    pub(crate) async fn run(&mut self) {
        let log = std::fs::File::create(self.directory.join("log")).expect("a log");
        let mut command = Command::new("setpriv");
        command
            .args(["--pdeathsig=TERM", "--", "/usr/sbin/dovecot", "-F", "-c"])
            .arg(self.directory.join("dovecot.conf"));
        command
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log"))
            .stderr(log)
            .kill_on_drop(true)
            .process_group(0);
        self.process = Some(command.spawn().expect("Dovecot"));
        let port = self.port;
        until("Dovecot greets", Duration::from_secs(30), async || {
            let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)).await else { return false };
            let mut greeting = [0; 4];
            stream.read_exact(&mut greeting).await.is_ok() && &greeting == b"* OK"
        })
        .await;
    }

    /// Tells it to end, and ends what lingers: an idle session of a Dovecot that was told to go may last half a minute.
    pub(crate) async fn stop(&mut self) {
        let mut process = self.process.take().expect("it runs");
        let pid = process.id().expect("it runs").to_string();
        Command::new("kill").args(["-TERM", &pid]).status().await.expect("kill");
        tokio::time::timeout(Duration::from_secs(20), process.wait()).await.expect("it ends").expect("a state");
        // Nobody may be left.
        let _ = Command::new("kill").args(["-KILL", "--", &format!("-{pid}")]).stderr(Stdio::null()).status().await;
    }
}

fn free() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port()
}
