//! A message that was too large to keep, fetched from its server in pieces while a person waits for it.

use std::{collections::HashMap, sync::Arc};

use futures_util::{Stream, stream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    clock::Clock,
    domain::secret::Secret,
    mail::{
        inbox::{Account, Inbox, Pace},
        oauth::TokenSource,
    },
    store::{self, Store},
};

/// Bytes of a piece: what is in memory of one message.
const PIECE: u32 = 256 << 10;
/// Messages fetched at once; each is one more session with a server.
const AT_ONCE: usize = 2;

/// Fetches whole messages from the watched mailboxes, each with a session of its own.
#[derive(Clone, Debug)]
pub struct Whole {
    store: Store,
    clock: Clock,
    mailboxes: Arc<HashMap<i64, (Account, Pace)>>,
    places: Arc<Semaphore>,
}

/// A message on its way.
struct Pieces {
    inbox: Inbox,
    uid: u32,
    offset: u32,
    _place: OwnedSemaphorePermit,
}

impl Whole {
    /// From these mailboxes.
    #[must_use]
    pub fn new(store: Store, clock: Clock, mailboxes: HashMap<i64, (Account, Pace)>) -> Self {
        Self { store, clock, mailboxes: Arc::new(mailboxes), places: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Opens a message; its pieces are fetched as they are asked for.
    ///
    /// # Errors
    /// Words that tell a person what to do.
    pub async fn open(
        &self,
        mailbox: i64,
        uidvalidity: i64,
        uid: i64,
    ) -> Result<impl Stream<Item = Result<Vec<u8>, String>> + Send + use<>, String> {
        let turn = Arc::clone(&self.places).try_acquire_owned();
        let turn = turn.map_err(|_| "Others are being fetched at this moment; try again in a minute.".to_owned())?;
        let (account, pace) =
            self.mailboxes.get(&mailbox).ok_or("Its mailbox left the configuration; put it back there first.")?;
        let uid = u32::try_from(uid).map_err(|_| "Its place on the server is not known.")?;
        let token = self.token(mailbox, account).await?;
        let said = |error: crate::mail::inbox::InboxError| format!("{error}.");
        let mut inbox = Inbox::connect(account, token.as_ref(), *pace).await.map_err(said)?;
        let selected = inbox.select(&account.folder).await.map_err(said)?;
        if i64::from(selected.uidvalidity) != uidvalidity {
            inbox.leave().await;
            return Err("The server numbered the folder anew; it is found again at the next count.".into());
        }
        // The first piece before the answer begins, so that a message which is gone gets a page that says so.
        let first = inbox.part(uid, 0, PIECE).await.map_err(said)?;
        let first = first.ok_or("It is not on the server any more.")?;
        let offset = u32::try_from(first.len()).unwrap_or(u32::MAX);
        let rest = Pieces { inbox, uid, offset, _place: turn };
        Ok(stream::unfold((Some(first), Some(rest)), |(first, rest)| async {
            match (first, rest) {
                (Some(first), rest) if !first.is_empty() => Some((Ok(first), (None, rest))),
                (_, Some(rest)) => rest.next().await.map(|(piece, rest)| (piece, (None, rest))),
                (_, None) => None,
            }
        }))
    }

    async fn token(&self, mailbox: i64, account: &Account) -> Result<Option<Secret>, String> {
        let Some(grant) = &account.grant else { return Ok(None) };
        let kept = {
            let mut view = self.store.read().await.map_err(|error| error.to_string())?;
            store::mailbox::refresh_token(&mut view, mailbox).await.map_err(|error| error.to_string())?
        };
        let mut tokens = TokenSource::new(grant.clone(), &kept).map_err(|error| error.to_string())?;
        let (access, renewed) = tokens.access(self.clock.now()).await.map_err(|error| error.to_string())?;
        if let Some(refresh) = renewed.and_then(|renewed| renewed.refresh) {
            // The old one may be void already.
            let keep = tokens.to_keep(&refresh);
            let kept = async {
                let mut work = self.store.write().await?;
                store::mailbox::keep_refresh_token(&mut work, mailbox, keep.expose()).await?;
                work.commit().await
            };
            kept.await.map_err(|error| error.to_string())?;
        }
        Ok(Some(access))
    }
}

impl Pieces {
    /// The next piece; an empty one is the end.
    async fn next(mut self) -> Option<(Result<Vec<u8>, String>, Option<Self>)> {
        match self.inbox.part(self.uid, self.offset, PIECE).await {
            Ok(Some(piece)) if !piece.is_empty() => {
                self.offset = self.offset.saturating_add(u32::try_from(piece.len()).unwrap_or(u32::MAX));
                Some((Ok(piece), Some(self)))
            }
            Ok(Some(_)) => {
                self.inbox.leave().await;
                None
            }
            Ok(None) => Some((Err("the message went away while it was fetched".into()), None)),
            Err(error) => Some((Err(error.to_string()), None)),
        }
    }
}
