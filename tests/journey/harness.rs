//! A running console with a mailbox and a database of its own.

use std::{net::TcpListener, path::PathBuf, process::Stdio, time::Duration};

use postdesk::{
    domain::role::Role,
    store::{Store, account},
};
use tokio::{
    io::AsyncWriteExt,
    process::{Child, Command},
};

use crate::world::{Database, Directory, address, unique, until};

/// Longest wait for what should take a second; other tests build and run beside this one.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// The console's process, and what is around it.
#[derive(Debug)]
pub(crate) struct Console {
    directory: Directory,
    /// Its database, for questions that the console does not ask.
    pub(crate) database: Database,
    process: Option<Child>,
    /// Variables of the process; a test may change them between two starts.
    pub(crate) environment: &'static [(&'static str, &'static str)],
    /// Its mailbox's address, which is its user as well.
    pub(crate) address: String,
    /// The mailbox's domain: nobody else's in the world.
    pub(crate) domain: String,
    /// Where its pages are.
    pub(crate) origin: String,
    /// The same database, seen by the test.
    pub(crate) store: Store,
}

/// What a test may want otherwise.
#[derive(Clone, Debug)]
pub(crate) struct Wishes {
    /// How the mailbox at an address signs in; secrets are in the files `imap`, `client` and `refresh`.
    pub(crate) sign_in: fn(&str) -> String,
    /// How long a lease lives that is not renewed.
    pub(crate) lease_seconds: u16,
    /// `after` of the mailbox, with `move_to` where it needs one.
    pub(crate) after: &'static str,
    /// How many mailboxes of the domain are watched: `postmaster@`, `desk2@`, `desk3@` …
    pub(crate) mailboxes: usize,
    /// Another relay than the world's Postfix.
    pub(crate) relay: Option<u16>,
    /// Further lines at the end of the configuration.
    pub(crate) more: &'static str,
    /// Replacements in the configuration's text; `{domain}` in them stands for the console's domain.
    pub(crate) edits: Vec<(String, String)>,
    /// Variables of the process.
    pub(crate) environment: &'static [(&'static str, &'static str)],
}

impl Default for Wishes {
    fn default() -> Self {
        Self {
            sign_in: |_| "password_file = \"imap\"".to_owned(),
            lease_seconds: 2,
            after: "after = \"seen\"",
            mailboxes: 1,
            relay: None,
            more: "",
            edits: Vec::new(),
            environment: &[],
        }
    }
}

impl Console {
    /// A configured console, its schema made, not started.
    pub(crate) async fn prepare(database: Database, wishes: Wishes) -> Self {
        database.open().await.close().await;
        Self::prepare_as_it_is(database, wishes).await
    }

    /// A configured console, its database left as it is, not started.
    pub(crate) async fn prepare_as_it_is(database: Database, wishes: Wishes) -> Self {
        let directory = Directory::new();
        let domain = format!("{}.test", unique("d"));
        let mailbox = format!("postmaster@{domain}");
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
        let origin = format!("http://127.0.0.1:{port}");
        let further: String = (2..=wishes.mailboxes).map(|n| further(&wishes, n, &domain)).collect();
        let mut text = format!(
            "[site]\nname = \"The College\"\ndomains = [\"{domain}\"]\npostmaster = \"{mailbox}\"\n\n\
             [database]\nurl = \"{url}\"\nlease_seconds = {lease}\n\n\
             [web]\nlisten = \"127.0.0.1:{port}\"\npublic_url = \"{origin}\"\n\n[accounts]\nsecond_factor = false\n\n\
             [[mailbox]]\nname = \"postmaster\"\naddress = \"{mailbox}\"\nhost = \"127.0.0.1\"\nport = {imaps}\n\
             ca_file = \"{ca}\"\nuser = \"{mailbox}\"\n{sign_in}\n{after}\n\n{further}\
             [smtp]\nhost = \"127.0.0.1\"\nport = {smtp}\ntls = \"none\"\n\n{more}\n",
            url = database.url(),
            lease = wishes.lease_seconds,
            sign_in = (wishes.sign_in)(&mailbox),
            imaps = address("IMAPS_PORT"),
            ca = address("CA_FILE"),
            smtp = wishes.relay.map_or_else(|| address("SMTP_PORT").to_owned(), |port| port.to_string()),
            after = wishes.after,
            more = wishes.more,
        );
        for (from, to) in &wishes.edits {
            let [from, to] = [from, to].map(|words| words.replace("{domain}", &domain));
            assert!(text.contains(&from), "{from} is not in the configuration\n{text}");
            text = text.replace(&from, &to);
        }
        std::fs::write(directory.join("postdesk.toml"), text).expect("a configuration");
        for (file, key) in
            [("imap", "MAIL_PASSWORD"), ("client", "OAUTH_CLIENT_SECRET"), ("refresh", "OAUTH_REFRESH_TOKEN")]
        {
            std::fs::write(directory.join(file), address(key)).expect("a secret");
            let own = std::os::unix::fs::PermissionsExt::from_mode(0o600);
            std::fs::set_permissions(directory.join(file), own).expect("a private file");
        }
        let store = Store::open(database.url()).await.expect("an open store");
        let environment = wishes.environment;
        Self { directory, database, process: None, environment, address: mailbox, domain, origin, store }
    }

