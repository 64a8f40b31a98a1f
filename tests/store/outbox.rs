use std::{collections::BTreeSet, time::Duration};

use postdesk::{
    domain::{
        kind::Kind,
        outgoing::{OutboxState, Purpose},
        time::Moment,
    },
    store::{
        Store, StoreError, counter, lease,
        outbox::{self, NewOutbound, Settled},
    },
};

use super::{account::account, letter, on_both, view, work};
use crate::world::noon;

pub(crate) fn new_outbound(to: &str, due_at: Moment) -> NewOutbound<'_> {
    NewOutbound {
        purpose: Purpose::Acknowledgement,
        ticket: None,
        answers: None,
        to,
        subject: "[college.test #1] Your message",
        envelope_from: None,
        author: None,
        now: noon(),
        due_at,
        give_up_at: noon().plus(Duration::from_hours(72)),
    }
}

async fn queued(store: &Store, new: &NewOutbound<'_>) -> i64 {
    let mut w = store.write().await.expect("a work");
    let id = outbox::reserve(&mut w, new).await.expect("reserved");
    outbox::fill(&mut w, id, &format!("{id}.mac@college.test"), b"From: x\r\n\r\nhello \0 \xff\r\n")
        .await
        .expect("filled");
    w.commit().await.expect("a commit");
    id
}

async fn counted(store: &Store) -> Vec<(String, i64)> {
    view!(store, v => counter::all(&mut v, "outbox.")).into_iter().filter(|(_, n)| *n != 0).collect()
}

fn accepted() -> Settled<'static> {
    Settled {
        state: OutboxState::Accepted,
        due_at: noon(),
        answer: "250 2.0.0 Ok",
        relay: "relay.college.test",
        now: noon(),
    }
}

fn counts(wanted: &[(&str, i64)]) -> Vec<(String, i64)> {
    wanted.iter().map(|(state, n)| ((*state).to_owned(), *n)).collect()
}

on_both!(is_written_claimed_and_settled, |store| {
    let number = letter::ticket(&store, Kind::Complaint, "Spam").await;
    let mailbox = letter::mailbox(&store).await;
    let message = letter::kept(&store, mailbox, b"one").await;
    let anna = account(&store, "anna", &[]).await;
    assert!(!view!(store, v => outbox::answered(&mut v, number)));
    let new = NewOutbound {
        purpose: Purpose::Reply,
        ticket: Some(number),
        answers: Some(message),
        envelope_from: Some("postmaster@college.test"),
        author: Some(anna),
        ..new_outbound("Mia@example.org", noon())
    };
    let id = queued(&store, &new).await;
    let found = view!(store, v => outbox::get(&mut v, id)).expect("a mail");
    assert_eq!(
        (found.purpose, found.state, found.ticket, found.answers),
        (Purpose::Reply, OutboxState::Queued, Some(number), Some(message))
    );
    assert_eq!((found.mail_id, found.to.as_str()), (format!("{id}.mac@college.test"), "Mia@example.org"));
    assert_eq!((found.envelope_from.as_deref(), found.attempts), (Some("postmaster@college.test"), 0));
    assert_eq!(view!(store, v => outbox::body(&mut v, id)).as_deref(), Some(&b"From: x\r\n\r\nhello \0 \xff\r\n"[..]));
    assert!(view!(store, v => outbox::answered(&mut v, number)));
    assert_eq!(view!(store, v => outbox::next_due(&mut v)), Some(noon()));
    assert_eq!(work!(store, w => outbox::claim(&mut w, "one", noon(), 10)), [id]);
    assert_eq!(work!(store, w => outbox::claim(&mut w, "two", noon(), 10)), Vec::<i64>::new());
    assert_eq!(counted(&store).await, counts(&[("sending", 1)]));
    work!(store, w => outbox::settle(&mut w, id, OutboxState::Sending, &accepted()));
    let found = view!(store, v => outbox::get(&mut v, id)).expect("a mail");
    assert_eq!((found.state, found.attempts, found.settled_at), (OutboxState::Accepted, 1, Some(noon())));
    assert_eq!((found.answer.as_str(), found.relay.as_str()), ("250 2.0.0 Ok", "relay.college.test"));
    assert_eq!(counted(&store).await, counts(&[("accepted", 1)]));
    let mut w = store.write().await.expect("a work");
    assert!(matches!(outbox::settle(&mut w, id, OutboxState::Sending, &accepted()).await, Err(StoreError::Conflict)));
    drop(w);
    assert_eq!(view!(store, v => outbox::next_due(&mut v)), None);
    assert_eq!(view!(store, v => outbox::of_ticket(&mut v, number)).len(), 1);
    assert!(
        view!(store, v => outbox::body(&mut v, id + 1)).is_none()
            && view!(store, v => outbox::get(&mut v, id + 1)).is_none()
    );
});

