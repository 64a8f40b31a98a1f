//! What networks and servers do on bad days: a TCP proxy in front of a real server, which really forwards, until a rule
//! says otherwise. It stands by itself, so that a program beside the tests can take it with `#[path]`.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use postdesk::clock::Clock;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
};

/// Bytes of each direction of a connection that are remembered.
const REMEMBERED: usize = 1 << 20;

/// A direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    ToServer,
    FromServer,
}

/// The moment at which a rule acts, once a connection.
#[derive(Clone, Debug)]
pub(crate) enum When {
    /// Before the first byte.
    Start,
    /// When so many bytes have passed.
    After(usize),
    /// When these bytes are about to pass: they have not yet.
    Before(&'static [u8]),
    /// When these bytes have passed.
    Behind(&'static [u8]),
}

/// What a rule does.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// The connection ends, both ways.
    Cut,
    /// This direction ends in good order; the other goes on.
    Close,
    /// Nothing passes this way any more, and nobody says so.
    Stall,
    /// From now on so many bytes pass at once, with a pause between.
    Drip(usize, Duration),
    /// These bytes are put in.
    Insert(Vec<u8>),
    /// These bytes come instead of the rest of the line.
    Instead(Vec<u8>),
    /// These bytes are repeated until the other side has enough.
    Forever(Vec<u8>),
}

/// What happens on a connection, and when.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) way: Way,
    pub(crate) when: When,
    pub(crate) fault: Fault,
}

impl Rule {
    pub(crate) const fn new(way: Way, when: When, fault: Fault) -> Self {
        Self { way, when, fault }
    }

    /// On what the server says.
    pub(crate) const fn from_server(when: When, fault: Fault) -> Self {
        Self::new(Way::FromServer, when, fault)
    }

    /// On what the console says.
    pub(crate) const fn to_server(when: When, fault: Fault) -> Self {
        Self::new(Way::ToServer, when, fault)
    }
}

/// What passed on one connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Passed {
    pub(crate) to_server: Vec<u8>,
    pub(crate) from_server: Vec<u8>,
}

#[derive(Debug, Default)]
struct Memory {
    /// Rules for the connections to come, one list each.
    next: VecDeque<Vec<Rule>>,
    /// Rules of every connection that has none of its own.
    always: Vec<Rule>,
    acted: usize,
    connections: Vec<Passed>,
}

/// The proxy. Connections beyond the planned ones pass untouched.
#[derive(Clone, Debug)]
pub(crate) struct Proxy {
    pub(crate) port: u16,
    memory: Arc<Mutex<Memory>>,
    up: watch::Sender<bool>,
    /// Counts the orders to cut everything that is open.
    cuts: watch::Sender<u64>,
}

/// The connection is over.
struct Over;

impl From<std::io::Error> for Over {
    fn from(_: std::io::Error) -> Self {
        Self
    }
}

impl Proxy {
    /// In front of a port of this machine.
    pub(crate) async fn start(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let proxy = Self { port, memory: Arc::default(), up: watch::Sender::new(true), cuts: watch::Sender::new(0) };
        tokio::spawn(proxy.clone().accept(listener, server));
        proxy
    }

    /// Plans the next connection that nobody planned yet.
    pub(crate) fn then(&self, rules: &[Rule]) {
        self.memory().next.push_back(rules.to_vec());
    }

    /// Plans every connection that has no plan of its own; nothing, with no rules.
    pub(crate) fn always(&self, rules: &[Rule]) {
        self.memory().always = rules.to_vec();
    }

    /// How many rules have acted.
    pub(crate) fn acted(&self) -> usize {
        self.memory().acted
    }

    /// What passed, a connection each, the oldest first.
    pub(crate) fn connections(&self) -> Vec<Passed> {
        self.memory().connections.clone()
    }

    /// Cuts all that is open.
    pub(crate) fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// Cuts all that is open, and refuses connections until [`Self::restore`].
    pub(crate) fn refuse(&self) {
        self.up.send_replace(false);
        self.cut();
    }

    /// Ends [`Self::refuse`].
    pub(crate) fn restore(&self) {
        self.up.send_replace(true);
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn accept(self, mut listener: TcpListener, server: u16) {
        let mut up = self.up.subscribe();
        loop {
            tokio::select! {
                accepted = listener.accept() => {
                    let Ok((client, _)) = accepted else { continue };
                    tokio::spawn(self.clone().connection(client, server));
                }
                _ = up.changed() => {
                    drop(listener);
                    while !*up.borrow_and_update() {
                        if up.changed().await.is_err() {
                            return;
                        }
                    }
                    listener = loop {
                        // Somebody's outgoing connection may have the port for a moment.
                        if let Ok(again) = TcpListener::bind(("127.0.0.1", self.port)).await {
                            break again;
                        }
                        Clock::machine().sleep(Duration::from_millis(20)).await;
                    };
                }
            }
        }
    }

    async fn connection(self, client: TcpStream, server: u16) {
        let mut cuts = self.cuts.subscribe();
        let (number, rules) = {
            let mut memory = self.memory();
            memory.connections.push(Passed::default());
            let number = memory.connections.len() - 1;
            let rules = memory.next.pop_front().unwrap_or_else(|| memory.always.clone());
            (number, rules)
        };
        let Ok(server) = TcpStream::connect(("127.0.0.1", server)).await else { return };
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        let (asked, answered): (Vec<Rule>, Vec<Rule>) = rules.into_iter().partition(|rule| rule.way == Way::ToServer);
        let there = Pump::new(&self, number, Way::ToServer, asked);
        let back = Pump::new(&self, number, Way::FromServer, answered);
        tokio::select! {
            _ = async { tokio::try_join!(there.run(from_client, to_server), back.run(from_server, to_client)) } => {}
            _ = cuts.changed() => {}
        }
    }
}

/// One direction of a connection.
struct Pump<'a> {
    proxy: &'a Proxy,
    connection: usize,
    way: Way,
    rules: Vec<Rule>,
    passed: usize,
    /// The last bytes that passed, for what is looked for across reads.
    tail: Vec<u8>,
    /// Whether the rest of a line is left out.
    skipping: bool,
    drip: Option<(usize, Duration)>,
}

