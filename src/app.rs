//! Wires configuration, database, jobs and web together; used alike by `serve` and by the tests.

mod patience;
mod setup;
mod stop_point;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::{net::TcpListener, task::JoinSet};

pub(crate) use setup::{account, letterhead, lock, open, pace, smarthost};
pub(crate) use stop_point::{break_off_at, fails_at, stop_point};

use crate::{
    clock::Clock,
    config::Config,
    desk::letterhead::Letterhead,
    jobs::{self, Stop, leases::Leases, mailbox::MailboxJob, outbox::Outbox, stop::Stopper, whole::Whole},
    mail::outbox::Relay,
    store::{self, Store, StoreError},
    web::{self, Pieces, RawSource, Settings, Web},
};

/// How long jobs and pages have to come to an end.
const GRACE: Duration = Duration::from_secs(10);

/// Why the console does not start.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The address for the web is taken or not ours.
    #[error("cannot listen on {address} ([web] listen): {cause}; choose a free port, or stop who has it")]
    Listen {
        /// Address.
        address: SocketAddr,
        /// The machine's words.
        cause: std::io::Error,
    },
    /// The database's lock file cannot be made.
    #[error("cannot lock the database: {0}")]
    Lock(std::io::Error),
    /// No chance to be had.
    #[error(transparent)]
    Entropy(#[from] crate::clock::NoEntropy),
    /// The web door cannot be prepared.
    #[error(transparent)]
    Web(#[from] web::StartError),
    /// The relay cannot be set up.
    #[error("[smtp]: {0}")]
    Relay(#[from] crate::mail::tls::TlsError),
}

/// A running console.
#[derive(Debug)]
pub struct App {
    /// Where the web listens.
    pub address: SocketAddr,
    /// The database.
    pub store: Store,
    clock: Clock,
    web: Web,
    stopper: Stopper,
    tasks: JoinSet<()>,
    _lock: Option<std::fs::File>,
}

impl App {
    /// Opens, migrates, starts everything.
    ///
    /// # Errors
    /// [`AppError`], with words that tell what to do.
    pub async fn start(config: &Config, clock: Clock) -> Result<Self, AppError> {
        let lock = setup::lock(config)?;
        let store = setup::open(config).await?;
        store.migrate().await?;
        setup::restored(&store, &clock).await?;
        let head = Arc::new(setup::letterhead(config, &store, &clock).await?);
        let mailboxes = setup::mailboxes(config, &store).await?;
        setup::seed_templates(&store, &clock).await?;
        setup::count_ledger(&store, &head, &clock).await?;
        let owner = format!("{}-{}", std::process::id(), setup::hex(&clock.unguessable::<6>()?));
        let leases = Leases { store: store.clone(), clock: clock.clone(), owner, time_to_live: config.database.lease };
        if store.is_embedded() {
            // The file lock says that nobody else is here, so all leases are a dead process's.
            let mut work = store.write().await?;
            store::lease::end_all(&mut work).await?;
            work.commit().await?;
        }
        let life = store.live(&leases.owner).await?;
        let relay = Arc::new(Relay::new(setup::smarthost(config))?);
        let listener = TcpListener::bind(config.web.listen)
            .await
            .map_err(|cause| AppError::Listen { address: config.web.listen, cause })?;
        let address = listener.local_addr().map_err(|cause| AppError::Listen { address: config.web.listen, cause })?;
        let (stopper, stop) = Stop::pair();
        let mut tasks = JoinSet::new();
        let whole = Whole::new(store.clone(), clock.clone(), setup::accounts(config, &mailboxes));
        let web = Web::new(store.clone(), clock.clone(), Settings::from(config), Arc::clone(&head)).await?;
        let web = web.with_raw_source(raw_source(whole));
        tasks.spawn(serve(listener, web.clone(), stop.clone()));
        tasks.spawn(process(leases.clone(), life, stop.clone()));
        Self::spawn_jobs(&mut tasks, config, &leases, &head, relay, mailboxes, &stop);
        Ok(Self { address, store, clock, web, stopper, tasks, _lock: lock })
    }

    fn spawn_jobs(
        tasks: &mut JoinSet<()>,
        config: &Config,
        leases: &Leases,
        head: &Arc<Letterhead>,
        relay: Arc<Relay>,
        mailboxes: Vec<i64>,
        stop: &Stop,
    ) {
        tasks.spawn(jobs::listener::run(leases.store.clone(), leases.clock.clone(), stop.clone()));
        tasks.spawn(jobs::housekeeping::run(leases.clone(), config.reports.keep, stop.clone()));
        tasks.spawn(jobs::surge::run(leases.clone(), Arc::clone(head), stop.clone()));
        tasks.spawn(jobs::rereading::run(leases.clone(), Arc::clone(head), stop.clone()));
        let relay_name = format!("{}:{}", config.smtp.server.host, config.smtp.server.port);
        tasks.spawn(Outbox { leases: leases.clone(), relay, relay_name }.run(stop.clone()));
        for (mailbox, id) in config.mailboxes.iter().zip(mailboxes) {
            let job = MailboxJob {
                leases: leases.clone(),
                head: Arc::clone(head),
                id,
                address: mailbox.address.clone(),
                account: setup::account(mailbox),
                pace: setup::pace(mailbox),
            };
            tasks.spawn(job.run(stop.clone()));
        }
    }

    /// Waits until a newer program has migrated the database. Every page is a 503 from then on; stop, and leave the rest
    /// to that program.
    pub async fn outdated(&self) {
        jobs::schema::newer(&self.store, &self.clock).await;
        self.web.outdate();
    }

    /// Tells everything to stop, and waits for it a while.
    pub async fn stop(mut self) {
        self.stopper.say();
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(GRACE, all).await.is_err() {
            tracing::warn!("some work did not end in time; it is taken up again at the next start");
        }
        self.tasks.shutdown().await;
        self.store.close().await;
    }
}

/// What was too large to keep, for the page that asks for it.
fn raw_source(whole: Whole) -> RawSource {
    RawSource::new(move |sighted| {
        let whole = whole.clone();
        Box::pin(async move {
            let pieces = whole.open(sighted.mailbox, sighted.uidvalidity, sighted.uid).await?;
            Ok(Box::pin(pieces) as Pieces)
        })
    })
}

/// Shows that this process lives: by its own lease, and by a session with the server that ends when it does. While it
/// does, what the process has claimed is in good hands.
async fn process(leases: Leases, life: store::Life, stop: Stop) {
    let name = format!("process {}", leases.owner);
    let mut life = Some(life);
    while let Some(lease) = leases.wait(&name, &stop).await {
        tokio::select! {
            () = leases.keep(&lease) => {}
            () = keep_alive(&leases, &mut life) => {}
            () = stop.said() => leases.release(&lease).await,
        }
    }
}

/// Opens the session anew when it is lost; until then others may take our leases, and the fences keep us out.
async fn keep_alive(leases: &Leases, life: &mut Option<store::Life>) {
    loop {
        leases.clock.sleep(leases.time_to_live / 3).await;
        let lasts = match life {
            Some(life) => life.lasts().await,
            None => false,
        };
        if !lasts {
            *life = leases.store.live(&leases.owner).await.ok();
        }
    }
}

/// Answers pages until told to stop.
async fn serve(listener: TcpListener, web: Web, stop: Stop) {
    if let Err(error) = web::serve(listener, web, async move { stop.said().await }).await {
        tracing::error!(%error, "the web door closed by itself");
    }
}
