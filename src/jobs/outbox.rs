//! Sends what is due: claims, sends, stores the answer. Several processes share one outbox.

use std::{sync::Arc, time::Duration};

use tokio::task::JoinSet;

use super::{Stop, leases::Leases};
use crate::{
    desk::outcome::{self, Answer},
    domain::{
        event::{Actor, NewEvent, What},
        outgoing::{OutboxState, Purpose},
    },
    mail::outbox::{Relay, Sent},
    store::{
        self, StoreResult,
        outbox::{Outbound, Settled},
    },
};

/// Mails claimed at once. Few: a killed process leaves that many undecided.
const CLAIM: i64 = 16;
/// Mails on their way at once: a relay makes each safe on its disk before it answers, and may do so for several.
const AT_ONCE: usize = 4;
/// A look now and then, should a wake-up be lost or another process be gone.
const LOOK: Duration = Duration::from_secs(20);

/// Sends what is due.
#[derive(Clone, Debug)]
pub struct Outbox {
    /// Leases of this process; its owner's name is the claimer.
    pub leases: Leases,
    /// Where mail is handed over.
    pub relay: Arc<Relay>,
    /// The relay's name in words.
    pub relay_name: String,
}

impl Outbox {
    /// Runs until told to stop. A mail in hand is finished first.
    pub async fn run(self, stop: Stop) {
        while !stop.is_said() {
            match self.round(&stop).await {
                Ok(0) => self.rest(&stop).await,
                Ok(_) => {}
                Err(error) => {
                    tracing::error!(%error, "outbox stands still; it is tried again");
                    self.pause(Duration::from_secs(2), &stop).await;
                }
            }
        }
    }

    /// One round: what dead senders left, then what is due. Gives how many were in hand.
    async fn round(&self, stop: &Stop) -> StoreResult<usize> {
        self.recover().await?;
        let now = self.leases.clock.now();
        let mut work = self.leases.store.write().await?;
        let claimed = store::outbox::claim(&mut work, &self.leases.owner, now, CLAIM).await?;
        if claimed.is_empty() {
            return Ok(0);
        }
        crate::app::stop_point("outbox.claiming");
        work.commit().await?;
        crate::app::stop_point("outbox.claimed");
        let in_hand = claimed.len();
        self.send_all(claimed, stop).await?;
        Ok(in_hand)
    }

    /// Sends several at once. Answers that came while the ones before were stored share the next commit.
    async fn send_all(&self, claimed: Vec<i64>, stop: &Stop) -> StoreResult<()> {
        let mut waiting = claimed.into_iter();
        let mut sending = JoinSet::new();
        let mut ended = Ok(());
        loop {
            while sending.len() < AT_ONCE
                && !stop.is_said()
                && let Some(id) = waiting.next()
            {
                let outbox = self.clone();
                sending.spawn(async move { outbox.send(id).await });
            }
            let Some(first) = sending.join_next().await else { break };
            let mut sent: Vec<_> = first.into_iter().collect();
            while let Some(more) = sending.try_join_next() {
                sent.extend(more.ok());
            }
            // What goes wrong with one stops none that is on its way, and keeps no answer from being stored.
            let mut answers = Vec::with_capacity(sent.len());
            for one in sent {
                match one {
                    Ok(answer) => answers.extend(answer),
                    Err(error) => ended = Err(error),
                }
            }
            if let Err(error) = self.store_all(&answers).await {
                ended = Err(error);
            }
        }
        for id in waiting {
            self.put_back(id).await?;
        }
        ended
    }

    /// Sends one; `None` if it is gone, or in another's hand: a process that was frozen after its claim was taken for
    /// dead, and a person's mail that was given out as uncertain must not leave after all.
    async fn send(&self, id: i64) -> StoreResult<Option<(Outbound, Answer)>> {
        let (mail, body) = {
            let mut view = self.leases.store.read().await?;
            let mail = store::outbox::get(&mut view, id).await?;
            (mail, store::outbox::body(&mut view, id).await?.unwrap_or_default())
        };
        let Some(mail) = mail.filter(|mail| mail.state == OutboxState::Sending && mail.claimed_by == self.leases.owner)
        else {
            tracing::warn!(outbox = id, "another process took over a mail before it was sent; it is left to that one");
            return Ok(None);
        };
        let sent = self.relay.send(mail.envelope_from.as_deref(), &mail.to, &body).await;
        crate::app::stop_point("outbox.sent");
        let answer = match sent {
            Sent::Accepted { answer } => Answer::Accepted(answer),
            Sent::Deferred { answer, .. } => Answer::Later(answer),
            Sent::Refused { answer, .. } => Answer::Refused(answer),
            Sent::NotConnected { why } => Answer::Later(why),
            Sent::Uncertain { why } => Answer::Unknown(why),
            Sent::Unfit { why } => Answer::Refused(why),
        };
        Ok(Some((mail, answer)))
    }

