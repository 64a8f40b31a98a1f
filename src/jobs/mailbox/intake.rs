//! A batch of messages: fetched, kept in one commit, then read, then applied in another.

use std::sync::Arc;

use super::{Ended, MailboxJob, read, stubborn::Ask};
use crate::{
    desk::apply::{self, Arrived},
    domain::{
        event::{Actor, NewEvent, What},
        message::{ServerDue, Stage},
        reading::Reading,
        site::Site,
        time::Moment,
    },
    mail::inbox::{After, Inbox, InboxError, Listed},
    store::{
        self, StoreError, StoreResult,
        blob::Packed,
        lease::Lease,
        message::{Keep, Kept},
        sighting::Due,
    },
};

/// Messages that share a commit.
pub(super) const BATCH: usize = 128;
/// Bytes that share a commit, unless one message alone is larger.
pub(super) const BATCH_BYTES: u64 = 4 << 20;
/// Bytes of header fields kept of a message over the size limit.
const HEADER_BYTES: u32 = 64 << 10;
/// Said of a message that ends every session in which it is asked for.
const STUBBORN: &str = "the connection broke each time it was fetched";

/// Said of a message that our own reader or desk failed on.
const UNHANDLED: &str = "it could not be handled; its bytes are kept, and `Try again` reads it anew";

/// A message as fetched.
#[derive(Debug)]
pub(super) struct Incoming {
    uid: u32,
    /// Bytes of the whole message.
    size: i64,
    internal_date: Option<Moment>,
    bytes: Vec<u8>,
    /// Why only the header fields are here; the whole stays on the server.
    left: Option<String>,
}

/// What came of a batch.
#[derive(Debug, Default)]
pub(super) struct Taken {
    pub(super) incoming: Vec<Incoming>,
    /// Why no more came, and the message that was awaited.
    pub(super) broken: Option<(InboxError, u32)>,
}

impl Taken {
    pub(super) fn uids(&self) -> impl Iterator<Item = u32> {
        self.incoming.iter().map(|one| one.uid)
    }
}

/// Fetches a batch, lowest UID first. If the session breaks on the way, what came without a gap is given all the same.
pub(super) async fn fetch(inbox: &mut Inbox, batch: &[Listed], max: u64, ask: Ask) -> Taken {
    let mut incoming = Vec::with_capacity(batch.len());
    let ended = match (batch, ask) {
        ([one], Ask::Header) => header(inbox, one, STUBBORN).await.map(|one| incoming.extend(one)),
        ([one], Ask::Nothing) => {
            incoming.push(stand_in(one, STUBBORN.into()));
            Ok(())
        }
        _ => fetch_into(inbox, batch, max, &mut incoming).await,
    };
    incoming.sort_unstable_by_key(|one| one.uid);
    let Err(error) = ended else { return Taken { incoming, broken: None } };
    let missing = batch.iter().find(|listed| incoming.binary_search_by_key(&listed.uid, |one| one.uid).is_err());
    let Some(missing) = missing.map(|listed| listed.uid) else { return Taken { incoming, broken: Some((error, 0)) } };
    incoming.retain(|one| one.uid < missing);
    Taken { incoming, broken: Some((error, missing)) }
}

/// A message that the server cannot give is asked for alone, so that it holds up no other.
async fn fetch_into(
    inbox: &mut Inbox,
    batch: &[Listed],
    max: u64,
    incoming: &mut Vec<Incoming>,
) -> Result<(), InboxError> {
    let (whole, large): (Vec<Listed>, Vec<Listed>) = batch.iter().partition(|listed| u64::from(listed.size) <= max);
    let mut fetching = inbox.fetch(&whole);
    let mut refused = false;
    loop {
        match fetching.next().await {
            Ok(Some(fetched)) => {
                incoming.push(Incoming {
                    uid: fetched.uid,
                    size: i64::try_from(fetched.bytes.len()).unwrap_or(i64::MAX),
                    internal_date: fetched.internal_date,
                    bytes: fetched.bytes,
                    left: None,
                });
                crate::app::stop_point("inbox.fetching");
            }
            Ok(None) => break,
            Err(InboxError::Refused { .. }) => {
                refused = true;
                break;
            }
            Err(error) => return Err(error),
        }
    }
    if refused {
        let have: Vec<u32> = incoming.iter().map(|one| one.uid).collect();
        for listed in whole.iter().filter(|listed| !have.contains(&listed.uid)) {
            incoming.extend(alone(inbox, listed).await?);
        }
    }
    for listed in large {
        let why = format!("{} MiB is over the size limit", listed.size >> 20);
        incoming.extend(header(inbox, &listed, &why).await?);
    }
    Ok(())
}

/// Only the header of a message; nothing if it is gone.
async fn header(inbox: &mut Inbox, listed: &Listed, why: &str) -> Result<Option<Incoming>, InboxError> {
    match inbox.header(listed.uid, HEADER_BYTES).await {
        Ok(Some(bytes)) if !bytes.is_empty() => Ok(Some(Incoming { bytes, ..stand_in(listed, why.to_owned()) })),
        Ok(None) => Ok(None),
        Ok(Some(_)) | Err(InboxError::Refused { .. }) => Ok(Some(stand_in(listed, why.to_owned()))),
        Err(error) => Err(error),
    }
}

