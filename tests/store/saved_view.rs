use postdesk::{
    domain::role::Role,
    store::{StoreError, account, saved_view},
};

use super::{on_both, view, work};
use crate::world::noon;

on_both!(everybody_has_their_own_and_so_many, |store| {
    let mut ids = Vec::new();
    for login in ["anna", "ben"] {
        let roles = &[Role::Reader];
        let new = account::NewAccount { login, name: login, email: "", roles, password_hash: "", now: noon() };
        ids.push(work!(store, w => account::add(&mut w, &new)).expect("a free login"));
    }
    let (anna, ben) = (ids[0], ids[1]);
    work!(store, w => saved_view::save(&mut w, anna, "Urgent\0", "state:new"));
    work!(store, w => saved_view::save(&mut w, anna, "ARF", "tag:arf"));
    work!(store, w => saved_view::save(&mut w, anna, "ARF", "tag:arf state:any"));
    let names = |found: Vec<saved_view::SavedView>| found.into_iter().map(|v| (v.name, v.query)).collect::<Vec<_>>();
    let own = view!(store, v => saved_view::of(&mut v, anna));
    let first = own[0].id;
    assert_eq!(names(own)[0], ("ARF".to_owned(), "tag:arf state:any".to_owned()), "the same name has the newer search");
    assert_eq!(names(view!(store, v => saved_view::of(&mut v, ben))), []);
    assert!(!work!(store, w => saved_view::forget(&mut w, ben, first)), "another's is not there to forget");
    for n in 2..saved_view::MOST {
        work!(store, w => saved_view::save(&mut w, anna, &format!("view {n}"), "x"));
    }
    let mut w = store.write().await.expect("a work");
    let one_more = saved_view::save(&mut w, anna, "one more", "x").await;
    assert!(matches!(one_more, Err(StoreError::Conflict)), "{one_more:?}");
    drop(w);
    work!(store, w => saved_view::save(&mut w, anna, "ARF", "tag:arf"));
    assert!(work!(store, w => saved_view::forget(&mut w, anna, first)));
    work!(store, w => saved_view::save(&mut w, anna, "one more", "x"));
});
