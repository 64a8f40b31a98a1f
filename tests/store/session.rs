use std::time::Duration;

use postdesk::store::session::{Session, delete, end, end_all, load, of_account, purge, save, seen, update};

use super::{account::account, on_both, view, work};
use crate::world::noon;

fn session(id: &str, number: i64, account: Option<i64>) -> Session {
    Session {
        id: id.into(),
        number,
        account_id: account,
        data: "{}".into(),
        user_agent: "Browser".into(),
        address: "192.0.2.7".into(),
        created_at: noon().millis(),
        seen_at: noon().millis() + number,
        expires_at: noon().plus(Duration::from_hours(12)).millis(),
    }
}

on_both!(ends_by_our_clock, |store| {
    work!(store, w => save(&mut w, &session("a", 1, None)));
    let found = view!(store, v => load(&mut v, "a", noon())).expect("a session");
    assert_eq!((found.number, found.account_id, found.data.as_str()), (1, None, "{}"));
    assert_eq!((found.user_agent.as_str(), found.address.as_str()), ("Browser", "192.0.2.7"));
    let end = noon().plus(Duration::from_hours(12));
    assert!(view!(store, v => load(&mut v, "a", end)).is_none());
    let later = noon().plus(Duration::from_hours(20));
    work!(store, w => seen(&mut w, "a", end, later));
    let found = view!(store, v => load(&mut v, "a", end)).expect("a session");
    assert_eq!((found.seen_at, found.expires_at), (end.millis(), later.millis()));
    work!(store, w => save(&mut w, &session("b", 2, None)));
    work!(store, w => purge(&mut w, end));
    assert!(view!(store, v => load(&mut v, "b", noon())).is_none(), "purged");
    work!(store, w => delete(&mut w, "a"));
    assert!(view!(store, v => load(&mut v, "a", noon())).is_none(), "deleted");
});

on_both!(is_saved_again_at_sign_in, |store| {
    let anna = account(&store, "anna", &[]).await;
    work!(store, w => save(&mut w, &session("a", 1, None)));
    let signed_in = Session { data: r#"{"account":1}"#.into(), ..session("a", 1, Some(anna)) };
    work!(store, w => save(&mut w, &signed_in));
    let found = view!(store, v => load(&mut v, "a", noon())).expect("a session");
    assert_eq!((found.account_id, found.data), (Some(anna), signed_in.data));
});

on_both!(an_ended_session_stays_ended, |store| {
    let anna = account(&store, "anna", &[]).await;
    work!(store, w => save(&mut w, &session("a", 1, Some(anna))));
    let changed = Session { data: r#"{"seen":1}"#.into(), ..session("a", 1, Some(anna)) };
    assert!(work!(store, w => update(&mut w, &changed)));
    assert_eq!(view!(store, v => load(&mut v, "a", noon())).expect("a session").data, changed.data);
    work!(store, w => end(&mut w, anna, 1));
    assert!(!work!(store, w => update(&mut w, &changed)));
    assert!(view!(store, v => load(&mut v, "a", noon())).is_none());
});

on_both!(ones_own_are_listed_and_ended, |store| {
    let anna = account(&store, "anna", &[]).await;
    let bert = account(&store, "bert", &[]).await;
    for (id, number, whose) in [("a", 1, anna), ("b", 2, anna), ("c", 3, anna), ("d", 4, bert)] {
        work!(store, w => save(&mut w, &session(id, number, Some(whose))));
    }
    let mine = view!(store, v => of_account(&mut v, anna, noon()));
    assert_eq!(mine.iter().map(|s| s.id.as_str()).collect::<Vec<_>>(), ["c", "b", "a"], "last used first");
    assert!(!work!(store, w => end(&mut w, anna, 4)), "not theirs");
    assert!(work!(store, w => end(&mut w, anna, 1)));
    assert_eq!(work!(store, w => end_all(&mut w, anna, Some("b"))), 1);
    assert!(view!(store, v => load(&mut v, "b", noon())).is_some(), "the present one stays");
    assert_eq!(work!(store, w => end_all(&mut w, anna, None)), 1);
    assert!(view!(store, v => load(&mut v, "d", noon())).is_some(), "another's stays");
});
