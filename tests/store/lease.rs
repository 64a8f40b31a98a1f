use std::time::Duration;

use postdesk::{
    domain::time::Moment,
    store::{
        Store, StoreError,
        lease::{Lease, end_all, fence, release, take},
        setting,
    },
};

use super::{on_both, view, work};
use crate::world::noon;

/// `PostgreSQL` measures leases by its own clock, so a lease that must end in a test is short.
const SHORT: Duration = Duration::from_millis(300);
const LONG: Duration = Duration::from_mins(10);

async fn taken(store: &Store, owner: &str, now: Moment, time_to_live: Duration) -> Option<Lease> {
    work!(store, w => take(&mut w, "mailbox 1", owner, now, time_to_live))
}

on_both!(has_one_owner_at_a_time, |store| {
    let first = taken(&store, "one", noon(), LONG).await.expect("free");
    assert_eq!(taken(&store, "two", noon(), LONG).await, None);
    assert_eq!(taken(&store, "one", noon(), LONG).await, Some(first.clone()), "renewed under the same fence");
    work!(store, w => release(&mut w, &first));
    let second = taken(&store, "two", noon(), LONG).await.expect("released");
    assert!(second.fence > first.fence);
    work!(store, w => release(&mut w, &first));
    assert_eq!(taken(&store, "three", noon(), LONG).await, None, "an old lease releases nothing");
    work!(store, w => end_all(&mut w));
    assert!(taken(&store, "three", noon(), LONG).await.expect("ended").fence > second.fence);
});

on_both!(passes_on_after_its_time, |store| {
    let first = taken(&store, "one", noon(), SHORT).await.expect("free");
    assert_eq!(taken(&store, "two", noon(), SHORT).await, None);
    let mut now = noon();
    let second = crate::world::until_some("the lease to end", Duration::from_secs(10), async || {
        now = now.plus(Duration::from_millis(25));
        taken(&store, "two", now, LONG).await
    })
    .await;
    assert!(second.fence > first.fence);
});

on_both!(a_late_write_is_fenced_off, |store| {
    let first = taken(&store, "one", noon(), LONG).await.expect("free");
    {
        let mut w = store.write().await.expect("a work");
        fence(&mut w, &first).await.expect("still ours");
        setting::set(&mut w, "by", "one").await.expect("set");
        w.commit().await.expect("a commit");
    }
    work!(store, w => end_all(&mut w));
    taken(&store, "two", noon(), LONG).await.expect("ended");
    let mut w = store.write().await.expect("a work");
    let late = fence(&mut w, &first).await;
    assert!(matches!(late, Err(StoreError::Fenced(ref name)) if name == "mailbox 1"), "{late:?}");
    drop(w);
    assert_eq!(view!(store, v => setting::get(&mut v, "by")).as_deref(), Some("one"));
    let unknown = Lease { name: "mailbox 9".into(), ..first };
    let mut w = store.write().await.expect("a work");
    assert!(matches!(fence(&mut w, &unknown).await, Err(StoreError::Fenced(_))));
});

on_both!(is_not_passed_on_while_a_fenced_work_is_open, |store| {
    let first = taken(&store, "one", noon(), SHORT).await.expect("free");
    let mut w = store.write().await.expect("a work");
    fence(&mut w, &first).await.expect("still ours");
    let late = noon().plus(Duration::from_secs(5));
    let thief = async || taken(&store, "two", late, LONG).await;
    let mut thief = std::pin::pin!(crate::world::until_some("the lease", Duration::from_secs(10), thief));
    // Well past the lease's time, still nobody else has it: the open work holds the row.
    let none = tokio::time::timeout(Duration::from_secs(1), &mut thief).await;
    assert!(none.is_err(), "taken under an open work: {none:?}");
    setting::set(&mut w, "by", "one").await.expect("set");
    w.commit().await.expect("a commit");
    let second = thief.await;
    assert!(second.fence > first.fence);
});

on_both!(of_many_who_want_it_one_gets_it, |store| {
    let takers: Vec<_> = (0..8)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move { taken(&store, &format!("process {n}"), noon(), LONG).await })
        })
        .collect();
    let mut owners = Vec::new();
    for taker in takers {
        owners.extend(taker.await.expect("no panic"));
    }
    assert_eq!(owners.len(), 1, "{owners:?}");
});