/// What is kept of a message that nothing could be had of: words of ours, and no two alike.
fn stand_in(listed: &Listed, why: String) -> Incoming {
    let Listed { uid, size, internal_date } = *listed;
    let date = internal_date.map(Moment::rfc3339).unwrap_or_default();
    let bytes = format!("Subject: (message {uid} of {size} bytes, received {date})\r\n\r\n").into_bytes();
    Incoming { uid, size: i64::from(size), internal_date, bytes, left: Some(why) }
}

/// A message the server could not give among others: asked for alone, and if need be kept by its header only.
async fn alone(inbox: &mut Inbox, listed: &Listed) -> Result<Option<Incoming>, InboxError> {
    let internal_date = listed.internal_date;
    let size = i64::from(listed.size);
    match inbox.fetch(std::slice::from_ref(listed)).next().await {
        Ok(Some(fetched)) => {
            Ok(Some(Incoming { uid: listed.uid, size, internal_date, bytes: fetched.bytes, left: None }))
        }
        // Gone by now.
        Ok(None) => Ok(None),
        Err(InboxError::Refused { answer, .. }) => {
            header(inbox, listed, &format!("the server cannot give it ({answer})")).await
        }
        Err(error) => Err(error),
    }
}

/// A kept message on its way to the desk.
#[derive(Debug)]
pub(super) struct OnTheWay {
    pub(super) id: i64,
    pub(super) internal_date: Moment,
    pub(super) bytes: Vec<u8>,
}

/// Keeps a batch in one commit, then reads and applies it in another. Gives the new cursor.
pub(super) async fn take(
    job: &MailboxJob,
    lease: &Lease,
    uidvalidity: i64,
    incoming: Vec<Incoming>,
) -> Result<Option<u32>, Ended> {
    let Some(last) = incoming.last().map(|one| one.uid) else { return Ok(None) };
    crate::app::stop_point("inbox.fetched");
    let packed = pack(incoming).await?;
    let new = keep(job, lease, Some((uidvalidity, last)), packed).await?;
    crate::app::stop_point("inbox.kept");
    apply_all(job, lease, new, Stage::Kept).await?;
    Ok(Some(last))
}

/// As [`take`], for what lies in another folder than the watched one: it has no place there, and nothing is due for it.
pub(super) async fn take_moved(job: &MailboxJob, lease: &Lease, incoming: Vec<Incoming>) -> Result<(), Ended> {
    let packed = pack(incoming).await?;
    let new = keep(job, lease, None, packed).await?;
    apply_all(job, lease, new, Stage::Kept).await
}

async fn pack(incoming: Vec<Incoming>) -> Result<Vec<(Incoming, Packed)>, Ended> {
    let packed = tokio::task::spawn_blocking(move || {
        incoming
            .into_iter()
            .map(|one| Packed::new(&one.bytes).map(|packed| (one, packed)))
            .collect::<StoreResult<Vec<_>>>()
    });
    Ok(packed.await??)
}

/// Keeps a batch. `place` is the watched folder's UIDVALIDITY and the batch's last UID.
async fn keep(
    job: &MailboxJob,
    lease: &Lease,
    place: Option<(i64, u32)>,
    packed: Vec<(Incoming, Packed)>,
) -> Result<Vec<OnTheWay>, Ended> {
    let now = job.leases.clock.now();
    let mut new = Vec::with_capacity(packed.len());
    let mut work = job.work(lease).await?;
    let batch: Vec<Keep<'_>> = packed
        .iter()
        .map(|(one, packed)| Keep {
            packed,
            size: one.size,
            internal_date: one.internal_date.unwrap_or(now),
            stage: if one.left.is_some() { Stage::TooLarge } else { Stage::Kept },
        })
        .collect();
    let kept = store::message::keep_all(&mut work, job.id, &batch, now).await?;
    let mut seen = Vec::with_capacity(kept.len());
    for ((one, _), kept) in packed.into_iter().zip(kept) {
        let due = if one.left.is_some() || job.account.after == After::Keep { ServerDue::Done } else { ServerDue::Due };
        seen.push((Due { uid: i64::from(one.uid), message: kept.id() }, due));
        match kept {
            Kept::New(id) if one.left.is_some() => left_there(job, &mut work, id, &one, now).await?,
            Kept::New(id) => {
                let internal_date = one.internal_date.unwrap_or(now);
                new.push(OnTheWay { id, internal_date, bytes: one.bytes });
            }
            Kept::Known(_) => {}
        }
    }
    if let Some((uidvalidity, last)) = place {
        store::sighting::note_all(&mut work, job.id, uidvalidity, &seen).await?;
        store::mailbox::advance(&mut work, job.id, uidvalidity, i64::from(last), now).await?;
    }
    crate::app::stop_point("inbox.keeping");
    work.commit().await?;
    Ok(new)
}