on_both!(acknowledgements_have_the_null_sender, |store| {
    let id = queued(&store, &new_outbound("mia@example.org", noon())).await;
    assert_eq!(view!(store, v => outbox::get(&mut v, id)).expect("a mail").envelope_from, None);
});

on_both!(a_frozen_sender_does_not_settle_its_successors_try, |store| {
    let id = queued(&store, &new_outbound("mia@example.org", noon())).await;
    work!(store, w => outbox::claim(&mut w, "frozen", noon(), 10));
    let frozen = view!(store, v => outbox::get(&mut v, id)).expect("a mail");
    let back = Settled { state: OutboxState::Queued, ..accepted() };
    work!(store, w => outbox::settle_claimed(&mut w, &frozen, &back));
    work!(store, w => outbox::claim(&mut w, "successor", noon(), 10));
    let mut w = store.write().await.expect("a work");
    assert!(matches!(outbox::settle_claimed(&mut w, &frozen, &accepted()).await, Err(StoreError::Conflict)));
    drop(w);
    let taken_over = view!(store, v => outbox::get(&mut v, id)).expect("a mail");
    assert_eq!((taken_over.state, taken_over.attempts), (OutboxState::Sending, 2));
    work!(store, w => outbox::settle_claimed(&mut w, &taken_over, &accepted()));
});

// A person who sends a mail again begins to count anew: the number of the try alone does not tell one sender from another.
on_both!(a_frozen_sender_does_not_settle_the_try_that_a_person_asked_for, |store| {
    let id = queued(&store, &new_outbound("mia@example.org", noon())).await;
    work!(store, w => outbox::claim(&mut w, "frozen", noon(), 10));
    let frozen = view!(store, v => outbox::get(&mut v, id)).expect("a mail");
    let uncertain = Settled { state: OutboxState::Uncertain, ..accepted() };
    work!(store, w => outbox::settle_claimed(&mut w, &frozen, &uncertain));
    work!(store, w => outbox::retry(&mut w, id, OutboxState::Uncertain, noon(), noon().plus(Duration::from_hours(1))));
    work!(store, w => outbox::claim(&mut w, "successor", noon(), 10));
    let successor = view!(store, v => outbox::get(&mut v, id)).expect("a mail");
    assert_eq!((frozen.attempts, successor.attempts), (1, 1), "both have the first try in hand");
    let mut w = store.write().await.expect("a work");
    assert!(matches!(outbox::settle_claimed(&mut w, &frozen, &accepted()).await, Err(StoreError::Conflict)));
    drop(w);
    work!(store, w => outbox::settle_claimed(&mut w, &successor, &accepted()));
});

on_both!(a_deferred_mail_is_due_later_and_retried, |store| {
    let id = queued(&store, &new_outbound("full@example.org", noon())).await;
    let later = noon().plus(Duration::from_mins(1));
    work!(store, w => outbox::claim(&mut w, "one", noon(), 10));
    let deferred =
        Settled { state: OutboxState::Queued, due_at: later, answer: "452 4.2.2 full", relay: "relay", now: noon() };
    work!(store, w => outbox::settle(&mut w, id, OutboxState::Sending, &deferred));
    assert_eq!(work!(store, w => outbox::claim(&mut w, "one", noon(), 10)), Vec::<i64>::new());
    assert_eq!(view!(store, v => outbox::next_due(&mut v)), Some(later));
    assert_eq!(work!(store, w => outbox::claim(&mut w, "one", later, 10)), [id]);
    let refused =
        Settled { state: OutboxState::Refused, due_at: later, answer: "550 5.1.1 gone", relay: "relay", now: later };
    work!(store, w => outbox::settle(&mut w, id, OutboxState::Sending, &refused));
    let found = view!(store, v => outbox::get(&mut v, id)).expect("a mail");
    assert_eq!((found.state, found.attempts, found.settled_at), (OutboxState::Refused, 2, Some(later)));
    let give_up = later.plus(Duration::from_hours(72));
    work!(store, w => outbox::retry(&mut w, id, OutboxState::Refused, later, give_up));
    let found = view!(store, v => outbox::get(&mut v, id)).expect("a mail");
    assert_eq!((found.state, found.due_at, found.give_up_at, found.attempts), (OutboxState::Queued, later, give_up, 0));
    assert_eq!((found.settled_at, counted(&store).await), (None, counts(&[("queued", 1)])));
    let mut w = store.write().await.expect("a work");
    assert!(matches!(outbox::retry(&mut w, id, OutboxState::Refused, later, give_up).await, Err(StoreError::Conflict)));
});

