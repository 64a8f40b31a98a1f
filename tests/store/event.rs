use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use postdesk::{
    domain::{
        event::{Actor, NewEvent, What},
        kind::Kind,
        message::Outcome,
    },
    store::{Store, event},
};

use super::{letter, on_both, view};
use crate::world::noon;

fn note(why: impl Into<String>) -> NewEvent {
    NewEvent::new(noon(), Actor::System("test"), What::NoteAdded, why)
}

async fn write(store: &Store, events: impl IntoIterator<Item = NewEvent>) {
    let mut w = store.write().await.expect("a work");
    events.into_iter().for_each(|e| w.event(e));
    w.commit().await.expect("a commit");
}

on_both!(are_read_back_as_they_were_written, |store| {
    assert_eq!(view!(store, v => event::last_id(&mut v)), 0);
    assert_eq!(view!(store, v => event::last_at(&mut v)), None);
    let anna = Actor::Account { id: 3, name: "Anna".into() };
    write(
        &store,
        [
            NewEvent::new(noon(), anna, What::StateChanged, "closed: done").ticket(1).message(2).outbox(4),
            note("second").ticket(1),
            NewEvent::new(
                noon().plus(Duration::from_secs(1)),
                Actor::Outside("mia@example.org".into()),
                What::MessageReceived,
                "",
            )
            .message(2),
            NewEvent::new(
                noon().minus(Duration::from_secs(9)),
                Actor::Shell("root".into()),
                What::AccountAdded,
                "anna",
            ),
        ],
    )
    .await;
    let all = view!(store, v => event::after(&mut v, 0, 100));
    assert_eq!(
        all.iter().map(|e| e.actor_sort.as_str()).collect::<Vec<_>>(),
        ["account", "system", "outside", "shell"]
    );
    let first = &all[0];
    assert_eq!(
        (first.at, first.actor.as_str(), first.what, first.why.as_str()),
        (noon(), "Anna", What::StateChanged, "closed: done")
    );
    assert_eq!((first.ticket, first.message, first.outbox), (Some(1), Some(2), Some(4)));
    assert_eq!(view!(store, v => event::of_ticket(&mut v, 1, 0, 10)), all[..2]);
    assert_eq!(view!(store, v => event::of_ticket(&mut v, 1, first.id, 10)), all[1..2]);
    assert_eq!(view!(store, v => event::of_message(&mut v, 2)), [all[0].clone(), all[2].clone()]);
    assert_eq!(view!(store, v => event::newest(&mut v, i64::MAX, 2)), [all[3].clone(), all[2].clone()]);
    assert_eq!(view!(store, v => event::newest(&mut v, all[2].id, 1)), all[1..2]);
    assert_eq!(view!(store, v => event::last_id(&mut v)), all[3].id);
    assert_eq!(view!(store, v => event::last_at(&mut v)), Some(all[3].at), "by id, also when the clock was set back");
});

on_both!(quarantine_is_not_heard_of_by_everybody, |store| {
    let mailbox = letter::mailbox(&store).await;
    let notice = letter::applied(&store, mailbox, b"notice", Kind::QuarantineNotice, Outcome::Filed).await;
    let other = letter::applied(&store, mailbox, b"other", Kind::Other, Outcome::Opened).await;
    let hidden = letter::ticket(&store, Kind::QuarantineNotice, "Held").await;
    let open = letter::ticket(&store, Kind::Other, "Open").await;
    write(
        &store,
        [
            note("1").message(notice),
            note("2").message(other),
            note("3").ticket(hidden),
            note("4").ticket(open),
            note("5"),
            note("6").ticket(open).message(notice),
        ],
    )
    .await;
    let heard = view!(store, v => event::after_without_quarantine(&mut v, 0, 10));
    assert_eq!(heard.iter().map(|e| e.why.as_str()).collect::<Vec<_>>(), ["2", "4", "5"]);
    let heard = view!(store, v => event::after_without_quarantine(&mut v, heard[0].id, 1));
    assert_eq!(heard.iter().map(|e| e.why.as_str()).collect::<Vec<_>>(), ["4"]);
});

