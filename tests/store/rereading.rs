use postdesk::{
    domain::{
        kind::Kind,
        message::Outcome,
        rereading::{Settled, State},
    },
    store::{StoreError, rereading},
};

use super::{letter, on_both, view, work};
use crate::world::noon;

on_both!(one_is_open_at_a_time_and_each_step_counts_once, |store| {
    let mailbox = letter::mailbox(&store).await;
    let one = letter::applied(&store, mailbox, b"one", Kind::Other, Outcome::Filed).await;
    let two = letter::applied(&store, mailbox, b"two", Kind::Other, Outcome::Filed).await;
    let id = work!(store, w => rereading::begin(&mut w, "r1", "anna", noon()));
    let mut w = store.write().await.expect("a work");
    let second = rereading::begin(&mut w, "r1", "bert", noon()).await;
    assert!(matches!(second, Err(StoreError::Conflict)), "{second:?}");
    drop(w);
    let begun = view!(store, v => rereading::newest(&mut v)).expect("the newest");
    assert_eq!((begun.id, begun.state, begun.total, begun.last_message), (id, State::Comparing, 2, two));
    assert_eq!((begun.rules.as_str(), begun.started_by.as_str(), begun.started_at), ("r1", "anna", noon()));
    let next = view!(store, v => rereading::next(&mut v, &begun, 10));
    assert_eq!(
        next.iter().map(|m| (m.message, m.kind, m.by_person)).collect::<Vec<_>>(),
        [(one, Kind::Other, false), (two, Kind::Other, false)]
    );
    assert!(next.iter().all(|m| m.reading.is_some()));
    let found = |message, would_be, settled| rereading::Found {
        message,
        was: Kind::Other,
        would_be,
        facts: "recipients".into(),
        settled,
        why: "",
    };
    let differ = [found(one, Kind::Complaint, Settled::Waiting), found(two, Kind::Spam, Settled::Left)];
    work!(store, w => rereading::compared(&mut w, &begun, two, 2, &differ));
    let mut w = store.write().await.expect("a work");
    let again = rereading::compared(&mut w, &begun, two, 2, &differ).await;
    assert!(matches!(again, Err(StoreError::Conflict)), "{again:?}");
    drop(w);
    let stands = view!(store, v => rereading::newest(&mut v)).expect("the newest");
    assert_eq!((stands.cursor, stands.done), (two, 2));
    assert!(view!(store, v => rereading::next(&mut v, &stands, 10)).is_empty());
    assert_eq!(view!(store, v => rereading::waiting(&mut v, id, 10)), [(one, Kind::Complaint)]);
    work!(store, w => rereading::restate(&mut w, id, State::Comparing, State::Compared));
    let mut w = store.write().await.expect("a work");
    let late = rereading::restate(&mut w, id, State::Comparing, State::Dropped).await;
    assert!(matches!(late, Err(StoreError::Conflict)), "{late:?}");
    drop(w);
    work!(store, w => rereading::settle(&mut w, id, one, Settled::Changed, "so"));
    let mut w = store.write().await.expect("a work");
    let twice = rereading::settle(&mut w, id, one, Settled::Left, "no").await;
    assert!(matches!(twice, Err(StoreError::Conflict)), "{twice:?}");
    drop(w);
    let sums = view!(store, v => rereading::sums(&mut v, id));
    let sums: Vec<_> = sums.into_iter().map(|s| (s.would_be, s.settled, s.count)).collect();
    assert_eq!(sums, [(Kind::Complaint, Settled::Changed, 1), (Kind::Spam, Settled::Left, 1)]);
    let shown = view!(store, v => rereading::differences(&mut v, id, one, 10));
    assert_eq!(shown.iter().map(|d| (d.message, d.settled)).collect::<Vec<_>>(), [(two, Settled::Left)]);
    work!(store, w => rereading::restate(&mut w, id, State::Compared, State::Done));
    let next = work!(store, w => rereading::begin(&mut w, "r2", "bert", noon()));
    assert!(next > id, "another may begin");
});
