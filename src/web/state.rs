//! What every handler can reach.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use jiff::tz::TimeZone;
use tokio::sync::watch;
use zeroize::Zeroizing;

use super::{RawSource, assets::Assets, hard::Bench, live::Listeners};
use crate::{
    clock::{Clock, NoEntropy},
    config::{Accounts, Config, Mailbox, Network, WebLimits},
    desk::letterhead::Letterhead,
    domain::{site::Site, time::Moment},
    password::{PasswordError, Passwords},
    store::{Store, StoreError, setting},
};

/// The part of the configuration that pages need. Holds no secret.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The site's own facts.
    pub site: Site,
    /// Time zone of what people read.
    pub time_zone: TimeZone,
    /// Address of the postmaster.
    pub postmaster: String,
    /// The origin people type.
    pub public_url: String,
    /// Networks of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// What is asked of people who sign in.
    pub accounts: Accounts,
    /// The longest time between two looks into a mailbox.
    pub poll: Duration,
    /// How much of everything.
    pub limits: WebLimits,
}

impl From<&Config> for Settings {
    fn from(config: &Config) -> Self {
        Self {
            site: config.into(),
            time_zone: config.site.time_zone.clone(),
            postmaster: config.site.postmaster.clone(),
            public_url: config.web.public_url.clone(),
            trusted_proxies: config.web.trusted_proxies.clone(),
            accounts: config.accounts.clone(),
            poll: config.mailboxes.iter().map(Mailbox::heard_every).max().unwrap_or(Duration::from_mins(1)),
            limits: config.web_limits,
        }
    }
}

impl Settings {
    /// Whether cookies are for HTTPS only: always, but on this very machine over plain HTTP.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        let Some(rest) = self.public_url.strip_prefix("http://") else { return true };
        let host = rest
            .strip_prefix('[')
            .and_then(|v6| v6.split_once(']'))
            .map_or_else(|| rest.split_once(':').map_or(rest, |(host, _)| host), |(host, _)| host);
        let loopback = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        !loopback
    }
}

/// Why the web door does not open.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Random bytes.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
    /// Password hashing.
    #[error(transparent)]
    Password(#[from] PasswordError),
}

/// What every handler can reach. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Web {
    /// The database.
    pub store: Store,
    /// Time and chance.
    pub clock: Clock,
    /// Hashes and verifies passwords.
    pub passwords: Passwords,
    /// Plain settings.
    pub settings: Arc<Settings>,
    /// What every outgoing mail has in common.
    pub head: Arc<Letterhead>,
    pub(super) assets: Arc<Assets>,
    pub(super) listeners: Listeners,
    pub(super) started: Moment,
    pub(super) key: Key,
    pub(super) bench: Bench,
    pub(super) raw: RawSource,
    closing: Arc<watch::Sender<bool>>,
    outdated: Arc<AtomicBool>,
}

/// The installation's secret behind device cookies and keys that are being set up.
#[derive(Clone)]
pub(super) struct Key(Arc<Zeroizing<Vec<u8>>>);

impl Key {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Web {
    /// Prepares the web door: reads its secret from the database, or makes one.
    ///
    /// # Errors
    /// When the database does not answer or the machine has no random bytes.
    pub async fn new(
        store: Store,
        clock: Clock,
        settings: Settings,
        head: Arc<Letterhead>,
    ) -> Result<Self, StartError> {
        let fresh = STANDARD_NO_PAD.encode(clock.unguessable::<32>()?);
        let mut work = store.write().await?;
        let kept = setting::get_or_set(&mut work, "web_key", &fresh).await?;
        work.commit().await?;
        Ok(Self {
            passwords: Passwords::new(clock.clone())?,
            settings: Arc::new(settings),
            head,
            assets: Arc::new(Assets::new()),
            listeners: Listeners::default(),
            started: clock.now(),
            key: Key(Arc::new(Zeroizing::new(kept.into_bytes()))),
            bench: Bench::default(),
            raw: RawSource::default(),
            closing: Arc::new(watch::Sender::new(false)),
            outdated: Arc::default(),
            store,
            clock,
        })
    }

    /// Says where a message can be had whole that was too large to keep.
    #[must_use]
    pub fn with_raw_source(mut self, raw: RawSource) -> Self {
        self.raw = raw;
        self
    }

    /// Ends the live streams, so that the server can stop. Called once, when `serve` is told to end.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    /// A newer program has the database now: from here on every page is a 503.
    pub fn outdate(&self) {
        self.outdated.store(true, Ordering::Relaxed);
    }

    /// Whether [`Web::outdate`] was called.
    pub(super) fn is_outdated(&self) -> bool {
        self.outdated.load(Ordering::Relaxed)
    }

    /// Waits until [`Web::close`].
    pub(super) fn closing(&self) -> watch::Receiver<bool> {
        self.closing.subscribe()
    }
}