    /// A console that runs.
    pub(crate) async fn start(database: Database) -> Self {
        Self::start_with(database, Wishes::default()).await
    }

    /// A console that runs, with wishes.
    pub(crate) async fn start_with(database: Database, wishes: Wishes) -> Self {
        let mut console = Self::prepare(database, wishes).await;
        console.run();
        console.ready().await;
        console
    }

    /// Starts the process. It may be some time until it is ready.
    pub(crate) fn run(&mut self) {
        self.spawn(None);
    }

    /// Starts the process, to be frozen at a named point, and waits until it is. It can only be killed then.
    #[cfg(feature = "test-doors")]
    pub(crate) async fn run_to(&mut self, point: &str) {
        self.run_until(point);
        self.frozen(point).await;
    }

    /// Starts the process, to be frozen at a named point when it comes there.
    #[cfg(feature = "test-doors")]
    pub(crate) fn run_until(&mut self, point: &str) {
        self.spawn(Some(point));
    }

    /// Waits until it is frozen.
    #[cfg(feature = "test-doors")]
    pub(crate) async fn frozen(&mut self, point: &str) {
        let pid = self.pid();
        let process = self.process.as_mut().expect("it runs");
        until(&format!("the process is stopped at {point}"), PATIENCE, async || {
            assert!(process.try_wait().expect("a state").is_none(), "it ended by itself");
            is_frozen(pid)
        })
        .await;
    }

    /// The process's number.
    pub(crate) fn pid(&self) -> u32 {
        self.process.as_ref().and_then(Child::id).expect("it runs")
    }

    fn spawn(&mut self, stop_at: Option<&str>) {
        assert!(self.process.is_none(), "it runs already");
        let log = std::fs::File::options().create(true).append(true).open(self.directory.join("log")).expect("a log");
        let child = Command::new(env!("CARGO_BIN_EXE_postdesk"))
            .arg("--config")
            .arg(self.directory.join("postdesk.toml"))
            .arg("serve")
            .env_remove("POSTDESK_CONFIG")
            .env("POSTDESK_CLOCK", self.directory.join("clock"))
            .envs(self.environment.iter().copied())
            .envs(stop_at.map(|point| ("POSTDESK_STOP_AT", point)))
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log"))
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .expect("the binary");
        self.process = Some(child);
    }

    /// Waits until it says that it is ready.
    pub(crate) async fn ready(&mut self) {
        let url = format!("{}/readyz", self.origin);
        let client = client();
        let process = self.process.as_mut().expect("it runs");
        until("/readyz says 200", PATIENCE, async || {
            assert!(process.try_wait().expect("a state").is_none(), "it ended by itself");
            client.get(&url).send().await.is_ok_and(|answer| answer.status() == 200)
        })
        .await;
    }

    /// Waits until its web door answers, whatever it says.
    #[cfg(feature = "test-doors")]
    pub(crate) async fn listens(&self) {
        let url = format!("{}/healthz", self.origin);
        let client = client();
        until("/healthz answers", PATIENCE, async || client.get(&url).send().await.is_ok()).await;
    }

    /// SIGKILL, as a power cut or the kernel would.
    pub(crate) async fn kill(&mut self) {
        let mut process = self.process.take().expect("it runs");
        process.kill().await.expect("killed");
    }

    /// Lets go of a process that ended by itself.
    #[cfg(feature = "test-doors")]
    pub(crate) async fn bury(&mut self) {
        let mut process = self.process.take().expect("it ran");
        tokio::time::timeout(PATIENCE, process.wait()).await.expect("it has ended").expect("a state");
    }

    /// SIGTERM; it must end by itself, well.
    pub(crate) async fn terminate(&mut self) {
        let mut process = self.process.take().expect("it runs");
        signal(process.id().expect("it runs"), "TERM").await;
        let ended = tokio::time::timeout(PATIENCE, process.wait()).await.expect("it ends in time").expect("a state");
        assert!(ended.success(), "{ended}");
    }

    /// Turns the clock of the process to a minute after the next full hour, so that no hour ends in the middle of a test.
    #[cfg(feature = "test-doors")]
    pub(crate) fn turn_to_the_hour(&self) {
        let past = self.now().secs() % 3600;
        self.turn_clock_by(Duration::from_secs(u64::try_from(3660 - past).expect("a span")));
    }

    /// The time by the clock of the process.
    #[cfg(feature = "test-doors")]
    pub(crate) fn now(&self) -> postdesk::domain::time::Moment {
        let ahead = std::fs::read_to_string(self.directory.join("clock")).ok().and_then(|text| text.parse().ok());
        postdesk::clock::Clock::machine().now().plus(Duration::from_millis(ahead.unwrap_or(0)))
    }

    /// Turns the clock of the process on, at once and also across its restarts.
    #[cfg(feature = "test-doors")]
    pub(crate) fn turn_clock_by(&self, span: Duration) {
        self.turn_clock(i64::try_from(span.as_millis()).expect("a span"));
    }

