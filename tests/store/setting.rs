use postdesk::store::setting::{get, get_or_set, set};

use super::{on_both, view, work};

on_both!(first_value_holds_until_it_is_set, |store| {
    assert_eq!(view!(store, v => get(&mut v, "key")), None);
    assert_eq!(work!(store, w => get_or_set(&mut w, "key", "one")), "one");
    assert_eq!(work!(store, w => get_or_set(&mut w, "key", "two")), "one");
    work!(store, w => set(&mut w, "key", "three"));
    assert_eq!(view!(store, v => get(&mut v, "key")).as_deref(), Some("three"));
});

on_both!(concurrent_starts_agree_on_one_secret, |store| {
    let starts: Vec<_> = (0..6)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move { work!(store, w => get_or_set(&mut w, "secret", &n.to_string())) })
        })
        .collect();
    let mut found = Vec::new();
    for start in starts {
        found.push(start.await.expect("no panic"));
    }
    found.dedup();
    assert_eq!(found.len(), 1, "{found:?}");
});
