//! Everything at once for as long as it is told: kills, freezes, connection cuts, servers that refuse, floods, and a clock
//! that jumps. In the end all invariants are true and the memory of the process that lived is flat.

use std::{collections::BTreeSet, time::Duration};

use postdesk::{clock::Clock, domain::role::Role, domain::time::Moment, store::counter};

use super::{asked, chance, load::Load, memory::Memory};
use crate::{
    journey::{
        harness::{Console, PASSWORD, Wishes, signal},
        invariant,
        peer::Peer,
        visitor::Visitor,
    },
    world::{Database, Proxy, Relay, address, until},
};

const MAILBOXES: usize = 3;
/// What happens, by a number below sixteen: each takes those up to the next.
const KILL: u64 = 0;
const FREEZE: u64 = 3;
const CUT: u64 = 5;
const REFUSE: u64 = 7;
const FLOODS: u64 = 8;
const JUMP: u64 = 9;
const MAIL: u64 = 10;
/// Complaints of one flood.
const FLOOD: usize = 200;
/// The short form.
const SHORT: Duration = Duration::from_secs(8);
/// Below this a run is too short to tell anything about memory.
const TELLING: Duration = Duration::from_mins(5);
/// How often the invariants are asked meanwhile.
const ASK: Duration = Duration::from_mins(1);
/// How long what is left may take in the end.
const REST: Duration = Duration::from_mins(15);

fn long() -> Duration {
    asked("POSTDESK_SOAK_MINUTES").map_or(SHORT, Duration::from_mins)
}

/// What was done.
#[derive(Debug, Default)]
struct Done {
    kills: u32,
    freezes: u32,
    cuts: u32,
    refusals: u32,
    floods: u32,
    jumps: u32,
    pages: u32,
    pages_unavailable: u32,
    asked: u32,
}

struct Storm {
    console: Console,
    peers: Vec<Peer>,
    loads: Vec<Load>,
    imap: Proxy,
    smtp: Proxy,
    relay: Relay,
    reader: Visitor,
    /// The process that is not killed any more.
    memory: Option<Memory>,
    begun: Moment,
    whole: Duration,
    asked_at: Moment,
    done: Done,
}

/// One process, killed in the first half; in the second it has to show that its memory is flat.
#[tokio::test]
async fn one_process_on_sqlite() {
    Storm::new(Database::sqlite().await, 0).await.rage().await;
}

/// Three processes. The first is never killed, but frozen beyond its lease.
#[tokio::test]
async fn three_processes_on_postgres() {
    Storm::new(Database::postgres().await, 2).await.rage().await;
}

impl Storm {
    async fn new(database: Database, peers: usize) -> Self {
        let port = |key: &str| address(key).parse().expect("a port");
        let imap = Proxy::start(port("IMAPS_PORT")).await;
        let relay = Relay::start(&[]).await;
        let smtp = Proxy::start(relay.port).await;
        let more = "[acknowledge]\nper_hour = 1000000\n";
        let wishes = Wishes { mailboxes: MAILBOXES, relay: Some(smtp.port), more, ..Wishes::default() };
        let mut console = Console::prepare(database, wishes).await;
        let file = console.file("postdesk.toml");
        let text = std::fs::read_to_string(&file).expect("a configuration");
        let through = text.replace(&format!("port = {}", address("IMAPS_PORT")), &format!("port = {}", imap.port));
        std::fs::write(file, through).expect("written");
        console.account("anna", &[Role::Postmaster]).await;
        console.run();
        let peers: Vec<Peer> = (0..peers).map(|n| Peer::run(&console, &format!("peer{n}"), "clock")).collect();
        console.ready().await;
        let mut reader = Visitor::new(&console);
        assert_eq!(reader.sign_in("anna", PASSWORD).await.status, 303);
        let mut loads = vec![Load::new(&console.address).await];
        for n in 2..=MAILBOXES {
            loads.push(Load::new(&format!("desk{n}@{}", console.domain)).await);
        }
        let memory = (!peers.is_empty()).then(|| Memory::of(console.pid()));
        let now = Clock::machine().now();
        let (begun, asked_at, whole) = (now, now, long());
        Self { console, peers, loads, imap, smtp, relay, reader, memory, begun, whole, asked_at, done: Done::default() }
    }

    async fn rage(mut self) {
        // Each once at least, however short it is.
        let mut first = [MAIL, KILL, FLOODS, FREEZE, CUT, REFUSE, KILL, JUMP].into_iter();
        while self.passed() < self.whole {
            let what = first.next().unwrap_or_else(|| chance::below(16));
            self.something(what).await;
            self.look().await;
            chance::pass(chance::span(100, 1_000)).await;
        }
        self.calm().await;
    }

    fn passed(&self) -> Duration {
        Clock::machine().now().since(self.begun)
    }

    fn some_load(&mut self) -> &mut Load {
        let n = chance::below(MAILBOXES as u64);
        &mut self.loads[usize::try_from(n).expect("a number")]
    }

