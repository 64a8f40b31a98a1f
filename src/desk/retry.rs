//! A person tries again what could not be imported, or discards it.

use crate::{
    access::Postmaster,
    domain::{
        event::{NewEvent, What},
        message::Stage,
        reading::Reading,
        site::Site,
        time::Moment,
    },
    reading,
    store::{self, StoreError, StoreResult, Work, message::Message},
};

use super::{
    apply::{self, Arrived},
    letterhead::Letterhead,
};

/// Reads kept bytes again. Slow on hostile bytes, hence by itself and off the async threads.
#[must_use]
pub fn read(bytes: &[u8], site: &Site) -> Reading {
    reading::read(bytes, site)
}

/// Applies a message that could not be imported, as if it had just been kept.
///
/// # Errors
/// When the database does not answer; [`StoreError::Conflict`] if it is not on the list any more.
pub async fn retry(
    work: &mut Work,
    head: &Letterhead,
    may: &Postmaster,
    message: &Message,
    reading: &Reading,
    now: Moment,
) -> StoreResult<()> {
    if message.stage != Stage::NotImported {
        return Err(StoreError::Conflict);
    }
    let mailbox = store::mailbox::get(work, message.mailbox).await?;
    let arrived = Arrived {
        id: message.id,
        mailbox: message.mailbox,
        mailbox_address: mailbox.as_ref().map_or("", |mailbox| &mailbox.address),
        internal_date: message.internal_date,
        stage: Stage::NotImported,
    };
    work.event(NewEvent::new(now, may.actor(), What::ImportRetried, "").message(message.id));
    apply::apply(work, head, &arrived, reading, now).await
}

/// Takes a message off the list. Its bytes and its record stay.
///
/// # Errors
/// When the database does not answer; [`StoreError::Conflict`] if it is not on the list any more.
pub async fn discard(
    work: &mut Work,
    may: &Postmaster,
    message: &Message,
    reason: &str,
    now: Moment,
) -> StoreResult<()> {
    if !matches!(message.stage, Stage::NotImported | Stage::TooLarge) {
        return Err(StoreError::Conflict);
    }
    store::message::restage(work, message.id, message.stage, Stage::Discarded, &message.trouble).await?;
    work.event(NewEvent::new(now, may.actor(), What::ImportDiscarded, reason).message(message.id));
    Ok(())
}
