//! Flags or moves on the server what is kept and applied. A refusal blocks nothing and is tried again later.

use std::time::Duration;

use super::{Ended, Session, event};
use crate::{
    domain::{event::What, message::ServerDue},
    mail::inbox::{After, InboxError},
    store,
};

/// UIDs settled at once.
const AT_ONCE: i64 = 1_000;
/// When a refused flag or move is tried again.
const AGAIN: Duration = Duration::from_mins(15);

impl Session<'_> {
    /// Does on the server what is due there.
    pub(super) async fn settle_due(&mut self) -> Result<(), Ended> {
        loop {
            let now = self.job.leases.clock.now();
            let due = {
                let mut view = self.job.leases.store.read().await?;
                store::sighting::due(&mut view, self.job.id, self.uidvalidity, now, AT_ONCE).await?
            };
            if due.is_empty() {
                return Ok(());
            }
            let uids: Vec<u32> = due.iter().filter_map(|due| u32::try_from(due.uid).ok()).collect();
            crate::app::stop_point("inbox.flagging");
            let done = match &self.job.account.after {
                After::Keep => Ok(()),
                After::Seen => self.inbox.mark_seen(&uids).await,
                After::Move(folder) => self.inbox.move_to(&uids, folder).await,
            };
            crate::app::stop_point("inbox.flagged");
            let refused = match done {
                Ok(()) => None,
                Err(error) if error.is_fatal() => return Err(error.into()),
                Err(error) => Some(error),
            };
            self.settled(&uids, refused.as_ref()).await?;
        }
    }

    async fn settled(&mut self, uids: &[u32], refused: Option<&InboxError>) -> Result<(), Ended> {
        let now = self.job.leases.clock.now();
        let uids: Vec<i64> = uids.iter().copied().map(i64::from).collect();
        let (due, again_at) =
            if refused.is_some() { (ServerDue::Refused, now.plus(AGAIN)) } else { (ServerDue::Done, now) };
        let mut work = self.job.work(self.lease).await?;
        store::sighting::settle(&mut work, self.job.id, self.uidvalidity, &uids, due, again_at).await?;
        let words = refused.map(ToString::to_string).unwrap_or_default();
        let before = store::mailbox::get(&mut work, self.job.id).await?.map(|m| m.move_trouble).unwrap_or_default();
        if before != words {
            store::mailbox::move_trouble(&mut work, self.job.id, &words).await?;
            if !words.is_empty() {
                tracing::warn!(mailbox = self.job.address, error = words, "kept mail cannot be marked on the server");
                let why = format!("{}: {words}", self.job.address);
                work.event(event(now, What::MailboxMoveRefused, why));
            }
        }
        Ok(work.commit().await?)
    }
}
