//! Sends what is due: claims, sends, stores the answer. Several processes share one outbox.

mod in_hand;

use std::{sync::Arc, time::Duration};

use tokio::time::timeout;

use in_hand::InHand;

use super::{Stop, leases::Leases};
use crate::{
    desk::outcome::{self, Answer},
    domain::{
        event::{Actor, NewEvent, What},
        outgoing::{OutboxState, Purpose},
    },
    mail::outbox::{Relay, Sent},
    store::{
        self, StoreError, StoreResult,
        outbox::{Outbound, Settled},
    },
};

/// Mails claimed at once. Few: a killed process leaves that many undecided.
const CLAIM: i64 = 16;
/// A look now and then, should a wake-up be lost or another process be gone.
const LOOK: Duration = Duration::from_secs(20);
/// How long the database may take for one step; a connection to a machine that is gone never says so.
const PATIENCE: Duration = Duration::from_mins(1);
/// Name of the job in the store's health.
const JOB: &str = "outbox";

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
    /// Runs until told to stop. A mail on its way is finished first.
    pub async fn run(self, stop: Stop) {
        let mut in_hand = InHand::default();
        while !stop.is_said() {
            match self.round(&mut in_hand).await {
                Ok(()) => {
                    self.leases.store.health().well(JOB);
                    self.rest(&mut in_hand, &stop).await;
                }
                Err(error) => {
                    if self.leases.store.health().failed(JOB, &error, self.leases.clock.now()) {
                        tracing::error!(%error, "outbox stands still; it is tried again");
                    }
                    self.pause(Duration::from_secs(2), &stop).await;
                }
            }
        }
        if let Err(error) = self.finish(in_hand).await {
            tracing::warn!(%error, "what was in hand at the end could not be noted; it is decided about at the next start");
        }
    }

    /// One round: what was answered is stored, what the database would not take back or dead senders left is decided,
    /// what is due is claimed, and as many as may be go on their way.
    async fn round(&self, in_hand: &mut InHand) -> StoreResult<()> {
        if let Some(error) = in_hand.failure.take() {
            return Err(error);
        }
        self.settle_own(in_hand).await?;
        if in_hand.has_room() {
            let now = self.leases.clock.now();
            if in_hand.is_idle() || now.since(in_hand.looked_at) >= LOOK.min(self.leases.time_to_live) {
                in_hand.looked_at = now;
                in_time(self.recover()).await?;
            }
            let claimed = in_time(self.claim()).await?;
            if !claimed.is_empty() {
                crate::app::stop_point("outbox.claimed");
            }
            in_hand.waiting.extend(claimed);
        }
        while let Some(id) = in_hand.next() {
            let outbox = self.clone();
            in_hand.unheard.insert(id);
            in_hand.sending.spawn(async move { (id, outbox.send(id).await) });
        }
        Ok(())
    }

    /// Waits for what is on its way. What waited in vain for its turn goes back.
    async fn finish(&self, mut in_hand: InHand) -> StoreResult<()> {
        in_hand.waiting.clear();
        while let Some(ended) = in_hand.sending.join_next().await {
            in_hand.ended(ended);
            // A failure is tried once more at the end.
            let _ = self.store_answers(&mut in_hand).await;
        }
        self.settle_own(&mut in_hand).await
    }

    async fn claim(&self) -> StoreResult<Vec<i64>> {
        let now = self.leases.clock.now();
        let mut work = self.leases.store.write().await?;
        let claimed = store::outbox::claim(&mut work, &self.leases.owner, now, CLAIM).await?;
        if !claimed.is_empty() {
            crate::app::stop_point("outbox.claiming");
            work.commit().await?;
        }
        Ok(claimed)
    }

    /// Stores answers. What is still claimed in our name while nothing waits or is on its way is what the database would
    /// not take back before: what was never sent goes back into the queue.
    async fn settle_own(&self, in_hand: &mut InHand) -> StoreResult<()> {
        if !in_hand.answered.is_empty() {
            self.store_answers(in_hand).await?;
        }
        if in_hand.is_idle() {
            in_time(self.take_back(in_hand)).await?;
            in_hand.unheard.clear();
        }
        Ok(())
    }

    async fn take_back(&self, in_hand: &InHand) -> StoreResult<()> {
        let left = {
            let mut view = self.leases.store.read().await?;
            store::outbox::claimed(&mut view, &self.leases.owner).await?
        };
        for mail in left.into_iter().filter(|mail| !in_hand.knows(mail.id)) {
            let doubtful = in_hand.unheard.contains(&mail.id);
            let mut work = self.leases.store.write().await?;
            let done =
                if doubtful { self.recover_one(&mut work, &mail).await } else { self.back(&mut work, &mail).await };
            match done {
                Ok(()) => work.commit().await?,
                // Another process was first.
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Sends one; `None` if it is gone, or in another's hand: a process that was frozen after its claim was taken for
    /// dead, and a person's mail that was given out as uncertain must not leave after all.
    async fn send(&self, id: i64) -> StoreResult<Option<(Outbound, Answer)>> {
        let (mail, body) = in_time(async {
            let mut view = self.leases.store.read().await?;
            let mail = store::outbox::get(&mut view, id).await?;
            Ok((mail, store::outbox::body(&mut view, id).await?.unwrap_or_default()))
        })
        .await?;
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
            Sent::NotConnected { why } => Answer::Unreached(why),
            Sent::Uncertain { why } => Answer::Unknown(why),
            Sent::Unfit { why } => Answer::Refused(why),
        };
        Ok(Some((mail, answer)))
    }

    /// Stores the answers in hand in one commit; if that fails, one by one, so that one that cannot be stored holds up no
    /// other. What the database would not take stays in hand. Nothing of it may be dropped half-way: each step is in time by
    /// itself.
    async fn store_answers(&self, in_hand: &mut InHand) -> StoreResult<()> {
        if in_time(self.store_in_one(&in_hand.answered)).await.is_ok() {
            in_hand.answered.clear();
            return Ok(());
        }
        let mut ended = Ok(());
        for one in std::mem::take(&mut in_hand.answered) {
            match in_time(self.store_in_one(std::slice::from_ref(&one))).await {
                Ok(()) => {}
                // We were taken for dead; whoever took it over stores its own answer.
                Err(StoreError::Conflict) => tracing::warn!("another process took over a mail that was in hand"),
                Err(error) => {
                    if error.may_pass() {
                        ended = Err(error);
                    } else {
                        tracing::error!(outbox = one.0.id, %error, "the answer to a mail cannot be stored");
                    }
                    in_hand.answered.push(one);
                }
            }
        }
        ended
    }

    async fn store_in_one(&self, answers: &[(Outbound, Answer)]) -> StoreResult<()> {
        let now = self.leases.clock.now();
        let mut work = self.leases.store.write().await?;
        for (mail, answer) in answers {
            outcome::settle(&mut work, mail, &self.relay_name, answer, now).await?;
        }
        outcome::note_relay(&mut work, answers.iter().map(|(_, answer)| answer), now).await?;
        crate::app::stop_point("outbox.storing");
        work.commit().await?;
        crate::app::stop_point("outbox.stored");
        Ok(())
    }

    /// Back into the queue: the relay was not called.
    async fn back(&self, work: &mut store::Work, mail: &Outbound) -> StoreResult<()> {
        let now = self.leases.clock.now();
        let back = Settled { state: OutboxState::Queued, due_at: now, answer: "", relay: "", now };
        store::outbox::settle_claimed(work, mail, &back).await
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
                Err(StoreError::Conflict) => {}
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

    /// Waits until something is to be done.
    async fn rest(&self, in_hand: &mut InHand, stop: &Stop) {
        let room = in_hand.has_room();
        let now = self.leases.clock.now();
        let due = match self.leases.store.read().await {
            Ok(mut view) if room => store::outbox::next_due(&mut view).await.unwrap_or_default(),
            _ => None,
        };
        let look = now.plus(LOOK.min(self.leases.time_to_live));
        let until = due.unwrap_or(look).min(look);
        tokio::select! {
            Some(ended) = in_hand.sending.join_next() => in_hand.ended(ended),
            () = self.leases.store.wake().outbox_filled(), if room => {}
            () = self.leases.clock.sleep_until(until), if room => {}
            () = stop.said() => {}
        }
        // Answers that came while others were stored share the next commit.
        while let Some(more) = in_hand.sending.try_join_next() {
            in_hand.ended(more);
        }
    }

    async fn pause(&self, span: Duration, stop: &Stop) {
        tokio::select! {
            () = self.leases.clock.sleep(span) => {}
            () = stop.said() => {}
        }
    }
}

/// A step that must come to an end.
async fn in_time<T>(step: impl Future<Output = StoreResult<T>>) -> StoreResult<T> {
    timeout(PATIENCE, step).await.unwrap_or(Err(StoreError::Late))
}
