use std::time::Duration;

use postdesk::{
    domain::{confirmation::Waiting, role::Role},
    store::{
        account as accounts,
        confirmation::{NewConfirmation, ask, circle, get, holds_key, take, waiting},
        token,
    },
};

use super::{account::account, on_both, view, work};
use crate::world::noon;

fn new(account: i64, change: Waiting, asked_by: Option<i64>) -> NewConfirmation<'static> {
    NewConfirmation { account, change, password_hash: "$hash", asked_by, asker: "Bert", reason: "why\0", now: noon() }
}

on_both!(it_waits_until_it_is_taken_once, |store| {
    let anna = account(&store, "anna", &[]).await;
    let bert = account(&store, "bert", &[]).await;
    let id = work!(store, w => ask(&mut w, &new(anna, Waiting::Role, Some(bert))));
    let found = view!(store, v => get(&mut v, id)).expect("it waits");
    assert_eq!((found.account, found.login.as_str(), found.change), (anna, "anna", Waiting::Role));
    assert_eq!((found.asked_by, found.asker.as_str(), found.reason.as_str()), (Some(bert), "Bert", "why\u{fffd}"));
    assert_eq!(found.asked_at, noon());
    let other = work!(store, w => ask(&mut w, &new(bert, Waiting::Password, None)));
    assert_eq!(view!(store, v => waiting(&mut v, None)).len(), 2);
    assert_eq!(view!(store, v => waiting(&mut v, Some(anna))), vec![found]);
    assert_eq!(work!(store, w => take(&mut w, other)).as_deref(), Some("$hash"));
    assert_eq!(work!(store, w => take(&mut w, other)), None, "once");
    assert!(!format!("{:?}", new(anna, Waiting::Password, None)).contains("$hash"));
});

on_both!(what_is_asked_anew_has_a_new_number, |store| {
    let anna = account(&store, "anna", &[]).await;
    let old = work!(store, w => ask(&mut w, &new(anna, Waiting::Password, None)));
    let fresh = work!(store, w => ask(&mut w, &new(anna, Waiting::Password, None)));
    assert_ne!(old, fresh);
    assert_eq!(work!(store, w => take(&mut w, old)), None, "nobody confirms what they have not seen");
    assert_eq!(view!(store, v => waiting(&mut v, None)).len(), 1);
});

on_both!(a_circle_is_whoever_might_be_one_person, |store| {
    let mut ids = Vec::new();
    for login in ["anna", "bert", "carl", "dora", "emil"] {
        ids.push(account(&store, login, &[]).await);
    }
    let [anna, bert, carl, dora, emil] = ids[..] else { panic!("five") };
    // Anna made Bert, Bert made Carl; in a ring, to be sure that it ends.
    for (whose, holder) in [(bert, anna), (carl, bert), (anna, carl), (bert, anna)] {
        work!(store, w => holds_key(&mut w, whose, holder));
    }
    assert_eq!(view!(store, v => circle(&mut v, carl, None)), [anna, bert, carl]);
    assert_eq!(view!(store, v => circle(&mut v, dora, Some(bert))), [anna, bert, carl, dora]);
    assert_eq!(view!(store, v => circle(&mut v, emil, None)), [emil]);
});

on_both!(authorised_postmasters_that_are_left, |store| {
    let anna = account(&store, "anna", &[Role::Postmaster, Role::AuthorisedPostmaster]).await;
    let bert = account(&store, "bert", &[Role::AuthorisedPostmaster]).await;
    account(&store, "carl", &[Role::Postmaster, Role::Administrator]).await;
    assert_eq!(view!(store, v => accounts::authorised(&mut v)), [anna, bert]);
    work!(store, w => accounts::set(&mut w, bert, &[Role::AuthorisedPostmaster], true, false));
    assert_eq!(view!(store, v => accounts::authorised(&mut v)), [anna], "an enabled one");
});

on_both!(the_time_without_consents_never_becomes_shorter, |store| {
    let anna = account(&store, "anna", &[]).await;
    let later = noon().plus(Duration::from_hours(24));
    work!(store, w => accounts::set_authorised_from(&mut w, anna, later));
    work!(store, w => accounts::set_authorised_from(&mut w, anna, noon()));
    assert_eq!(view!(store, v => accounts::get(&mut v, anna)).expect("anna").authorised_from, later);
});

on_both!(all_tokens_of_an_account_end_together, |store| {
    let anna = account(&store, "anna", &[]).await;
    let bert = account(&store, "bert", &[]).await;
    let end = noon().plus(Duration::from_hours(1));
    for (whose, hash) in [(anna, "a"), (anna, "b"), (bert, "c")] {
        work!(store, w => token::add(&mut w, whose, "x", hash, false, noon(), end));
    }
    work!(store, w => token::revoke_all(&mut w, anna, noon()));
    for (hash, holds) in [("a", false), ("b", false), ("c", true)] {
        assert_eq!(view!(store, v => token::by_hash(&mut v, hash, noon())).is_some(), holds, "{hash}");
    }
});

on_both!(when_a_password_was_changed, |store| {
    let anna = account(&store, "anna", &[]).await;
    let later = noon().plus(Duration::from_hours(1));
    work!(store, w => accounts::set_password_hash(&mut w, anna, "$new", true, later));
    work!(store, w => accounts::set_password_hash(&mut w, anna, "$rehashed", false, noon()));
    assert_eq!(view!(store, v => accounts::password_changed(&mut v, anna)), Some(later));
});
