//! The count check: UIDs now in the folder, and how many of them are kept. Both numbers are shown.

use super::{Ended, Look, Session};
use crate::store;

/// UIDs compared at once.
const AT_ONCE: usize = 20_000;
/// Messages in a folder that is compared at every look.
const QUICK: u32 = 2_000;

impl Session<'_> {
    /// Counts. A quick look leaves a large folder's numbers as the last thorough one found them.
    pub(super) async fn count(&mut self, look: Look) -> Result<(), Ended> {
        let skip = matches!(look, Look::Quick) && self.inbox.count().await? > QUICK;
        let counted = if skip { None } else { Some(self.compare().await?) };
        let now = self.job.leases.clock.now();
        let mut work = self.job.work(self.lease).await?;
        match counted {
            Some((on_server, kept)) => {
                store::mailbox::counted(&mut work, self.job.id, on_server, kept, now).await?;
            }
            None => store::mailbox::looked(&mut work, self.job.id, now).await?,
        }
        Ok(work.commit().await?)
    }

    async fn compare(&mut self) -> Result<(i64, i64), Ended> {
        let (mut on_server, mut kept, mut above) = (0, 0, 0);
        loop {
            let (uids, more) = self.inbox.uids_above(above, AT_ONCE).await?;
            let (Some(first), Some(last)) = (uids.first(), uids.last()) else { break };
            let ours = {
                let mut view = self.job.leases.store.read().await?;
                let (from, to) = (i64::from(*first), i64::from(*last));
                store::sighting::kept_between(&mut view, self.job.id, self.uidvalidity, from, to).await?
            };
            let here = uids.iter().filter(|uid| ours.binary_search(&i64::from(**uid)).is_ok()).count();
            let missing =
                uids.iter().find(|uid| **uid <= self.cursor && ours.binary_search(&i64::from(**uid)).is_err());
            if let Some(missing) = missing {
                // Below the cursor and not kept: take it again from there. Known mail is recognised.
                tracing::warn!(
                    mailbox = self.job.address,
                    uid = missing,
                    "a message below the cursor is not kept; going back"
                );
                self.cursor = missing - 1;
            }
            on_server += i64::try_from(uids.len()).unwrap_or(0);
            kept += i64::try_from(here).unwrap_or(0);
            above = *last;
            if !more {
                break;
            }
        }
        Ok((on_server, kept))
    }
}
