use std::time::Duration;

use postdesk::{
    domain::{kind::Kind, role::Role},
    store::{account, presence},
};

use super::{letter, on_both, view, work};
use crate::world::noon;

on_both!(who_else_is_here_until_they_leave, |store| {
    let mut ids = Vec::new();
    for login in ["anna", "ben"] {
        let roles = &[Role::Postmaster];
        let new = account::NewAccount { login, name: login, email: "", roles, password_hash: "", now: noon() };
        ids.push(work!(store, w => account::add(&mut w, &new)).expect("a free login"));
    }
    let number = letter::ticket(&store, Kind::Other, "x").await;
    let (anna, ben) = (ids[0], ids[1]);
    work!(store, w => presence::note(&mut w, number, anna, false, noon()));
    let later = noon().plus(Duration::from_secs(10));
    work!(store, w => presence::note(&mut w, number, ben, true, later));
    let others = |but, since| {
        let store = store.clone();
        async move { view!(store, v => presence::others(&mut v, number, but, since)) }
    };
    let before = noon().minus(Duration::from_secs(1));
    let named = |found: Vec<presence::Present>| found.into_iter().map(|p| (p.name, p.writing)).collect::<Vec<_>>();
    assert_eq!(named(others(0, before).await), [("ben".to_owned(), true), ("anna".to_owned(), false)]);
    assert_eq!(named(others(ben, before).await), [("anna".to_owned(), false)]);
    assert_eq!(named(others(ben, noon()).await), [], "who said nothing since");
    work!(store, w => presence::note(&mut w, number, anna, true, later));
    assert_eq!(named(others(ben, noon()).await), [("anna".to_owned(), true)]);
    work!(store, w => presence::forget(&mut w, later.plus(Duration::from_secs(1))));
    assert_eq!(named(others(0, before).await), []);
});