    /// Stores answers in one commit; if that fails, one by one, so that one that cannot be stored holds up no other.
    async fn store_all(&self, answers: &[(Outbound, Answer)]) -> StoreResult<()> {
        if self.store_in_one(answers).await.is_ok() {
            return Ok(());
        }
        let mut ended = Ok(());
        for one in answers.chunks(1) {
            match self.store_in_one(one).await {
                Ok(()) => {}
                // We were taken for dead; whoever took it over stores its own answer.
                Err(store::StoreError::Conflict) => tracing::warn!("another process took over a mail that was in hand"),
                Err(error) => ended = Err(error),
            }
        }
        ended
    }

    async fn store_in_one(&self, answers: &[(Outbound, Answer)]) -> StoreResult<()> {
        let mut work = self.leases.store.write().await?;
        for (mail, answer) in answers {
            outcome::settle(&mut work, mail, &self.relay_name, answer, self.leases.clock.now()).await?;
        }
        crate::app::stop_point("outbox.storing");
        work.commit().await?;
        crate::app::stop_point("outbox.stored");
        Ok(())
    }

    async fn put_back(&self, id: i64) -> StoreResult<()> {
        let now = self.leases.clock.now();
        let mut work = self.leases.store.write().await?;
        let mail = store::outbox::get(&mut work, id).await?;
        let Some(mail) = mail.filter(|mail| mail.claimed_by == self.leases.owner) else { return Ok(()) };
        let back = Settled { state: OutboxState::Queued, due_at: now, answer: "", relay: "", now };
        store::outbox::settle_claimed(&mut work, &mail, &back).await?;
        work.commit().await
    }

    /// What a process that is gone had in hand: an acknowledgement goes again with the same Message-ID; a person's
    /// reply is never repeated blindly.
    async fn recover(&self) -> StoreResult<()> {
        if !self.leases.store.is_embedded() {
            self.leases.bury().await?;
        }
        let now = self.leases.clock.now();
        let left = {
            let mut view = self.leases.store.read().await?;
            store::outbox::abandoned(&mut view, &self.leases.owner, now).await?
        };
        for mail in left {
            let mut work = self.leases.store.write().await?;
            let done = self.recover_one(&mut work, &mail).await;
            match done {
                Ok(()) => work.commit().await?,
                // Another process was first.
                Err(store::StoreError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn recover_one(&self, work: &mut store::Work, mail: &Outbound) -> StoreResult<()> {
        let now = self.leases.clock.now();
        let why = "the sender stopped before it knew the answer";
        if mail.purpose != Purpose::Acknowledgement {
            return outcome::settle(work, mail, &self.relay_name, &Answer::Unknown(why.into()), now).await;
        }
        let again = Settled { state: OutboxState::Queued, due_at: now, answer: why, relay: "", now };
        store::outbox::settle_claimed(work, mail, &again).await?;
        let mut event = NewEvent::new(now, Actor::System("outbox"), What::MailRetried, why).outbox(mail.id);
        event.ticket = mail.ticket;
        work.event(event);
        Ok(())
    }

    async fn rest(&self, stop: &Stop) {
        let now = self.leases.clock.now();
        let due = match self.leases.store.read().await {
            Ok(mut view) => store::outbox::next_due(&mut view).await.unwrap_or_default(),
            Err(_) => None,
        };
        let look = now.plus(LOOK.min(self.leases.time_to_live));
        let until = due.unwrap_or(look).min(look);
        tokio::select! {
            () = self.leases.store.wake().outbox_filled() => {}
            () = self.leases.clock.sleep_until(until) => {}
            () = stop.said() => {}
        }
    }

    async fn pause(&self, span: Duration, stop: &Stop) {
        tokio::select! {
            () = self.leases.clock.sleep(span) => {}
            () = stop.said() => {}
        }
    }
}