async fn left_there(job: &MailboxJob, work: &mut store::Work, id: i64, one: &Incoming, now: Moment) -> StoreResult<()> {
    let reading = read::outside(&one.bytes, &job.head.site);
    let why = one.left.as_deref().unwrap_or_default();
    let trouble = format!("{why}; only its header lines are kept, the server still has it");
    store::message::describe(work, id, &reading, &trouble).await?;
    work.event(NewEvent::new(now, Actor::System(super::JOB), What::NotImported, trouble).message(id));
    Ok(())
}

/// Reads a batch and applies it.
async fn apply_all(job: &MailboxJob, lease: &Lease, messages: Vec<OnTheWay>, stage: Stage) -> Result<(), Ended> {
    if messages.is_empty() {
        return Ok(());
    }
    let batch = read_batch(job, messages).await?;
    apply_read(job, lease, batch, stage).await
}

/// Reads a batch off the async threads.
pub(super) async fn read_batch(job: &MailboxJob, messages: Vec<OnTheWay>) -> Result<ReadBatch, Ended> {
    let head = Arc::clone(&job.head);
    Ok(tokio::task::spawn_blocking(move || read_all(messages, &head.site)).await?)
}

/// Applies what was read in one transaction; if that fails, one by one, so that a message which cannot be handled holds up
/// no other.
pub(super) async fn apply_read(
    job: &MailboxJob,
    lease: &Lease,
    ReadBatch { read, unread }: ReadBatch,
    stage: Stage,
) -> Result<(), Ended> {
    crate::app::stop_point("inbox.read");
    for one in &unread {
        not_imported(job, lease, one, stage, "the reader failed", UNHANDLED).await?;
    }
    if read.is_empty() {
        return Ok(());
    }
    match apply_in(job, lease, &read, stage).await {
        Ok(()) => {}
        Err(error) if error.may_pass() => return Err(error.into()),
        Err(_) => {
            for one in read.chunks(1) {
                if let Err(error) = apply_in(job, lease, one, stage).await {
                    if error.may_pass() {
                        return Err(error.into());
                    }
                    not_imported(job, lease, &one[0], stage, &error.to_string(), UNHANDLED).await?;
                }
            }
        }
    }
    crate::app::stop_point("inbox.applied");
    Ok(())
}

/// A message and what was read of it.
pub(super) type Read = (OnTheWay, Reading);

/// A batch that was read.
#[derive(Debug)]
pub(super) struct ReadBatch {
    read: Vec<Read>,
    /// What could not be read, with what its header says.
    unread: Vec<Read>,
}

fn read_all(messages: Vec<OnTheWay>, site: &Site) -> ReadBatch {
    let (mut all, mut unread) = (Vec::with_capacity(messages.len()), Vec::new());
    for mut one in messages {
        let bytes = std::mem::take(&mut one.bytes);
        match read::read(&bytes, site) {
            Some(reading) => all.push((one, reading)),
            None => unread.push((one, read::outside(&bytes, site))),
        }
    }
    ReadBatch { read: all, unread }
}

async fn apply_in(job: &MailboxJob, lease: &Lease, read: &[Read], stage: Stage) -> StoreResult<()> {
    let now = job.leases.clock.now();
    let mut work = job.work(lease).await?;
    let batch: Vec<_> = read
        .iter()
        .map(|(one, reading)| {
            let arrived = Arrived {
                id: one.id,
                mailbox: job.id,
                mailbox_address: &job.address,
                internal_date: one.internal_date,
                stage,
            };
            (arrived, reading)
        })
        .collect();
    apply::apply_all(&mut work, &job.head, &batch, now).await?;
    if read.iter().any(|(_, reading)| crate::app::fails_at("apply", reading.arrival.subject.as_bytes())) {
        return Err(StoreError::Inconsistent { column: "none", found: "a test wants it".into() });
    }
    crate::app::stop_point("inbox.applying");
    work.commit().await
}

/// Puts a message on the list of what was not imported. `error` is for the log, `trouble` for people.
pub(super) async fn not_imported(
    job: &MailboxJob,
    lease: &Lease,
    (one, reading): &Read,
    stage: Stage,
    error: &str,
    trouble: &str,
) -> Result<(), Ended> {
    let id = one.id;
    let now = job.leases.clock.now();
    tracing::error!(message = id, error, "message could not be handled; it is on the list of what was not imported");
    let mut work = job.work(lease).await?;
    match store::message::restage(&mut work, id, stage, Stage::NotImported, trouble).await {
        Ok(()) => {
            store::message::describe(&mut work, id, reading, trouble).await?;
            work.event(NewEvent::new(now, Actor::System(super::JOB), What::NotImported, trouble).message(id));
            Ok(work.commit().await?)
        }
        // It was applied after all, by somebody who pressed `Retry`.
        Err(StoreError::Conflict) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
