use postdesk::{
    domain::role::Role,
    store::{Store, StoreError, account, ticket},
};

use super::{letter, on_both, view, work};
use crate::world::noon;
use postdesk::domain::kind::Kind;

/// An account, made.
pub(crate) async fn account(store: &Store, login: &str, roles: &[Role]) -> i64 {
    let new = account::NewAccount {
        login,
        name: "Anna Poster",
        email: "anna@college.test",
        roles,
        password_hash: "$hash",
        now: noon(),
    };
    work!(store, w => account::add(&mut w, &new)).expect("a free login")
}

on_both!(is_made_once_and_read_back, |store| {
    assert!(!view!(store, v => account::any(&mut v)));
    let id = account(&store, "anna", &[Role::Postmaster, Role::Administrator]).await;
    assert!(view!(store, v => account::any(&mut v)));
    let again =
        account::NewAccount { login: "anna", name: "Other", email: "", roles: &[], password_hash: "", now: noon() };
    assert_eq!(work!(store, w => account::add(&mut w, &again)), None);
    let found = view!(store, v => account::by_login(&mut v, "anna")).expect("anna");
    assert_eq!(view!(store, v => account::get(&mut v, id)), Some(found.clone()));
    assert_eq!(view!(store, v => account::all(&mut v)), vec![found.clone()]);
    assert_eq!((found.name.as_str(), found.email.as_str()), ("Anna Poster", "anna@college.test"));
    assert_eq!(
        (found.roles, found.disabled, found.created_at),
        (vec![Role::Postmaster, Role::Administrator], false, noon())
    );
    assert_eq!(view!(store, v => account::by_login(&mut v, "bert")), None);
    assert_eq!(view!(store, v => account::get(&mut v, id + 1)), None);
});

on_both!(password_hash_is_replaced, |store| {
    let id = account(&store, "anna", &[]).await;
    assert_eq!(view!(store, v => account::password_hash(&mut v, id)).as_deref(), Some("$hash"));
    work!(store, w => account::set_password_hash(&mut w, id, "$renewed", false, noon()));
    work!(store, w => account::set_password_hash(&mut w, id, "$changed", true, noon()));
    assert_eq!(view!(store, v => account::password_hash(&mut v, id)).as_deref(), Some("$changed"));
    assert_eq!(view!(store, v => account::password_hash(&mut v, id + 1)), None);
});

on_both!(last_administrator_stays, |store| {
    let anna = account(&store, "anna", &[Role::Administrator]).await;
    let bert = account(&store, "bert", &[Role::Administrator, Role::Reader]).await;
    work!(store, w => account::set(&mut w, anna, &[Role::Reader], false, true));
    for (roles, disabled) in [(&[Role::Administrator][..], true), (&[Role::Reader], false), (&[], true)] {
        let mut w = store.write().await.expect("a work");
        let refused = account::set(&mut w, bert, roles, disabled, true).await;
        assert!(matches!(refused, Err(StoreError::Conflict)), "{roles:?} {disabled}");
    }
    assert_eq!(view!(store, v => account::get(&mut v, bert)).expect("bert").roles, [Role::Administrator, Role::Reader]);
    // From the shell everything is possible.
    work!(store, w => account::set(&mut w, bert, &[], true, false));
    assert!(view!(store, v => account::get(&mut v, bert)).expect("bert").disabled);
    // Somebody who is no administrator can be changed when there is none.
    work!(store, w => account::set(&mut w, anna, &[Role::Postmaster], false, true));
});

on_both!(two_cannot_both_disable_the_other, |store| {
    for round in 0..8 {
        let one = account(&store, &format!("one{round}"), &[Role::Administrator]).await;
        let two = account(&store, &format!("two{round}"), &[Role::Administrator]).await;
        let disable = |id: i64| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut w = store.write().await?;
                account::set(&mut w, id, &[Role::Administrator], true, true).await?;
                w.commit().await
            })
        };
        let (first, second) = (disable(one), disable(two));
        let ended = [first.await.expect("no panic"), second.await.expect("no panic")];
        assert_eq!(ended.iter().filter(|e| e.is_ok()).count(), 1, "{ended:?}");
        for id in [one, two] {
            work!(store, w => account::set(&mut w, id, &[], true, false));
        }
    }
});

on_both!(seen_event_only_grows, |store| {
    let id = account(&store, "anna", &[]).await;
    assert_eq!(view!(store, v => account::seen_event(&mut v, id)), 0);
    work!(store, w => account::set_seen_event(&mut w, id, 7));
    work!(store, w => account::set_seen_event(&mut w, id, 5));
    assert_eq!(view!(store, v => account::seen_event(&mut v, id)), 7);
});

on_both!(tickets_of_a_disabled_account_become_unowned, |store| {
    let id = account(&store, "anna", &[Role::Postmaster]).await;
    let number = letter::ticket(&store, Kind::Complaint, "Spam").await;
    let old = view!(store, v => ticket::get(&mut v, number)).expect("a ticket");
    let mine = ticket::Change { owner: Some(id), ..ticket::Change::from(&old) };
    work!(store, w => ticket::change(&mut w, &old, mine, noon()));
    let owned = view!(store, v => ticket::get(&mut v, number)).expect("a ticket");
    assert_eq!((owned.owner, owned.owner_name.as_deref()), (Some(id), Some("Anna Poster")));
    work!(store, w => ticket::disown(&mut w, id));
    let free = view!(store, v => ticket::get(&mut v, number)).expect("a ticket");
    assert_eq!((free.owner, free.owner_name), (None, None));
    assert!(free.version > owned.version);
});