    /// Sets it back.
    #[cfg(feature = "test-doors")]
    pub(crate) fn turn_clock_back_by(&self, span: Duration) {
        self.turn_clock(-i64::try_from(span.as_millis()).expect("a span"));
    }

    #[cfg(feature = "test-doors")]
    fn turn_clock(&self, millis: i64) {
        let file = self.directory.join("clock");
        let ahead: i64 = std::fs::read_to_string(&file).map_or(0, |text| text.parse().expect("milliseconds"));
        let unfinished = self.directory.join("clock.new");
        std::fs::write(&unfinished, (ahead + millis).to_string()).expect("written");
        std::fs::rename(unfinished, file).expect("a clock");
    }

    /// A file of its directory.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// Where its database is, as the configuration says.
    pub(crate) fn database(&self) -> &str {
        self.database.url()
    }

    /// Looks at the same address again, where another database lies now.
    pub(crate) async fn open_again(&mut self) {
        self.store.close().await;
        self.store = self.database.open().await;
    }

    /// Another database instead of the present one.
    pub(crate) async fn take_database(&mut self, other: Database) {
        let path = self.directory.join("postdesk.toml");
        let text = std::fs::read_to_string(&path).expect("a configuration").replace(self.database.url(), other.url());
        std::fs::write(path, text).expect("a configuration");
        self.store.close().await;
        self.store = other.open().await;
        self.database = other;
    }

    /// Whether the process has ended, and how.
    pub(crate) fn ended(&mut self) -> Option<std::process::ExitStatus> {
        self.process.as_mut().and_then(|process| process.try_wait().expect("a state"))
    }

    /// What it wrote to its log.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.directory.join("log")).unwrap_or_default()
    }

    /// What another command of the program says, with this console's configuration.
    pub(crate) async fn command(&self, words: &[&str]) -> std::process::Output {
        let mut line = Command::new(env!("CARGO_BIN_EXE_postdesk"));
        line.arg("--config").arg(self.directory.join("postdesk.toml")).args(words);
        let ended = line.env_remove("POSTDESK_CONFIG").stdin(Stdio::null()).kill_on_drop(true).output();
        tokio::time::timeout(PATIENCE, ended).await.expect("it ends in time").expect("postdesk")
    }

    /// An account with a password, made at the shell.
    pub(crate) async fn account(&self, login: &str, roles: &[Role]) -> i64 {
        let mut line = Command::new(env!("CARGO_BIN_EXE_postdesk"));
        line.args(["account", "add", "--login", login, "--name", login, "--password-stdin"]);
        line.arg("--email").arg(format!("{login}@{}", self.domain));
        line.arg("--config").arg(self.directory.join("postdesk.toml"));
        for role in roles {
            line.args(["--role", role.as_str()]);
        }
        let mut child = line.stdin(Stdio::piped()).spawn().expect("postdesk");
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all(format!("{PASSWORD}\n").as_bytes()).await.expect("written");
        drop(stdin);
        assert!(child.wait().await.expect("a state").success(), "account add");
        let mut view = self.store.read().await.expect("a view");
        account::by_login(&mut view, login).await.expect("a look").expect("an account").id
    }
}

/// A mailbox beside the first.
fn further(wishes: &Wishes, n: usize, domain: &str) -> String {
    let address = format!("desk{n}@{domain}");
    format!(
        "[[mailbox]]\nname = \"desk{n}\"\naddress = \"{address}\"\nhost = \"127.0.0.1\"\nport = {imaps}\nca_file = \"{ca}\"\n\
         user = \"{address}\"\n{sign_in}\n{after}\n\n",
        imaps = self::address("IMAPS_PORT"),
        ca = self::address("CA_FILE"),
        sign_in = (wishes.sign_in)(&address),
        after = wishes.after,
    )
}

/// Sends a signal to a process.
pub(crate) async fn signal(pid: u32, name: &str) {
    let sent = Command::new("kill").arg(format!("-{name}")).arg(pid.to_string()).status().await.expect("kill");
    assert!(sent.success(), "{name} to {pid}");
}

/// Whether a process is stopped.
pub(crate) fn is_frozen(pid: u32) -> bool {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("a process");
    // The state follows the program's name, which is in parentheses.
    text.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('T'))
}

impl Drop for Console {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.log();
            let tail = log.lines().rev().take(40).collect::<Vec<_>>();
            eprintln!("the last words of the console on {}:", self.database.url());
            tail.iter().rev().for_each(|line| eprintln!("  {line}"));
        }
    }
}

/// Looks at what the console has stored, until it gives something.
macro_rules! seen {
    ($console:expr, $what:expr, $v:ident => $look:expr) => {
        $crate::world::until_some($what, $crate::journey::harness::PATIENCE, async || {
            let mut $v = $console.store.read().await.expect("a view");
            $look
        })
        .await
    };
}
pub(crate) use seen;

/// The password of every account in these tests.
pub(crate) const PASSWORD: &str = "seven blue trains wait";

/// A client for the console's own address. No TLS is spoken, but the library wants a provider.
pub(crate) fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(20))
        .build()
        .expect("a client")
}
