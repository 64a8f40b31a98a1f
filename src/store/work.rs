//! A view reads in one snapshot; a work writes in one transaction, with its events and counts.

use std::{
    collections::BTreeMap,
    ops::{Deref, DerefMut},
};

use sqlx::{Database, Postgres, Sqlite, Transaction, pool::PoolConnection};

use super::{StoreResult, Wake, counter, dialect, event, later::Later, ledger, message, search};
use crate::domain::event::NewEvent;

/// The connection to either database.
#[derive(Debug)]
pub(crate) enum Link {
    /// Embedded.
    Sqlite(Held<Sqlite>),
    /// Server.
    Postgres(Held<Postgres>),
}

/// A connection that is held for a while.
#[derive(Debug)]
pub(crate) enum Held<D: Database> {
    /// With a transaction open.
    Transaction(Transaction<'static, D>),
    /// Without: each statement for itself.
    Bare(PoolConnection<D>),
}

impl<D: Database> Held<D> {
    async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Transaction(link) => link.commit().await,
            Self::Bare(_) => Ok(()),
        }
    }
}

impl<D: Database> Deref for Held<D> {
    type Target = D::Connection;

    fn deref(&self) -> &D::Connection {
        match self {
            Self::Transaction(link) => link,
            Self::Bare(link) => link,
        }
    }
}

impl<D: Database> DerefMut for Held<D> {
    fn deref_mut(&mut self) -> &mut D::Connection {
        match self {
            Self::Transaction(link) => link,
            Self::Bare(link) => link,
        }
    }
}

/// Reads in one snapshot. Dropping it ends the snapshot.
#[derive(Debug)]
pub struct View {
    link: Link,
}

impl View {
    pub(super) const fn new(link: Link) -> Self {
        Self { link }
    }

    pub(crate) const fn link(&mut self) -> &mut Link {
        &mut self.link
    }
}

/// Writes in one transaction. Dropped without [`Work::commit`], nothing of it happened.
///
/// Events and counts are gathered and written at the end, so that the lock which keeps event ids in the order of
/// commits (`PostgreSQL`) is held for two statements only, and a batch of messages pays once.
#[derive(Debug)]
pub struct Work {
    view: View,
    events: Vec<NewEvent>,
    counts: BTreeMap<String, i64>,
    later: Later,
    outbox: bool,
    wake: Wake,
}

impl Deref for Work {
    type Target = View;

    fn deref(&self) -> &View {
        &self.view
    }
}

impl DerefMut for Work {
    fn deref_mut(&mut self) -> &mut View {
        &mut self.view
    }
}

impl Work {
    pub(super) fn new(link: Link, wake: Wake) -> Self {
        Self {
            view: View::new(link),
            events: Vec::new(),
            counts: BTreeMap::new(),
            later: Later::default(),
            outbox: false,
            wake,
        }
    }

    /// Adds an event to the timeline, written with this transaction.
    pub fn event(&mut self, event: NewEvent) {
        self.events.push(event);
    }

    /// Adds to a kept count.
    pub fn count(&mut self, name: impl Into<String>, delta: i64) {
        *self.counts.entry(name.into()).or_default() += delta;
    }

    /// What is written at the end.
    pub(super) const fn later(&mut self) -> &mut Later {
        &mut self.later
    }

    /// Says that outgoing mail was written, so that the outbox wakes after the commit.
    pub const fn outbox_filled(&mut self) {
        self.outbox = true;
    }

    /// Writes events and counts, commits, and wakes who waits for them.
    ///
    /// # Errors
    /// When the database refuses; then nothing of this work happened.
    pub async fn commit(mut self) -> StoreResult<()> {
        search::write_later(&mut self).await?;
        message::write_later(&mut self).await?;
        ledger::write_later(&mut self).await?;
        let counts = std::mem::take(&mut self.counts);
        for (name, delta) in counts.iter().filter(|(_, delta)| **delta != 0) {
            counter::add(&mut self, name, *delta).await?;
        }
        let events = std::mem::take(&mut self.events);
        let mut last = 0;
        if !events.is_empty() {
            dialect::lock_events(&mut self.view).await?;
            last = event::insert(&mut self, &events).await?;
        }
        let ledger = self.later.ledger_filled;
        if last > 0 || self.outbox || ledger {
            dialect::notify(&mut self.view, last, self.outbox, ledger).await?;
        }
        match self.view.link {
            Link::Sqlite(link) => link.commit().await?,
            Link::Postgres(link) => link.commit().await?,
        }
        if last > 0 {
            self.wake.event(last);
        }
        if self.outbox {
            self.wake.outbox();
        }
        if ledger {
            self.wake.ledger();
        }
        Ok(())
    }
}
