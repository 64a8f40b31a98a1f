//! Mail that arrives, for the tests of this room: kept, read and applied as the jobs do it.

use super::Desk;
use crate::{
    desk::{
        apply::{self, Arrived},
        retry,
    },
    domain::{
        message::{ServerDue, Stage},
        outgoing::{OutboxState, Purpose},
        reading::Reading,
    },
    store::{
        self,
        blob::Packed,
        outbox::{self, NewOutbound, Settled},
    },
};

/// Keeps a message of the first mailbox, without reading it.
pub(in crate::web) async fn keep(desk: &Desk, raw: &[u8], size: Option<i64>, stage: Stage) -> i64 {
    let now = desk.clock.now();
    let mut work = desk.web.store.write().await.unwrap();
    let mailbox = store::mailbox::configure(&mut work, "imap", "p", "INBOX", "postmaster", "postmaster@college.test");
    let mailbox = mailbox.await.unwrap();
    let packed = Packed::new(raw).unwrap();
    let size = size.unwrap_or(packed.size);
    let kept = store::message::keep(&mut work, mailbox, &packed, size, now, stage, now).await.unwrap();
    let uid = 100 + kept.id();
    store::sighting::note(&mut work, mailbox, 7, uid, kept.id(), ServerDue::Done).await.unwrap();
    work.commit().await.unwrap();
    kept.id()
}

/// A message arrives and is handled.
pub(in crate::web) async fn receive(desk: &Desk, raw: &str) -> i64 {
    let raw = raw.replace('\n', "\r\n");
    let id = keep(desk, raw.as_bytes(), None, Stage::Kept).await;
    let reading = retry::read(raw.as_bytes(), &desk.web.head.site);
    apply(desk, id, &reading).await;
    id
}

/// Handles a kept message as it was read.
pub(in crate::web) async fn apply(desk: &Desk, id: i64, reading: &Reading) {
    let now = desk.clock.now();
    let mut work = desk.web.store.write().await.unwrap();
    let message = store::message::get(&mut work, id).await.unwrap().unwrap();
    let arrived = Arrived {
        id,
        mailbox: message.mailbox,
        mailbox_address: "postmaster@college.test",
        internal_date: now,
        stage: Stage::Kept,
    };
    apply::apply(&mut work, &desk.web.head, &arrived, reading, now).await.unwrap();
    work.commit().await.unwrap();
}

/// A person's reply of ours, in a state.
pub(in crate::web) async fn written(desk: &Desk, ticket: Option<i64>, state: OutboxState) -> i64 {
    let now = desk.clock.now();
    let mut work = desk.web.store.write().await.unwrap();
    let new = NewOutbound {
        purpose: Purpose::Reply,
        ticket,
        answers: None,
        to: "bob@out.test",
        subject: "Private words",
        envelope_from: None,
        author: None,
        now,
        due_at: now,
        give_up_at: now,
    };
    let id = outbox::reserve(&mut work, &new).await.unwrap();
    let settled = Settled { state, due_at: now, answer: "gone", relay: "relay", now };
    outbox::settle(&mut work, id, OutboxState::Queued, &settled).await.unwrap();
    work.commit().await.unwrap();
    id
}
