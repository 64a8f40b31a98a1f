//! Watches one mailbox: fetch → keep → read → apply → flag or move, then wait for news.
//!
//! One session, under a lease. Bytes are committed before anything of them is read; the server is told after the
//! commit only; whatever stops whenever, the next session goes on where this one stood.

mod count;
mod intake;
mod moved;
mod read;
mod recovery;
mod server_due;
mod stubborn;
mod token;

use std::{sync::Arc, time::Duration};

use self::stubborn::{Ask, Stubborn};
use super::{Stop, leases::Leases};
use crate::{
    desk::letterhead::Letterhead,
    domain::{
        event::{Actor, NewEvent, What},
        time::Moment,
    },
    mail::{
        inbox::{self, Account, Inbox, InboxError, Pace, Selected, Woken, backoff},
        oauth::{OauthError, TokenSource},
    },
    store::{self, StoreError, StoreResult, Work, lease::Lease},
};

/// Name of the job in the timeline.
const JOB: &str = "inbox";
/// Messages listed at once: (UID, size, date) of each is in memory.
const LISTED: usize = 2_000;
/// Between two thorough counts.
const THOROUGH: Duration = Duration::from_mins(10);

/// Watches one mailbox.
#[derive(Clone, Debug)]
pub struct MailboxJob {
    /// Leases of this process.
    pub leases: Leases,
    /// What outgoing mail has in common, and the site's facts for reading.
    pub head: Arc<Letterhead>,
    /// Mailbox row.
    pub id: i64,
    /// Its address.
    pub address: String,
    /// Where it is and how to sign in.
    pub account: Account,
    /// How patient to be.
    pub pace: Pace,
}

