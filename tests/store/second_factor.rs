use postdesk::{
    domain::second_factor::Key,
    store::{
        account as accounts,
        second_factor::{enrol, get, recovery_codes_left, remove, set_recovery_codes, use_recovery_code, use_step},
    },
};

use super::{account::account, on_both, view, work};
use crate::world::noon;

fn key(byte: u8) -> Key {
    Key::new([byte; 20])
}

on_both!(it_is_set_up_once_and_taken_away, |store| {
    let anna = account(&store, "anna", &[]).await;
    let bert = account(&store, "bert", &[]).await;
    assert!(view!(store, v => get(&mut v, anna)).is_none());
    assert!(work!(store, w => enrol(&mut w, anna, &key(1), 7, noon())));
    assert!(!work!(store, w => enrol(&mut w, anna, &key(2), 8, noon())), "the first one stays");
    let kept = view!(store, v => get(&mut v, anna)).expect("a factor");
    assert_eq!((kept.key, kept.enrolled_at), (key(1), noon()));
    assert!(view!(store, v => accounts::get(&mut v, anna)).expect("anna").second_factor);
    assert!(!view!(store, v => accounts::by_login(&mut v, "bert")).expect("bert").second_factor);
    assert!(!work!(store, w => remove(&mut w, bert)), "none");
    assert!(work!(store, w => remove(&mut w, anna)));
    assert!(view!(store, v => get(&mut v, anna)).is_none());
});

on_both!(a_step_is_used_once_and_never_an_earlier_one, |store| {
    let anna = account(&store, "anna", &[]).await;
    assert!(!work!(store, w => use_step(&mut w, anna, 8)), "no factor");
    work!(store, w => enrol(&mut w, anna, &key(1), 7, noon()));
    assert!(!work!(store, w => use_step(&mut w, anna, 7)), "used to set it up");
    assert!(work!(store, w => use_step(&mut w, anna, 9)));
    assert!(!work!(store, w => use_step(&mut w, anna, 9)));
    assert!(!work!(store, w => use_step(&mut w, anna, 8)));
});

on_both!(of_two_at_once_one_uses_the_step_and_one_the_code, |store| {
    let anna = account(&store, "anna", &[]).await;
    work!(store, w => enrol(&mut w, anna, &key(1), 0, noon()));
    work!(store, w => set_recovery_codes(&mut w, anna, &["h".to_owned()]));
    for step in 1..=8 {
        let tries: Vec<_> = (0..4)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move { work!(store, w => use_step(&mut w, anna, step)) })
            })
            .collect();
        let mut used = 0;
        for one in tries {
            used += usize::from(one.await.expect("no panic"));
        }
        assert_eq!(used, 1, "step {step}");
    }
    let tries: Vec<_> = (0..4)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { work!(store, w => use_recovery_code(&mut w, anna, "h", noon())) })
        })
        .collect();
    let mut used = 0;
    for one in tries {
        used += usize::from(one.await.expect("no panic"));
    }
    assert_eq!(used, 1);
});

on_both!(recovery_codes_are_used_once_and_end_with_a_new_set, |store| {
    let anna = account(&store, "anna", &[]).await;
    let bert = account(&store, "bert", &[]).await;
    work!(store, w => set_recovery_codes(&mut w, anna, &["a".to_owned(), "b".to_owned()]));
    assert!(!work!(store, w => use_recovery_code(&mut w, bert, "a", noon())), "not theirs");
    assert!(work!(store, w => use_recovery_code(&mut w, anna, "a", noon())));
    assert!(!work!(store, w => use_recovery_code(&mut w, anna, "a", noon())));
    assert_eq!(view!(store, v => recovery_codes_left(&mut v, anna)), 1);
    work!(store, w => set_recovery_codes(&mut w, anna, &["c".to_owned()]));
    assert!(!work!(store, w => use_recovery_code(&mut w, anna, "b", noon())));
    assert_eq!(view!(store, v => recovery_codes_left(&mut v, anna)), 1);
    work!(store, w => enrol(&mut w, anna, &key(1), 0, noon()));
    work!(store, w => remove(&mut w, anna));
    assert_eq!(view!(store, v => recovery_codes_left(&mut v, anna)), 0, "they go with the factor");
    work!(store, w => set_recovery_codes(&mut w, anna, &[]));
});
