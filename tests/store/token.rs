use std::time::Duration;

use postdesk::store::token::{add, by_hash, list, revoke, used};

use super::{account::account, on_both, view, work};
use crate::world::noon;

on_both!(holds_until_it_expires_or_is_revoked, |store| {
    let anna = account(&store, "anna", &[]).await;
    let bert = account(&store, "bert", &[]).await;
    let end = noon().plus(Duration::from_hours(1));
    let id = work!(store, w => add(&mut w, anna, "nagios", "hash-a", true, noon(), end));
    let other = work!(store, w => add(&mut w, bert, "script", "hash-b", false, noon(), end));
    let found = view!(store, v => by_hash(&mut v, "hash-a", noon())).expect("a token");
    assert_eq!((found.id, found.account_id, found.login.as_str(), found.name.as_str()), (id, anna, "anna", "nagios"));
    assert!(found.may_release && found.used_at.is_none());
    assert!(view!(store, v => by_hash(&mut v, "hash-a", end)).is_none(), "expired");
    assert!(view!(store, v => by_hash(&mut v, "hash-c", noon())).is_none(), "unknown");
    work!(store, w => used(&mut w, id, noon()));
    let mine = view!(store, v => list(&mut v, Some(anna)));
    assert_eq!(mine.iter().map(|t| (t.id, t.used_at)).collect::<Vec<_>>(), [(id, Some(noon().millis()))]);
    assert_eq!(view!(store, v => list(&mut v, None)).iter().map(|t| t.id).collect::<Vec<_>>(), [other, id]);
    assert!(!work!(store, w => revoke(&mut w, id, Some(bert), noon())), "not theirs");
    assert!(work!(store, w => revoke(&mut w, id, Some(anna), noon())));
    assert!(!work!(store, w => revoke(&mut w, id, None, noon())), "only once");
    assert!(view!(store, v => by_hash(&mut v, "hash-a", noon())).is_none(), "revoked");
    assert!(work!(store, w => revoke(&mut w, other, None, noon())));
});