on_both!(what_a_dead_sender_had_in_hand_is_found, |store| {
    let ids = [
        queued(&store, &new_outbound("a@example.org", noon())).await,
        queued(&store, &new_outbound("b@example.org", noon())).await,
    ];
    work!(store, w => outbox::claim(&mut w, "dead", noon(), 1));
    let later = noon().plus(Duration::from_mins(10));
    work!(store, w => outbox::claim(&mut w, "living", later, 1));
    let life = Duration::from_mins(10);
    for name in ["dead", "living", "third"] {
        work!(store, w => lease::take(&mut w, &format!("process {name}"), name, noon(), life));
    }
    let of = async |claimer: &str| {
        view!(store, v => outbox::abandoned(&mut v, claimer, noon())).iter().map(|o| o.id).collect::<Vec<_>>()
    };
    assert_eq!(of("third").await, Vec::<i64>::new(), "all are alive");
    let dead = lease::Lease { name: "process dead".into(), owner: "dead".into(), fence: 1 };
    work!(store, w => lease::release(&mut w, &dead));
    assert_eq!(of("third").await, [ids[0]]);
    assert_eq!(of("dead").await, Vec::<i64>::new(), "one's own are in one's own hands");
    let again = Settled { state: OutboxState::Queued, due_at: later, answer: "", relay: "", now: later };
    work!(store, w => outbox::settle(&mut w, ids[0], OutboxState::Sending, &again));
    assert_eq!(work!(store, w => outbox::claim(&mut w, "living", later, 10)), [ids[0]]);
    let found = view!(store, v => outbox::get(&mut v, ids[0])).expect("a mail");
    assert_eq!((found.mail_id, found.attempts), (format!("{}.mac@college.test", ids[0]), 2), "the same Message-ID");
});

on_both!(a_discarded_mail_answers_nothing, |store| {
    let number = letter::ticket(&store, Kind::Complaint, "Spam").await;
    let id = queued(&store, &NewOutbound { ticket: Some(number), ..new_outbound("mia@example.org", noon()) }).await;
    let discarded = Settled { state: OutboxState::Discarded, ..accepted() };
    work!(store, w => outbox::settle(&mut w, id, OutboxState::Queued, &discarded));
    assert!(!view!(store, v => outbox::answered(&mut v, number)));
    assert_eq!(work!(store, w => outbox::claim(&mut w, "one", noon(), 10)), Vec::<i64>::new());
});

on_both!(list_is_newest_first_by_state, |store| {
    let mut ids = Vec::new();
    for n in 0..5 {
        ids.push(queued(&store, &new_outbound("mia@example.org", noon().plus(Duration::from_secs(n)))).await);
    }
    work!(store, w => outbox::claim(&mut w, "one", noon(), 1));
    let list = async |state, before, limit| {
        view!(store, v => outbox::list(&mut v, state, before, limit)).iter().map(|o| o.id).collect::<Vec<_>>()
    };
    assert_eq!(list(None, i64::MAX, 2).await, [ids[4], ids[3]]);
    assert_eq!(list(None, ids[3], 10).await, [ids[2], ids[1], ids[0]]);
    assert_eq!(list(Some(OutboxState::Sending), i64::MAX, 10).await, [ids[0]]);
});

on_both!(many_claimers_never_claim_one_mail_twice, |store| {
    const MAILS: usize = 300;
    {
        let mut w = store.write().await.expect("a work");
        for _ in 0..MAILS {
            outbox::reserve(&mut w, &new_outbound("mia@example.org", noon())).await.expect("reserved");
        }
        w.commit().await.expect("a commit");
    }
    let claimers: Vec<_> = (0..8)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move {
                let (name, mut mine) = (format!("claimer {n}"), Vec::new());
                let mut empty = 0;
                // On the server a look may find all due rows in others' hands; a few empty ones end it.
                while empty < 5 {
                    let got = work!(store, w => outbox::claim(&mut w, &name, noon(), 7));
                    empty = if got.is_empty() { empty + 1 } else { 0 };
                    assert!(got.len() <= 7);
                    mine.extend(got);
                }
                mine
            })
        })
        .collect();
    let mut claimed = Vec::new();
    for claimer in claimers {
        claimed.extend(claimer.await.expect("no panic"));
    }
    assert_eq!(claimed.len(), MAILS);
    assert_eq!(claimed.iter().collect::<BTreeSet<_>>().len(), MAILS);
    assert_eq!(counted(&store).await, counts(&[("sending", 300)]));
});
