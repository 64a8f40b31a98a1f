//! Work on hostile bytes: off the async threads, a few at a time, so that no message keeps others from their pages.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Web, WebError, WebResult};

/// Messages taken apart at once.
const AT_ONCE: usize = 2;

/// Places for hard work.
#[derive(Clone, Debug)]
pub(super) struct Bench(Arc<Semaphore>);

impl Default for Bench {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

/// A place at the bench; taken before the bytes are loaded, given back when the work ends.
#[derive(Debug)]
pub(super) struct Place(OwnedSemaphorePermit);

impl Web {
    /// Waits for a place.
    pub(super) async fn place(&self) -> WebResult<Place> {
        let permit = Arc::clone(&self.bench.0).acquire_owned().await;
        permit.map(Place).map_err(WebError::unavailable)
    }
}

impl Place {
    /// Does the work. The place is held until it ends, also if nobody waits for it any more.
    pub(super) async fn work<T: Send + 'static>(self, work: impl FnOnce() -> T + Send + 'static) -> WebResult<T> {
        let done = tokio::task::spawn_blocking(move || {
            let _held = self.0;
            work()
        });
        done.await.map_err(WebError::unexpected)
    }
}
