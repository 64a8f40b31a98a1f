use postdesk::store::{
    StoreError,
    template::{all, get, history, save},
};

use super::{on_both, view, work};
use crate::world::noon;

on_both!(every_saved_version_is_kept, |store| {
    assert!(view!(store, v => all(&mut v)).is_empty());
    work!(store, w => save(&mut w, "acknowledgement.en", 0, "first", "console", noon()));
    work!(store, w => save(&mut w, "acknowledgement.en", 1, "second", "Anna", noon()));
    work!(store, w => save(&mut w, "acknowledgement.de", 0, "erste", "console", noon()));
    let newest = view!(store, v => get(&mut v, "acknowledgement.en")).expect("a template");
    assert_eq!(
        (newest.version, newest.body.as_str(), newest.saved_by.as_str(), newest.saved_at),
        (2, "second", "Anna", noon())
    );
    let versions = view!(store, v => history(&mut v, "acknowledgement.en"));
    assert_eq!(
        versions.iter().map(|t| (t.version, t.body.as_str())).collect::<Vec<_>>(),
        [(2, "second"), (1, "first")]
    );
    let listed = view!(store, v => all(&mut v));
    assert_eq!(
        listed.iter().map(|t| (t.name.as_str(), t.version)).collect::<Vec<_>>(),
        [("acknowledgement.de", 1), ("acknowledgement.en", 2)]
    );
    for stale in [0, 1, 3, 9] {
        let mut w = store.write().await.expect("a work");
        let refused = save(&mut w, "acknowledgement.en", stale, "late", "Bert", noon()).await;
        assert!(matches!(refused, Err(StoreError::Conflict)), "based on {stale}");
    }
});

on_both!(of_two_who_save_one_is_told, |store| {
    work!(store, w => save(&mut w, "reply.en", 0, "first", "console", noon()));
    let saving: Vec<_> = (0..6)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut w = store.write().await?;
                save(&mut w, "reply.en", 1, &format!("by {n}"), "somebody", noon()).await?;
                w.commit().await
            })
        })
        .collect();
    let mut good = 0;
    for one in saving {
        match one.await.expect("no panic") {
            Ok(()) => good += 1,
            Err(e) => assert!(matches!(e, StoreError::Conflict), "{e:?}"),
        }
    }
    assert_eq!(good, 1);
});
