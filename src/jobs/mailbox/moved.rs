//! The folder that kept mail is moved to: how far it was filled at the last session, so that after a restore what was
//! moved there since the copy is found again.

use super::{Ended, LISTED, MailboxJob, event, intake, stubborn::Ask};
use crate::{
    domain::event::What,
    mail::inbox::{self, After, Inbox, InboxError},
    store::{self, lease::Lease, restored},
};

/// Where in the folder a session began: its UIDVALIDITY, and the UID that the next message was to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    uidvalidity: u32,
    uid_next: u32,
}

impl Mark {
    fn read(text: &str) -> Option<Self> {
        let (uidvalidity, uid_next) = text.split_once(' ')?;
        Some(Self { uidvalidity: uidvalidity.parse().ok()?, uid_next: uid_next.parse().ok()? })
    }

    fn written(self) -> String {
        format!("{} {}", self.uidvalidity, self.uid_next)
    }
}

impl MailboxJob {
    /// Before the watched folder is opened: looks into the one that mail is moved to. What came there since the copy
    /// that the database was restored from is kept again, if it is not known.
    pub(super) async fn look_where_mail_is_moved(&self, inbox: &mut Inbox, lease: &Lease) -> Result<(), Ended> {
        let After::Move(folder) = &self.account.after else { return Ok(()) };
        let name = format!("moved.{}", self.id);
        let done = format!("{name}.searched");
        let (before, restored_at, searched) = {
            let mut view = self.leases.store.read().await?;
            let before = store::setting::get(&mut view, &name).await?;
            (before, restored::at(&mut view).await?, store::setting::get(&mut view, &done).await?)
        };
        let restored = restored_at.map(|at| at.millis().to_string());
        let here = match inbox.select(folder).await {
            Ok(selected) => Mark { uidvalidity: selected.uidvalidity, uid_next: selected.uid_next },
            // It is made by the first move.
            Err(InboxError::Folder { .. }) => Mark { uidvalidity: 0, uid_next: 1 },
            Err(error) => return Err(error.into()),
        };
        if restored.is_some() && restored != searched {
            self.search(inbox, lease, folder, before.as_deref().and_then(Mark::read), here).await?;
        }
        let mut work = self.work(lease).await?;
        if here.uid_next > 0 && before != Some(here.written()) {
            store::setting::set(&mut work, &name, &here.written()).await?;
        }
        if let Some(restored) = restored.filter(|at| Some(at) != searched.as_ref()) {
            store::setting::set(&mut work, &done, &restored).await?;
        }
        Ok(work.commit().await?)
    }

    async fn search(
        &self,
        inbox: &mut Inbox,
        lease: &Lease,
        folder: &str,
        before: Option<Mark>,
        here: Mark,
    ) -> Result<(), Ended> {
        let mut above = match before {
            _ if here.uidvalidity == 0 => return Ok(()),
            // There was no folder when the copy was made, so all of it came since.
            Some(Mark { uidvalidity: 0, .. }) => 0,
            Some(mark) if mark.uidvalidity == here.uidvalidity => mark.uid_next.saturating_sub(1),
            _ => return self.cannot_tell(lease, folder).await,
        };
        loop {
            let listing = inbox.list_above(above, LISTED).await?;
            let mut rest = listing.messages.as_slice();
            while !rest.is_empty() {
                let (batch, left) = rest.split_at(inbox::batch(rest, intake::BATCH, intake::BATCH_BYTES));
                let taken = intake::fetch(inbox, batch, self.head.site.limits.message_bytes, Ask::Among).await;
                intake::take_moved(self, lease, taken.incoming).await?;
                if let Some((error, _)) = taken.broken {
                    return Err(error.into());
                }
                rest = left;
            }
            match listing.messages.last() {
                Some(last) if listing.more => above = last.uid,
                _ => return Ok(()),
            }
        }
    }

    /// What lies there may be older than Postdesk: taking all of it would make tickets of an archive.
    async fn cannot_tell(&self, lease: &Lease, folder: &str) -> Result<(), Ended> {
        let why = format!(
            "{}: what was moved to {folder} since the copy cannot be told from what was there; move it back by hand",
            self.address
        );
        tracing::warn!(mailbox = self.address, folder, "what was moved since the copy cannot be told; see Today");
        let mut work = self.work(lease).await?;
        work.event(event(self.leases.clock.now(), What::MailboxMoveRefused, why));
        Ok(work.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_as_it_is_written() {
        let mark = Mark { uidvalidity: 1_764_000_000, uid_next: 17 };
        assert_eq!(Mark::read(&mark.written()), Some(mark));
        for text in ["", "1", "1 x", "-1 2"] {
            assert_eq!(Mark::read(text), None, "{text}");
        }
    }
}
