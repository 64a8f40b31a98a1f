//! Fetching of messages, one at a time, and of parts of large ones.

use async_imap::imap_proto::{AttributeValue, MessageSection, RequestId, Response, SectionPath};
use tokio::time::timeout;

use super::{Inbox, InboxError, Listed, exchange::Heard, listing::internal_date, uid_set};
use crate::domain::time::Moment;

/// Messages above this size come in parts of it: the parser holds an answer twice, and an answer of
/// bounded size may be expected in bounded time.
const PART: u32 = 1 << 20;
/// Most that is set aside for a message before its bytes are there.
const SET_ASIDE: usize = 64 << 20;

const WHAT: &str = "UID FETCH";

/// A fetched message.
#[derive(Clone, PartialEq, Eq)]
pub struct Fetched {
    /// UID.
    pub uid: u32,
    /// Bytes, as the server says; the true number is the length of `bytes`.
    pub size: u32,
    /// When it arrived there.
    pub internal_date: Option<Moment>,
    /// The message as stored on the server.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Fetched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fetched").field("uid", &self.uid).field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}

/// A fetch under way. Holds one message at a time; the server waits while nobody asks for the next.
#[derive(Debug)]
pub struct Fetching<'a> {
    inbox: &'a mut Inbox,
    /// Sets that were not asked for yet.
    sets: Vec<String>,
    tag: Option<RequestId>,
    /// UIDs that were asked for, ascending.
    wanted: Vec<u32>,
    /// Bytes that may still come for them.
    room: u64,
    /// Messages that come in parts, after the others.
    large: Vec<Listed>,
}

impl Inbox {
    /// Fetches messages whole, without marking them as read: small ones first, in no order to rely on.
    /// Messages that are gone by now do not come.
    ///
    /// After an [`InboxError::Refused`] fetch them one by one: the server cannot give one of them.
    pub fn fetch(&mut self, messages: &[Listed]) -> Fetching<'_> {
        let (small, large): (Vec<Listed>, Vec<Listed>) = messages.iter().partition(|listed| listed.size <= PART);
        let mut wanted: Vec<u32> = small.iter().map(|listed| listed.uid).collect();
        wanted.sort_unstable();
        let mut sets = uid_set::sets(&wanted);
        sets.reverse();
        // A server may count a little wrong, not by half.
        let room = small.iter().map(|listed| u64::from(listed.size) * 2).sum::<u64>() + u64::from(PART);
        Fetching { inbox: self, sets, tag: None, wanted, room, large }
    }

    /// A large message, part by part. `None` if it is gone.
    async fn assemble(&mut self, listed: Listed) -> Result<Option<Fetched>, InboxError> {
        let size = usize::try_from(listed.size).unwrap_or(usize::MAX);
        let mut bytes = Vec::with_capacity(size.min(SET_ASIDE));
        loop {
            let offset = u32::try_from(bytes.len()).map_err(|_| InboxError::Protocol(WHAT))?;
            let Some(part) = self.part(listed.uid, offset, PART).await? else { return Ok(None) };
            if part.is_empty() {
                let Listed { uid, size, internal_date } = listed;
                return Ok(Some(Fetched { uid, size, internal_date, bytes }));
            }
            bytes.extend_from_slice(&part);
            // A server may count a little wrong, not by half.
            if bytes.len() / 2 > size {
                return Err(InboxError::Protocol(WHAT));
            }
        }
    }

    /// The first `max` bytes of a message's header. `None` if the message is gone.
    ///
    /// # Errors
    /// [`InboxError`].
    pub async fn header(&mut self, uid: u32, max: u32) -> Result<Option<Vec<u8>>, InboxError> {
        self.piece(uid, &format!("BODY.PEEK[HEADER]<0.{max}>")).await
    }

    /// A piece of a message, for streaming what is too large to hold: empty at its end, `None` if the
    /// message is gone.
    ///
    /// # Errors
    /// [`InboxError`].
    pub async fn part(&mut self, uid: u32, offset: u32, length: u32) -> Result<Option<Vec<u8>>, InboxError> {
        self.piece(uid, &format!("BODY.PEEK[]<{offset}.{length}>")).await
    }

    async fn piece(&mut self, uid: u32, item: &str) -> Result<Option<Vec<u8>>, InboxError> {
        let mut piece = None;
        self.run(WHAT, &format!("UID FETCH {uid} (UID {item})"), |response| {
            if let Some(fetched) = fetched(response).filter(|fetched| fetched.uid == uid) {
                piece = Some(fetched.bytes);
            }
        })
        .await?
        .ok(WHAT)?;
        Ok(piece)
    }
}

impl Fetching<'_> {
    /// The next message; `None` when all have come.
    ///
    /// # Errors
    /// [`InboxError`]; after a fatal one the session is of no further use.
    pub async fn next(&mut self) -> Result<Option<Fetched>, InboxError> {
        let limit = self.inbox.pace.command;
        timeout(limit, self.listen()).await.map_err(|_| InboxError::Timeout { what: WHAT, limit })?
    }

    async fn listen(&mut self) -> Result<Option<Fetched>, InboxError> {
        loop {
            let tag = if let Some(tag) = &self.tag {
                tag.clone()
            } else {
                let Some(set) = self.sets.pop() else { return self.next_large().await };
                let command = format!("UID FETCH {set} (UID RFC822.SIZE INTERNALDATE BODY.PEEK[])");
                self.tag.insert(self.inbox.start(WHAT, &command).await?).clone()
            };
            match self.inbox.hear(WHAT, &tag, Some(self.inbox.pace.answer), fetched).await? {
                Heard::Untagged(Some(fetched)) => {
                    // Once each: a server that repeats itself would fill the memory.
                    if let Ok(at) = self.wanted.binary_search(&fetched.uid) {
                        self.wanted.remove(at);
                        let left = self.room.checked_sub(fetched.bytes.len() as u64);
                        let why = || InboxError::TooMuch { what: WHAT, why: "larger than it was listed".into() };
                        self.room = left.ok_or_else(why)?;
                        return Ok(Some(fetched));
                    }
                }
                Heard::Untagged(None) => {}
                Heard::Done(done) => {
                    self.tag = None;
                    done.ok(WHAT)?;
                }
            }
        }
    }
}

impl Fetching<'_> {
    async fn next_large(&mut self) -> Result<Option<Fetched>, InboxError> {
        while let Some(listed) = self.large.pop() {
            if let Some(fetched) = self.inbox.assemble(listed).await? {
                return Ok(Some(fetched));
            }
        }
        Ok(None)
    }
}

/// A FETCH answer that carries a body or a header.
fn fetched(response: &Response<'_>) -> Option<Fetched> {
    let Response::Fetch(_, attributes) = response else { return None };
    let mut fetched = Fetched { uid: 0, size: 0, internal_date: None, bytes: Vec::new() };
    let mut body = None;
    for attribute in attributes {
        match attribute {
            AttributeValue::Uid(uid) => fetched.uid = *uid,
            AttributeValue::Rfc822Size(size) => fetched.size = *size,
            AttributeValue::InternalDate(date) => fetched.internal_date = internal_date(date),
            AttributeValue::BodySection {
                section: None | Some(SectionPath::Full(MessageSection::Header)),
                data,
                ..
            } => body = Some(data.as_deref().unwrap_or_default()),
            _ => {}
        }
    }
    fetched.bytes = body?.to_vec();
    (fetched.uid != 0).then_some(fetched)
}
