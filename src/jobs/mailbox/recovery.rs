//! What a crash left kept but not applied. It may be what the crash came from: a message on which the stack or the memory
//! of the whole process ends. Nothing can be caught then, so it is noted before what is about to be read; where that did
//! not come to an end, the messages are read one by one, and one that ends the process again and again is set aside.

use super::{
    Ended, MailboxJob,
    intake::{self, OnTheWay},
};
use crate::{
    domain::message::Stage,
    reading,
    store::{self, lease::Lease},
};

/// Messages read at once.
pub(super) const AT_ONCE: i64 = 100;
/// Starts of reading one message by itself, without an end, after which it is set aside.
const STARTS: u32 = 3;
/// Said of it.
const DEADLY: &str = "the console itself broke off each time it read it; its bytes are kept. Save the raw message and report \
                      it; `Try again` with a newer postdesk";

/// What is about to be read. In the database, since the process may be gone at the next moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Begun {
    /// All that was begun came to an end.
    Nothing,
    /// Some messages at once.
    Several,
    /// One by itself, for so many times.
    One { id: i64, times: u32 },
}

impl Begun {
    fn read(text: &str) -> Self {
        let one = || {
            let (id, times) = text.split_once(' ')?;
            Some(Self::One { id: id.parse().ok()?, times: times.parse().ok()? })
        };
        match text {
            "" => Self::Nothing,
            // What cannot be read is no reason to be careless.
            _ => one().unwrap_or(Self::Several),
        }
    }

    fn written(self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Several => "several".into(),
            Self::One { id, times } => format!("{id} {times}"),
        }
    }

    /// How often this message was begun by itself.
    fn times(self, message: i64) -> u32 {
        match self {
            Self::One { id, times } if id == message => times,
            _ => 0,
        }
    }
}

impl MailboxJob {
    /// Reads and applies what a crash left.
    ///
    /// `at_once` is how many share a transaction, [`AT_ONCE`] or fewer: where a lease ended before so many were applied,
    /// fewer come to an end.
    pub(super) async fn leftovers(&self, lease: &Lease, at_once: i64) -> Result<(), Ended> {
        let before = {
            let mut view = self.leases.store.read().await?;
            Begun::read(&store::setting::get(&mut view, &self.begun()).await?.unwrap_or_default())
        };
        loop {
            let left = self.left(at_once).await?;
            if left.is_empty() {
                break;
            }
            if before == Begun::Nothing {
                self.note(lease, Begun::Several).await?;
                let batch = intake::read_batch(self, left).await?;
                self.note(lease, Begun::Nothing).await?;
                intake::apply_read(self, lease, batch, Stage::Kept).await?;
            } else {
                for one in left {
                    self.take_carefully(lease, before, one).await?;
                }
            }
        }
        if before == Begun::Nothing { Ok(()) } else { self.note(lease, Begun::Nothing).await }
    }

    /// Reads one by itself. It is applied before the next is begun, so that one that ends the process again is the first.
    async fn take_carefully(&self, lease: &Lease, before: Begun, one: OnTheWay) -> Result<(), Ended> {
        let (id, times) = (one.id, before.times(one.id));
        if times >= STARTS {
            let error = "the process ended each time while this message was read";
            // Not even its header is looked at: that may be what ends it.
            let unread = (one, reading::read(b"", &self.head.site));
            return intake::not_imported(self, lease, &unread, Stage::Kept, error, DEADLY).await;
        }
        self.note(lease, Begun::One { id, times: times + 1 }).await?;
        let batch = intake::read_batch(self, vec![one]).await?;
        self.note(lease, Begun::Nothing).await?;
        intake::apply_read(self, lease, batch, Stage::Kept).await
    }

    async fn left(&self, at_once: i64) -> Result<Vec<OnTheWay>, Ended> {
        let (mut left, mut size) = (Vec::new(), 0_u64);
        let mut view = self.leases.store.read().await?;
        for message in store::message::waiting(&mut view, self.id, at_once).await? {
            // One of any size, or several of a batch's size together.
            size = size.saturating_add(u64::try_from(message.size).unwrap_or(u64::MAX));
            if size > intake::BATCH_BYTES && !left.is_empty() {
                break;
            }
            let bytes = store::blob::load(&mut view, &message.sha256).await?.unwrap_or_default();
            left.push(OnTheWay { id: message.id, internal_date: message.internal_date, bytes });
        }
        Ok(left)
    }

    /// Name of the note.
    fn begun(&self) -> String {
        format!("reading.{}", self.id)
    }

    async fn note(&self, lease: &Lease, begun: Begun) -> Result<(), Ended> {
        let mut work = self.work(lease).await?;
        store::setting::set(&mut work, &self.begun(), &begun.written()).await?;
        Ok(work.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_read_as_it_is_written() {
        for begun in [Begun::Nothing, Begun::Several, Begun::One { id: 17, times: 2 }] {
            assert_eq!(Begun::read(&begun.written()), begun);
        }
        for text in ["x", "17", "17 x", "-"] {
            assert_eq!(Begun::read(text), Begun::Several, "{text}");
        }
        let begun = Begun::One { id: 17, times: 2 };
        assert_eq!((begun.times(17), begun.times(18), Begun::Several.times(17)), (2, 0, 0));
    }
}
