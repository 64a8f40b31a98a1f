use postdesk::store::duty::{Review, last, review};

use super::{account::account, on_both, view, work};
use crate::world::noon;

on_both!(first_review_of_a_day_stays, |store| {
    assert_eq!(view!(store, v => last(&mut v)), None);
    let anna = account(&store, "anna", &[]).await;
    assert!(work!(store, w => review(&mut w, 20_000, anna, 5, noon())));
    assert!(!work!(store, w => review(&mut w, 20_000, anna, 0, noon())));
    assert!(work!(store, w => review(&mut w, 19_999, anna, 1, noon())));
    let wanted = Review { day: 20_000, by: "Anna Poster".into(), at: noon(), waiting: 5 };
    assert_eq!(view!(store, v => last(&mut v)), Some(wanted));
});
