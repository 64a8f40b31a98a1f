use std::time::Duration;

use postdesk::store::throttle::{clear, failed, failures, forgive, purge, until};

use super::{on_both, view, work};
use crate::world::noon;

on_both!(delays_begin_after_free_failures_and_end_with_a_good_sign_in, |store| {
    assert_eq!(view!(store, v => until(&mut v, "account anna")), None);
    for _ in 0..4 {
        work!(store, w => failed(&mut w, "account anna", noon()));
    }
    assert!(view!(store, v => until(&mut v, "account anna")).expect("a row") <= noon(), "free");
    work!(store, w => failed(&mut w, "account anna", noon()));
    let first = view!(store, v => until(&mut v, "account anna")).expect("a delay");
    assert!(first > noon());
    work!(store, w => failed(&mut w, "account anna", noon()));
    assert!(view!(store, v => until(&mut v, "account anna")).expect("a delay") > first, "it grows");
    assert_eq!(view!(store, v => until(&mut v, "address 192.0.2.1")), None);
    work!(store, w => clear(&mut w, "account anna"));
    assert_eq!(view!(store, v => until(&mut v, "account anna")), None);
});

on_both!(old_failures_are_forgotten, |store| {
    for _ in 0..9 {
        work!(store, w => failed(&mut w, "account anna", noon()));
    }
    let later = noon().plus(Duration::from_hours(25));
    work!(store, w => failed(&mut w, "account anna", later));
    assert!(view!(store, v => until(&mut v, "account anna")).expect("a row") <= later, "counted from one again");
    work!(store, w => failed(&mut w, "account bert", noon()));
    work!(store, w => purge(&mut w, later));
    assert_eq!(view!(store, v => until(&mut v, "account bert")), None);
    assert!(view!(store, v => until(&mut v, "account anna")).is_some());
});

on_both!(concurrent_failures_are_all_counted, |store| {
    let tries: Vec<_> = (0..12)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { work!(store, w => failed(&mut w, "account anna", noon())) })
        })
        .collect();
    for one in tries {
        one.await.expect("no panic");
    }
    let wanted = noon().plus(postdesk::store::throttle::delay(12));
    assert_eq!(view!(store, v => until(&mut v, "account anna")), Some(wanted));
});

on_both!(what_a_good_sign_in_explains_is_forgiven_and_the_rest_stays, |store| {
    for _ in 0..7 {
        work!(store, w => failed(&mut w, "address 192.0.2.1", noon()));
    }
    assert_eq!(view!(store, v => failures(&mut v, "address 192.0.2.1")), 7);
    work!(store, w => forgive(&mut w, "address 192.0.2.1", 2));
    assert_eq!(view!(store, v => failures(&mut v, "address 192.0.2.1")), 5);
    assert!(view!(store, v => until(&mut v, "address 192.0.2.1")).expect("a row") <= noon(), "it was let in just now");
    work!(store, w => failed(&mut w, "address 192.0.2.1", noon()));
    let wanted = noon().plus(postdesk::store::throttle::delay(6));
    assert_eq!(view!(store, v => until(&mut v, "address 192.0.2.1")), Some(wanted), "the next one waits for all");
    work!(store, w => forgive(&mut w, "address 192.0.2.1", 100));
    work!(store, w => forgive(&mut w, "address 198.51.100.1", 1));
    for address in ["address 192.0.2.1", "address 198.51.100.1"] {
        assert_eq!(view!(store, v => failures(&mut v, address)), 0, "{address}");
    }
});