on_both!(more_than_one_statement_holds, |store| {
    write(&store, (0..1201).map(|n| note(n.to_string()))).await;
    let all = view!(store, v => event::after(&mut v, 0, 2000));
    assert!(all.windows(2).all(|two| two[0].id < two[1].id));
    assert!(all.iter().enumerate().all(|(n, e)| e.why == n.to_string()), "ids in the order of writing");
    assert_eq!(all.len(), 1201);
});

on_both!(a_reader_who_goes_on_from_the_last_id_skips_nothing, |store| {
    const WRITERS: usize = 6;
    const EACH: usize = 40;
    let done = Arc::new(AtomicBool::new(false));
    let reader = {
        let (store, done) = (store.clone(), Arc::clone(&done));
        tokio::spawn(async move {
            let (mut seen, mut last) = (Vec::new(), 0);
            loop {
                let finished = done.load(Ordering::Acquire);
                let new = view!(store, v => event::after(&mut v, last, 50));
                last = new.last().map_or(last, |e| e.id);
                let none = new.is_empty();
                seen.extend(new.into_iter().map(|e| e.why));
                if finished && none {
                    return seen;
                }
                tokio::task::yield_now().await;
            }
        })
    };
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let store = store.clone();
            tokio::spawn(async move {
                for turn in 0..EACH {
                    let mut w = store.write().await.expect("a work");
                    w.event(note(format!("{writer}.{turn}")));
                    // Works of different length: a long one must not get an early id and commit late.
                    for _ in 0..turn % 4 {
                        postdesk::store::setting::set(&mut w, &format!("of {writer}"), "x").await.expect("set");
                    }
                    w.commit().await.expect("a commit");
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.expect("no panic");
    }
    done.store(true, Ordering::Release);
    let mut seen = reader.await.expect("no panic");
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), WRITERS * EACH);
});

on_both!(whoever_waits_is_woken_after_the_commit, |store| {
    let mut heard = store.wake().hear_events();
    {
        let mut w = store.write().await.expect("a work");
        w.event(note("never"));
    }
    assert!(!heard.has_changed().expect("open"), "a dropped work wakes nobody");
    write(&store, [note("now")]).await;
    tokio::time::timeout(Duration::from_secs(5), heard.changed()).await.expect("in time").expect("open");
    assert_eq!(*heard.borrow(), view!(store, v => event::last_id(&mut v)));
});

/// Another process hears of a commit through the server.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_hears_by_notify() {
    let database = crate::world::Database::postgres().await;
    let (here, there) = (database.open().await, database.open().await);
    let mut heard = there.wake().hear_events();
    let listening = tokio::spawn({
        let there = there.clone();
        async move { there.listen().await }
    });
    // LISTEN may not have begun at the first commit; a later one is heard.
    crate::world::until("a NOTIFY that arrives", Duration::from_secs(10), async || {
        write(&here, [note("told")]).await;
        heard.has_changed().expect("open")
    })
    .await;
    {
        let mut w = here.write().await.expect("a work");
        w.outbox_filled();
        w.commit().await.expect("a commit");
    }
    tokio::time::timeout(Duration::from_secs(10), there.wake().outbox_filled()).await.expect("the outbox is told too");
    listening.abort();
    assert!(*heard.borrow_and_update() > 0);
}

on_both!(the_last_of_each_account, |store| {
    let by = |id: i64, what: What, hours: u64| {
        let actor = Actor::Account { id, name: "Anna".into() };
        NewEvent::new(noon().plus(Duration::from_hours(hours)), actor, what, "")
    };
    let others = [note("by nobody"), by(3, What::SignedIn, 1), by(3, What::SignedIn, 2), by(3, What::SessionEnded, 3)];
    write(&store, others.into_iter().chain([by(4, What::SignedIn, 4)])).await;
    let mut found = view!(store, v => event::last_by_account(&mut v, What::SignedIn));
    found.sort_unstable();
    let at = |hours| noon().plus(Duration::from_hours(hours));
    assert_eq!(found, [(3, at(2)), (4, at(4))]);
});