    async fn something(&mut self, what: u64) {
        match what {
            KILL..FREEZE => self.kill().await,
            FREEZE..CUT => self.freeze().await,
            CUT..REFUSE => {
                if chance::below(2) == 0 {
                    self.imap.cut();
                } else {
                    self.smtp.cut();
                }
                self.done.cuts += 1;
            }
            REFUSE => {
                let door = if chance::below(2) == 0 { &self.imap } else { &self.smtp };
                door.refuse();
                chance::pass(chance::span(200, 3_000)).await;
                door.restore();
                self.done.refusals += 1;
            }
            FLOODS => {
                let from_one = chance::below(2) == 0;
                self.some_load().flood(FLOOD, from_one).await;
                self.done.floods += 1;
            }
            JUMP => {
                // What waits for a server to come back, or for its hour, need not wait so long.
                self.console.turn_clock_by(chance::span(60_000, 600_000));
                self.done.jumps += 1;
            }
            _ => self.some_load().add(10).await,
        }
    }

    async fn kill(&mut self) {
        if self.peers.is_empty() {
            if self.passed() > self.whole / 2 {
                return;
            }
            self.console.kill().await;
            self.console.run();
        } else {
            let n = usize::try_from(chance::below(self.peers.len() as u64)).expect("a number");
            self.peers[n].kill().await;
            self.peers[n] = Peer::run(&self.console, &format!("peer{n}"), "clock");
        }
        self.done.kills += 1;
    }

    /// For a moment, or for longer than a lease.
    async fn freeze(&mut self) {
        let pids: Vec<u32> = self.peers.iter().filter_map(Peer::pid).chain([self.console.pid()]).collect();
        let pid = pids[usize::try_from(chance::below(pids.len() as u64)).expect("a number")];
        signal(pid, "STOP").await;
        chance::pass(chance::span(50, 6_000)).await;
        signal(pid, "CONT").await;
        self.done.freezes += 1;
    }

    async fn look(&mut self) {
        if self.peers.is_empty() && self.memory.is_none() && self.passed() > self.whole / 2 {
            self.memory = Some(Memory::of(self.console.pid()));
        }
        if let Some(memory) = &mut self.memory {
            memory.look();
            let page = self.reader.get("/tickets").await;
            assert!(matches!(page.status, 200 | 503), "{}: {}", page.status, page.text());
            self.done.pages += 1;
            self.done.pages_unavailable += u32::from(page.status == 503);
        }
        let now = Clock::machine().now();
        if now.since(self.asked_at) >= ASK {
            self.asked_at = now;
            self.done.asked += 1;
            invariant::hold_always(&self.console.database).await;
            self.tell("so far").await;
        }
    }

    async fn tell(&self, when: &str) {
        let mut view = self.console.store.read().await.expect("a view");
        let applied = counter::get(&mut view, "message.stage.applied").await.expect("a count");
        let memory = self.memory.as_ref().map(Memory::warm_and_last);
        eprintln!(
            "{} {when}, {} s: {} messages, {applied} applied, {} mails given to the relay, memory (kB, second and last \
             quarter) {memory:?}, {:?}",
            self.console.store.engine(),
            self.passed().as_secs(),
            self.loads.iter().map(|load| load.messages).sum::<i64>(),
            self.relay.given().len(),
            self.done,
        );
    }

    /// The storm is over: everything comes to rest by itself, and nothing was lost or done twice.
    async fn calm(mut self) {
        let messages: i64 = self.loads.iter().map(|load| load.messages).sum();
        until("everything is done", REST, async || {
            // Whoever waits for a server to come back need not do so for its full time.
            self.console.turn_clock_by(Duration::from_secs(2));
            let mut view = self.console.store.read().await.expect("a view");
            let applied = counter::get(&mut view, "message.stage.applied").await.expect("a count");
            drop(view);
            applied == messages && invariant::is_at_rest(&self.console.database).await
        })
        .await;
        self.tell("in the end").await;
        self.console.terminate().await;
        for peer in &mut self.peers {
            peer.kill().await;
        }
        invariant::hold_at_rest(&self.console).await;
        self.given_is_accepted().await;
        if let Some(memory) = &self.memory
            && self.whole >= TELLING
        {
            assert!(memory.is_flat(), "it grew: {:?} kB", memory.warm_and_last());
        }
    }

    /// The relay's side: what it was given is what the console calls accepted, each under its one Message-ID.
    async fn given_is_accepted(&self) {
        let all = "SELECT mail_id FROM outbox WHERE state = 'accepted'";
        let accepted: BTreeSet<String> = self.console.database.look(&[all]).await.remove(0).into_iter().collect();
        let given = self.relay.given();
        let ids = given.iter().filter_map(|one| one.message_id());
        let ids: BTreeSet<String> = ids.map(|id| id.trim_matches(['<', '>']).to_owned()).collect();
        assert_eq!(ids, accepted);
        eprintln!(
            "{}: {} mails, {} copies of one beyond it",
            self.console.store.engine(),
            ids.len(),
            given.len() - ids.len()
        );
    }
}
