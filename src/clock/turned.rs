//! A clock that runs, and that a test turns while the process works. Only in builds with the feature `test-doors`.

use std::{path::PathBuf, sync::Arc, time::Duration};

use tokio::sync::watch;

/// How often somebody who sleeps looks whether the clock was turned.
const LOOK: Duration = Duration::from_millis(20);

/// By how much the clock is ahead of the machine's: milliseconds in a file that a test replaces.
#[derive(Debug)]
pub(super) struct Turned {
    file: PathBuf,
    ahead: watch::Sender<i64>,
}

impl Turned {
    /// Follows the file for as long as the value is held. No file yet is a clock that was not turned.
    pub(super) fn follow(file: PathBuf) -> Arc<Self> {
        let turned = Arc::new(Self { file, ahead: watch::Sender::new(0) });
        turned.ahead();
        let followed = Arc::downgrade(&turned);
        std::thread::spawn(move || {
            while let Some(turned) = followed.upgrade() {
                turned.ahead();
                drop(turned);
                std::thread::sleep(LOOK);
            }
        });
        turned
    }

    /// How far ahead it is at this moment: whoever turns the clock and then asks something gets the new time.
    pub(super) fn ahead(&self) -> i64 {
        let read = std::fs::read_to_string(&self.file).ok().and_then(|text| text.trim().parse().ok());
        let ahead = read.unwrap_or_else(|| *self.ahead.borrow());
        self.ahead.send_if_modified(|known| std::mem::replace(known, ahead) != ahead);
        ahead
    }

    /// Hears of each turn.
    pub(super) fn turns(&self) -> watch::Receiver<i64> {
        self.ahead.subscribe()
    }
}
