use postdesk::store::acknowledged::{forget, take};

use super::{on_both, work};

on_both!(a_bucket_holds_its_cap, |store| {
    assert!(!work!(store, w => take(&mut w, "address a@example.org", 1, 0)));
    for wanted in [true, true, true, false, false] {
        assert_eq!(work!(store, w => take(&mut w, "address a@example.org", 1, 3)), wanted);
    }
    assert!(work!(store, w => take(&mut w, "address a@example.org", 2, 3)), "another day");
    assert!(work!(store, w => take(&mut w, "address b@example.org", 1, 3)), "another address");
});

on_both!(concurrent_takers_never_exceed_the_cap, |store| {
    let takers: Vec<_> = (0..16)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut taken = 0;
                for _ in 0..5 {
                    taken += i64::from(work!(store, w => take(&mut w, "hour", 7, 33)));
                }
                taken
            })
        })
        .collect();
    let mut taken = 0;
    for taker in takers {
        taken += taker.await.expect("no panic");
    }
    assert_eq!(taken, 33);
});

on_both!(a_place_taken_in_a_dropped_work_is_free_again, |store| {
    {
        let mut w = store.write().await.expect("a work");
        assert!(take(&mut w, "hour", 1, 1).await.expect("taken"));
    }
    assert!(work!(store, w => take(&mut w, "hour", 1, 1)));
});

on_both!(only_past_buckets_of_the_scope_are_forgotten, |store| {
    for (scope, bucket) in [("address a@example.org", 1), ("address a@example.org", 2), ("hour", 1)] {
        work!(store, w => take(&mut w, scope, bucket, 1));
    }
    work!(store, w => forget(&mut w, "address ", 2));
    assert!(work!(store, w => take(&mut w, "address a@example.org", 1, 1)), "past, forgotten");
    assert!(!work!(store, w => take(&mut w, "address a@example.org", 2, 1)), "present, kept");
    assert!(!work!(store, w => take(&mut w, "hour", 1, 1)), "another scope, kept");
});