/// Why a session ended.
#[derive(Debug, thiserror::Error)]
enum Ended {
    /// The IMAP side.
    #[error(transparent)]
    Inbox(#[from] InboxError),
    /// The database.
    #[error("{}", .0.words())]
    Store(#[from] StoreError),
    /// No access token.
    #[error(transparent)]
    Token(#[from] OauthError),
    /// Another process has the mailbox now.
    #[error("another process has this mailbox now")]
    LeaseLost,
    /// A helper thread is gone.
    #[error("a worker thread ended")]
    Thread(#[from] tokio::task::JoinError),
}

/// One session's standing.
struct Session<'a> {
    job: &'a MailboxJob,
    lease: &'a Lease,
    inbox: Inbox,
    uidvalidity: i64,
    cursor: u32,
    stubborn: &'a mut Stubborn,
}

impl MailboxJob {
    /// Runs until told to stop.
    pub async fn run(self, stop: Stop) {
        let name = format!("mailbox {}", self.id);
        let mut stubborn = Stubborn::default();
        let mut at_once = recovery::AT_ONCE;
        while let Some(lease) = self.leases.wait(&name, &stop).await {
            tokio::select! {
                () = self.sessions(&lease, &mut stubborn, &stop, at_once) => {
                    at_once = recovery::AT_ONCE;
                    self.leases.release(&lease).await;
                }
                () = self.leases.keep(&lease) => {
                    // It may have ended because so much was done at once.
                    at_once = 1;
                    tracing::warn!(mailbox = self.address, "{}", Ended::LeaseLost);
                }
            }
            // What is wrong with it from now on is another's to tell, or the lease's.
            self.leases.store.health().well(&lease.name);
        }
    }

    /// One session after the other, until told to stop or another process turns out to have the mailbox.
    async fn sessions(&self, lease: &Lease, stubborn: &mut Stubborn, stop: &Stop, at_once: i64) {
        let mut tokens = None;
        let mut failures = 0_u32;
        while !stop.is_said() {
            let began = self.leases.clock.now();
            match self.session(lease, &mut tokens, stubborn, stop, at_once).await {
                Ok(()) => return,
                Err(Ended::Store(StoreError::Fenced(lease))) => {
                    let why = "its write was refused, for another process has this mailbox now";
                    tracing::warn!(mailbox = self.address, lease, "{why}");
                    return;
                }
                Err(ended) => {
                    // A session that lived for a while was a good one: the server is merely restarting.
                    let lived = self.leases.clock.now().since(began) > Duration::from_mins(1);
                    failures = if lived { 1 } else { failures.saturating_add(1) };
                    self.failed(lease, &ended).await;
                }
            }
            tokio::select! {
                () = self.leases.clock.sleep(self.leases.clock.jitter(backoff::wait(failures))) => {}
                () = stop.said() => {}
            }
        }
    }

    async fn session(
        &self,
        lease: &Lease,
        tokens: &mut Option<TokenSource>,
        stubborn: &mut Stubborn,
        stop: &Stop,
        at_once: i64,
    ) -> Result<(), Ended> {
        let token = self.access_token(lease, tokens).await?;
        let connected = tokio::select! {
            connected = Inbox::connect(&self.account, token.as_ref(), self.pace) => connected,
            () = stop.said() => return Ok(()),
        };
        if matches!(connected, Err(InboxError::SignIn { .. }))
            && let Some(tokens) = tokens
        {
            // A token that is refused before its time is of no use a second time.
            tokens.forget();
        }
        let mut inbox = connected?;
        self.look_where_mail_is_moved(&mut inbox, lease).await?;
        let selected = inbox.select(&self.account.folder).await?;
        let cursor = self.connected(lease, selected).await?;
        let uidvalidity = i64::from(selected.uidvalidity);
        let mut session = Session { job: self, lease, inbox, uidvalidity, cursor, stubborn };
        self.leftovers(lease, at_once).await?;
        let mut thorough_at = None;
        loop {
            let now = self.leases.clock.now();
            let thorough = thorough_at.is_none_or(|at| now.since(at) >= THOROUGH);
            if thorough && thorough_at.replace(now).is_some() {
                session.open_again().await?;
            }
            session.take_all(stop).await?;
            session.settle_due().await?;
            session.count(if thorough { Look::Thorough } else { Look::Quick }).await?;
            self.leases.store.health().well(&lease.name);
            if stop.is_said() {
                session.inbox.leave().await;
                return Ok(());
            }
            match session.inbox.wait(stop.said()).await? {
                Woken::News => {}
                // Renewed ahead of its time, so that a reconnect need not wait for it.
                Woken::TimeUp => drop(self.access_token(lease, tokens).await?),
                Woken::Stopped => {
                    session.inbox.leave().await;
                    return Ok(());
                }
            }
        }
    }

    /// Notes the session, and a folder that was numbered anew. Gives the cursor.
    async fn connected(&self, lease: &Lease, selected: Selected) -> StoreResult<u32> {
        let uidvalidity = i64::from(selected.uidvalidity);
        let now = self.leases.clock.now();
        let mut work = self.work(lease).await?;
        let Some(before) = store::mailbox::get(&mut work, self.id).await? else {
            return Err(StoreError::Conflict);
        };
        store::mailbox::connected(&mut work, self.id, uidvalidity, now).await?;
        if before.uidvalidity != 0 && before.uidvalidity != uidvalidity {
            let why = format!(
                "{}: the server numbered the folder anew ({} → {uidvalidity}); known mail is recognised by its bytes",
                self.address, before.uidvalidity
            );
            work.event(event(now, What::MailboxRenumbered, why));
        } else if went_back(&before, selected) {
            // A restored folder: its UIDs stand for other mail now, and the server does not say so.
            store::mailbox::rewind(&mut work, self.id).await?;
            store::sighting::forget(&mut work, self.id, uidvalidity).await?;
            let why = format!(
                "{}: the folder's numbers went back (UID {} was kept, the next is to be {}); known mail is recognised by its bytes",
                self.address, before.cursor_uid, selected.uid_next
            );
            work.event(event(now, What::MailboxRenumbered, why));
            work.commit().await?;
            return Ok(0);
        } else if before.connected_at.is_none() || !before.trouble.is_empty() {
            work.event(event(now, What::MailboxConnected, self.address.clone()));
        }
        work.commit().await?;
        let cursor = if before.uidvalidity == uidvalidity { before.cursor_uid } else { 0 };
        Ok(u32::try_from(cursor).unwrap_or(0))
    }

    async fn failed(&self, lease: &Lease, ended: &Ended) {
        let words = ended.to_string();
        if let Ended::Store(error) = ended {
            self.leases.store.health().failed(&lease.name, error, self.leases.clock.now());
        }
        tracing::warn!(mailbox = self.address, error = words, "mailbox session ended; it begins again");
        let noted = async {
            let now = self.leases.clock.now();
            let mut work = self.work(lease).await?;
            let before = store::mailbox::get(&mut work, self.id).await?;
            store::mailbox::trouble(&mut work, self.id, &words, now).await?;
            if before.is_some_and(|m| m.trouble.is_empty()) {
                work.event(event(now, What::MailboxFailed, format!("{}: {words}", self.address)));
            }
            work.commit().await
        };
        if let Err(error) = noted.await {
            tracing::warn!(mailbox = self.address, %error, "its trouble could not be noted");
        }
    }

    /// A transaction that fails if another process took the mailbox.
    async fn work(&self, lease: &Lease) -> StoreResult<Work> {
        let mut work = self.leases.store.write().await?;
        store::lease::fence(&mut work, lease).await?;
        Ok(work)
    }
}

/// Whether the next UID is one that was given before, under the same UIDVALIDITY.
fn went_back(before: &store::mailbox::Mailbox, selected: Selected) -> bool {
    before.uidvalidity == i64::from(selected.uidvalidity)
        && selected.uid_next != 0
        && i64::from(selected.uid_next) <= before.cursor_uid
}

/// How thorough a count is.
#[derive(Clone, Copy, Debug)]
enum Look {
    /// Only how many the server holds.
    Quick,
    /// Every UID compared.
    Thorough,
}

fn event(now: Moment, what: What, why: String) -> NewEvent {
    NewEvent::new(now, Actor::System(JOB), what, why)
}

impl Session<'_> {
    /// Opens the folder by its name again: a server may leave a session on a folder that was renamed away, without a word,
    /// while another stands in its place.
    async fn open_again(&mut self) -> Result<(), Ended> {
        let selected = self.inbox.select(&self.job.account.folder).await?;
        let cursor = self.job.connected(self.lease, selected).await?;
        let uidvalidity = i64::from(selected.uidvalidity);
        if uidvalidity != self.uidvalidity || cursor == 0 {
            self.cursor = cursor;
        }
        self.uidvalidity = uidvalidity;
        Ok(())
    }

    /// Takes everything above the cursor, in bounded batches.
    async fn take_all(&mut self, stop: &Stop) -> Result<(), Ended> {
        loop {
            let listing = self.inbox.list_above(self.cursor, LISTED).await?;
            if !listing.messages.is_empty() {
                self.take(&listing.messages, stop).await?;
            }
            if !listing.more || stop.is_said() {
                return Ok(());
            }
        }
    }

    /// Fetches one batch while the one before is kept and applied.
    async fn take(&mut self, listed: &[inbox::Listed], stop: &Stop) -> Result<(), Ended> {
        let mut rest = listed;
        let mut fetched = intake::Taken::default();
        while !rest.is_empty() && !stop.is_said() && fetched.broken.is_none() {
            let (batch, ask) = self.batch(rest);
            rest = &rest[batch.len()..];
            let max = self.job.head.site.limits.message_bytes;
            let before = std::mem::take(&mut fetched).incoming;
            let (next, kept) = tokio::join!(
                intake::fetch(&mut self.inbox, batch, max, ask),
                intake::take(self.job, self.lease, self.uidvalidity, before),
            );
            self.cursor = kept?.unwrap_or(self.cursor);
            self.stubborn.came(self.uidvalidity, next.uids());
            fetched = next;
        }
        // What came before the session broke is kept: else a session that breaks each time would get nowhere.
        let kept = intake::take(self.job, self.lease, self.uidvalidity, fetched.incoming).await?;
        self.cursor = kept.unwrap_or(self.cursor);
        if let Some((error, awaited)) = fetched.broken {
            self.stubborn.broke(self.uidvalidity, awaited);
            return Err(error.into());
        }
        // Messages that were listed but are gone by now must not be listed for ever.
        if rest.is_empty()
            && let Some(last) = listed.last()
        {
            self.cursor = self.cursor.max(last.uid);
        }
        Ok(())
    }

    /// The messages to fetch next. One on which sessions break comes by itself.
    fn batch<'l>(&self, rest: &'l [inbox::Listed]) -> (&'l [inbox::Listed], Ask) {
        let taken = inbox::batch(rest, intake::BATCH, intake::BATCH_BYTES);
        let ask = |listed: &inbox::Listed| self.stubborn.ask(self.uidvalidity, listed.uid);
        match rest[..taken].iter().position(|listed| ask(listed) != Ask::Among) {
            Some(0) => (&rest[..1], ask(&rest[0])),
            Some(at) => (&rest[..at], Ask::Among),
            None => (&rest[..taken], Ask::Among),
        }
    }
}
