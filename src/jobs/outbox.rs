//! Sends what is due: claims, sends, stores the answer. Several processes share one outbox.

mod in_hand;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use tokio::{task::JoinSet, time::timeout};

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
/// Mails on their way at once: a relay makes each safe on its disk before it answers, and may do so for several.
const AT_ONCE: usize = 4;
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
    /// Runs until told to stop. A mail in hand is finished first.
    pub async fn run(self, stop: Stop) {
        let mut in_hand = InHand::default();
        while !stop.is_said() {
            let round = self.round(&mut in_hand, &stop).await;
            if round.is_ok() {
                self.leases.store.health().well(JOB);
            }
            match round {
                Ok(0) => self.rest(&stop).await,
                Ok(_) => {}
                Err(error) => {
                    self.leases.store.health().failed(JOB, &error, self.leases.clock.now());
                    tracing::error!(%error, "outbox stands still; it is tried again");
                    self.pause(Duration::from_secs(2), &stop).await;
                }
            }
        }
    }

    /// One round: what we could not store, what dead senders left, then what is due. Gives how many were claimed.
    async fn round(&self, in_hand: &mut InHand, stop: &Stop) -> StoreResult<usize> {
        self.settle_own(in_hand).await?;
        in_time(self.recover()).await?;
        let claimed = in_time(self.claim()).await?;
        let count = claimed.len();
        if count > 0 {
            crate::app::stop_point("outbox.claimed");
            self.send_all(claimed, in_hand, stop).await?;
        }
        Ok(count)
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

    /// Between two rounds nothing is on its way. What is still claimed in our name then is what the database would not
    /// take back: answers are stored, and what was never sent goes back into the queue.
    async fn settle_own(&self, in_hand: &mut InHand) -> StoreResult<()> {
        if !in_hand.answered.is_empty() {
            self.store_answers(in_hand).await?;
        }
        in_time(self.take_back(in_hand)).await?;
        in_hand.doubtful.clear();
        Ok(())
    }

    async fn take_back(&self, in_hand: &InHand) -> StoreResult<()> {
        let left = {
            let mut view = self.leases.store.read().await?;
            store::outbox::claimed(&mut view, &self.leases.owner).await?
        };
        for mail in left.into_iter().filter(|mail| !in_hand.knows(mail.id)) {
            let doubtful = in_hand.doubtful.contains(&mail.id);
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

    /// Sends several at once. Answers that came while the ones before were stored share the next commit.
    async fn send_all(&self, claimed: Vec<i64>, in_hand: &mut InHand, stop: &Stop) -> StoreResult<()> {
        let mut unheard: BTreeSet<i64> = claimed.iter().copied().collect();
        let mut waiting = claimed.into_iter();
        let mut sending = JoinSet::new();
        let mut ended = Ok(());
        loop {
            while sending.len() < AT_ONCE
                && !stop.is_said()
                && let Some(id) = waiting.next()
            {
                let outbox = self.clone();
                sending.spawn(async move { (id, outbox.send(id).await) });
            }
            let Some(first) = sending.join_next().await else { break };
            let mut sent: Vec<_> = first.into_iter().collect();
            while let Some(more) = sending.try_join_next() {
                sent.extend(more.ok());
            }
            // What goes wrong with one stops none that is on its way, and keeps no answer from being stored.
            for (id, one) in sent {
                unheard.remove(&id);
                match one {
                    Ok(answer) => in_hand.answered.extend(answer),
                    Err(error) => ended = Err(error),
                }
            }
            if let Err(error) = self.store_answers(in_hand).await {
                ended = Err(error);
            }
        }
        for id in waiting {
            unheard.remove(&id);
        }
        in_hand.doubtful.extend(unheard);
        if stop.is_said() {
            // There is no next round: what waited in vain for its turn goes back now.
            self.settle_own(in_hand).await?;
        }
        ended
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
            Sent::NotConnected { why } => Answer::Later(why),
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
        let mut work = self.leases.store.write().await?;
        for (mail, answer) in answers {
            outcome::settle(&mut work, mail, &self.relay_name, answer, self.leases.clock.now()).await?;
        }
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

/// A step that must come to an end.
async fn in_time<T>(step: impl Future<Output = StoreResult<T>>) -> StoreResult<T> {
    timeout(PATIENCE, step).await.unwrap_or(Err(StoreError::Late))
}
