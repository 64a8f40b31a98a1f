//! Where a message can be had whole that is too large to keep. The app hands this in: the web speaks no IMAP.

use std::{fmt, pin::Pin, sync::Arc};

use futures_util::{Stream, future::BoxFuture};

/// Pieces of a message, in order; words for the log if it breaks.
pub type Pieces = Pin<Box<dyn Stream<Item = Result<Vec<u8>, String>> + Send>>;

/// Where the server holds a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sighted {
    /// Mailbox row.
    pub mailbox: i64,
    /// The folder's UIDVALIDITY when it was seen.
    pub uidvalidity: i64,
    /// UID.
    pub uid: i64,
}

type Fetch = dyn Fn(Sighted) -> BoxFuture<'static, Result<Pieces, String>> + Send + Sync;

/// Fetches messages from where they still are.
#[derive(Clone)]
pub struct RawSource(Arc<Fetch>);

impl RawSource {
    /// A source. The words of an error are shown to the person who asked.
    pub fn new(fetch: impl Fn(Sighted) -> BoxFuture<'static, Result<Pieces, String>> + Send + Sync + 'static) -> Self {
        Self(Arc::new(fetch))
    }

    /// Opens the message; its pieces then come as they are asked for.
    pub(super) async fn open(&self, sighted: Sighted) -> Result<Pieces, String> {
        (self.0)(sighted).await
    }
}

impl Default for RawSource {
    fn default() -> Self {
        Self::new(|_| Box::pin(async { Err("This console watches no mailbox.".to_owned()) }))
    }
}

impl fmt::Debug for RawSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RawSource")
    }
}
