//! The only source of time and chance. Tests turn the clock by hand, also that of a running process: in builds with the
//! feature `test-doors`, and no others, `POSTDESK_CLOCK` names a file that says how many milliseconds it is ahead.

#[cfg(feature = "test-doors")]
mod turned;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use rand::{RngExt, TryRng};
use tokio::sync::watch;

use crate::domain::time::Moment;

/// Time and chance, handed to whoever needs them.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    Machine,
    /// A clock that stands still until a test turns it.
    Hand(Arc<Hand>),
    /// The machine's, and as much ahead as a test says.
    #[cfg(feature = "test-doors")]
    Turned(Arc<turned::Turned>),
}

#[derive(Debug)]
struct Hand {
    now: watch::Sender<i64>,
    turning: Mutex<()>,
}

impl Clock {
    /// The machine's own clock.
    #[must_use]
    pub const fn machine() -> Self {
        Self(Source::Machine)
    }

    /// The clock of a program: the machine's, unless a test holds the key to its doors.
    #[must_use]
    pub fn of_process() -> Self {
        #[cfg(feature = "test-doors")]
        if let Some(file) = std::env::var_os("POSTDESK_CLOCK") {
            return Self(Source::Turned(turned::Turned::follow(file.into())));
        }
        Self::machine()
    }

    /// A clock that stands at `now` until it is turned. `sleep_until` waits for the turn.
    #[must_use]
    pub fn by_hand(now: Moment) -> Self {
        Self(Source::Hand(Arc::new(Hand { now: watch::Sender::new(now.millis()), turning: Mutex::new(()) })))
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Moment {
        match &self.0 {
            Source::Machine => Moment::from_millis(machine_millis()),
            Source::Hand(hand) => Moment::from_millis(*hand.now.borrow()),
            #[cfg(feature = "test-doors")]
            Source::Turned(turned) => Moment::from_millis(machine_millis().saturating_add(turned.ahead())),
        }
    }

    /// Turns a hand-held clock to `moment`, also backwards. The machine's clock is left alone.
    pub fn turn_to(&self, moment: Moment) {
        if let Source::Hand(hand) = &self.0 {
            let _one_at_a_time = hand.turning.lock().unwrap_or_else(PoisonError::into_inner);
            hand.now.send_replace(moment.millis());
        }
    }

    /// Turns a hand-held clock on by a span.
    pub fn turn_by(&self, span: Duration) {
        self.turn_to(self.now().plus(span));
    }

    /// Waits until the clock shows `moment` or later.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that sleeps")]
    pub async fn sleep_until(&self, moment: Moment) {
        match &self.0 {
            Source::Machine => tokio::time::sleep(moment.since(self.now())).await,
            Source::Hand(hand) => {
                let mut seen = hand.now.subscribe();
                // An error means the sender is gone, which this very value prevents.
                let _ = seen.wait_for(|now| *now >= moment.millis()).await;
            }
            #[cfg(feature = "test-doors")]
            Source::Turned(turned) => {
                let mut turns = turned.turns();
                while self.now() < moment {
                    tokio::select! {
                        () = tokio::time::sleep(moment.since(self.now())) => {}
                        _ = turns.changed() => {}
                    }
                }
            }
        }
    }

    /// Waits for a span.
    pub async fn sleep(&self, span: Duration) {
        self.sleep_until(self.now().plus(span)).await;
    }

    /// Fresh unguessable bytes from the operating system.
    ///
    /// # Errors
    /// When the operating system has none to give.
    pub fn unguessable<const N: usize>(&self) -> Result<[u8; N], NoEntropy> {
        let mut bytes = [0; N];
        rand::rngs::SysRng.try_fill_bytes(&mut bytes).map_err(|_| NoEntropy)?;
        Ok(bytes)
    }

    /// A span between half of `base` and one and a half of it, so that many do not come back at once.
    #[must_use]
    pub fn jitter(&self, base: Duration) -> Duration {
        base.mul_f64(rand::rng().random_range(0.5..1.5))
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
fn machine_millis() -> i64 {
    let span = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

/// The operating system gave no random bytes.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the operating system gave no random bytes; look whether /dev/urandom is there")]
pub struct NoEntropy;
