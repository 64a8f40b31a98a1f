//! The word to stop, heard by every job.

use tokio::sync::watch;

/// Heard by a job. Clones hear the same word.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<bool>);

/// Says the word. Dropped, it says it too.
#[derive(Debug)]
pub struct Stopper(watch::Sender<bool>);

impl Stop {
    /// The word's two ends.
    #[must_use]
    pub fn pair() -> (Stopper, Self) {
        let (sender, receiver) = watch::channel(false);
        (Stopper(sender), Self(receiver))
    }

    /// Whether it was said.
    #[must_use]
    pub fn is_said(&self) -> bool {
        *self.0.borrow() || self.0.has_changed().is_err()
    }

    /// Waits until it is said.
    pub async fn said(&self) {
        let mut receiver = self.0.clone();
        // An error means the stopper is gone, which says it as well.
        let _ = receiver.wait_for(|said| *said).await;
    }
}

impl Stopper {
    /// Says it.
    pub fn say(&self) {
        self.0.send_replace(true);
    }
}