impl<'a> Pump<'a> {
    fn new(proxy: &'a Proxy, connection: usize, way: Way, rules: Vec<Rule>) -> Self {
        Self { proxy, connection, way, rules, passed: 0, tail: Vec::new(), skipping: false, drip: None }
    }

    async fn run(mut self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) -> Result<(), Over> {
        let mut waiting = Vec::new();
        let mut chunk = vec![0; 16 << 10];
        self.pass(&mut waiting, &mut to).await?;
        loop {
            let read = from.read(&mut chunk).await?;
            if read == 0 {
                self.forward(&waiting, &mut to).await?;
                to.shutdown().await?;
                return Ok(());
            }
            waiting.extend_from_slice(&chunk[..read]);
            self.pass(&mut waiting, &mut to).await?;
        }
    }

    /// Forwards what may pass by now; what may be the beginning of bytes that a rule waits for stays.
    async fn pass(&mut self, waiting: &mut Vec<u8>, to: &mut OwnedWriteHalf) -> Result<(), Over> {
        loop {
            if self.skipping {
                let Some(end) = find(waiting, b"\n") else {
                    waiting.clear();
                    return Ok(());
                };
                waiting.drain(..=end);
                self.skipping = false;
            }
            let Some((at, index)) = self.next_rule(waiting) else { break };
            let now: Vec<u8> = waiting.drain(..at).collect();
            self.forward(&now, to).await?;
            let fault = self.rules.remove(index).fault;
            self.proxy.memory().acted += 1;
            self.act(fault, to).await?;
        }
        let kept = self.rules.iter().filter_map(|rule| held(&rule.when, waiting)).max().unwrap_or(0);
        let now: Vec<u8> = waiting.drain(..waiting.len() - kept).collect();
        self.forward(&now, to).await
    }

    /// The rule that acts first, and how many of the waiting bytes pass before it does.
    fn next_rule(&self, waiting: &[u8]) -> Option<(usize, usize)> {
        let place = |when: &When| match when {
            When::Start => (self.passed == 0).then_some(0),
            When::After(bytes) => bytes.checked_sub(self.passed).filter(|left| *left <= waiting.len()),
            When::Before(bytes) => find(waiting, bytes),
            When::Behind(bytes) => {
                let known = self.tail.len().min(bytes.len() - 1);
                let all = [&self.tail[self.tail.len() - known..], waiting].concat();
                find(&all, bytes).map(|at| at + bytes.len() - known)
            }
        };
        self.rules.iter().enumerate().filter_map(|(index, rule)| Some((place(&rule.when)?, index))).min()
    }

    async fn act(&mut self, fault: Fault, to: &mut OwnedWriteHalf) -> Result<(), Over> {
        match fault {
            Fault::Cut => return Err(Over),
            Fault::Close => {
                to.shutdown().await?;
                std::future::pending::<()>().await;
            }
            Fault::Stall => std::future::pending::<()>().await,
            Fault::Drip(bytes, pause) => self.drip = Some((bytes.max(1), pause)),
            Fault::Insert(bytes) => self.forward(&bytes, to).await?,
            Fault::Instead(bytes) => {
                self.forward(&bytes, to).await?;
                self.skipping = true;
            }
            Fault::Forever(bytes) => loop {
                to.write_all(&bytes).await?;
            },
        }
        Ok(())
    }

    async fn forward(&mut self, bytes: &[u8], to: &mut OwnedWriteHalf) -> Result<(), Over> {
        if bytes.is_empty() {
            return Ok(());
        }
        {
            let mut memory = self.proxy.memory();
            let passed = &mut memory.connections[self.connection];
            let known = if self.way == Way::ToServer { &mut passed.to_server } else { &mut passed.from_server };
            let room = REMEMBERED.saturating_sub(known.len());
            known.extend_from_slice(&bytes[..bytes.len().min(room)]);
        }
        self.passed += bytes.len();
        self.tail.extend_from_slice(bytes);
        self.tail.drain(..self.tail.len().saturating_sub(1024));
        let Some((at_once, pause)) = self.drip else { return Ok(to.write_all(bytes).await?) };
        for some in bytes.chunks(at_once) {
            to.write_all(some).await?;
            Clock::machine().sleep(pause).await;
        }
        Ok(())
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// How many of the last bytes may be the beginning of what a rule acts before.
fn held(when: &When, waiting: &[u8]) -> Option<usize> {
    let When::Before(wanted) = when else { return None };
    (1..wanted.len()).rev().find(|length| waiting.ends_with(&wanted[..*length]))
}
