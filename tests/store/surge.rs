use std::time::Duration;

use postdesk::{
    domain::{
        kind::Kind,
        surge::{Look, Whom, Window},
    },
    store::{StoreError, surge},
};

use super::{letter, on_both, view, work};
use crate::world::noon;

fn look(seen: i64) -> Look {
    let end = noon().secs() / 60;
    Look { window: Window::TenMinutes, whom: Whom::Known, end, seen, expected: 0.5, variance: 0.75 }
}

on_both!(d6_an_incident_begins_is_kept_up_to_date_and_ends, |store| {
    let ticket = letter::ticket(&store, Kind::DeliveryError, "Unusually many").await;
    assert_eq!(view!(store, v => surge::running(&mut v)), None);
    work!(store, w => surge::begin(&mut w, ticket, &look(12), noon()));
    let began = view!(store, v => surge::running(&mut v)).expect("an incident");
    assert_eq!((began.ticket, began.seen, began.told_seen, began.ended_at), (ticket, 12, 12, None));
    assert_eq!((began.window, began.whom), (Window::TenMinutes, Whom::Known));
    assert!((began.probability - look(12).probability()).abs() < 1e-12 && (began.expected - 0.5).abs() < 1e-12);
    assert_eq!(began.started_at, noon().minus(Duration::from_mins(10)));

    let later = noon().plus(Duration::from_hours(1));
    let grown =
        surge::Incident { seen: 30, probability: 1e-9, unusual_at: later, told_at: later, told_seen: 30, ..began };
    work!(store, w => surge::update(&mut w, &grown));
    assert_eq!(view!(store, v => surge::running(&mut v)), Some(grown.clone()));
    assert_eq!(view!(store, v => surge::of_ticket(&mut v, ticket)), Some(grown.clone()));
    assert_eq!(view!(store, v => surge::since(&mut v, later)), std::slice::from_ref(&grown));
    assert!(view!(store, v => surge::since(&mut v, later.plus(Duration::from_secs(1)))).is_empty());

    work!(store, w => surge::end(&mut w, grown.id, later));
    assert_eq!(view!(store, v => surge::running(&mut v)), None);
    assert_eq!(view!(store, v => surge::of_ticket(&mut v, ticket)).expect("it").ended_at, Some(later));
    let mut w = store.write().await.expect("a work");
    assert!(matches!(surge::end(&mut w, grown.id, later).await, Err(StoreError::Conflict)), "it ends once");
    assert!(matches!(surge::update(&mut w, &grown).await, Err(StoreError::Conflict)));
});

on_both!(d6_of_two_who_begin_at_once_one_does, |store| {
    let ticket = letter::ticket(&store, Kind::DeliveryError, "Unusually many").await;
    let tries: Vec<_> = (0..4)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut work = store.write().await.expect("a work");
                let begun = surge::begin(&mut work, ticket, &look(12), noon()).await;
                if begun.is_ok() {
                    work.commit().await.expect("a commit");
                }
                matches!(begun, Err(StoreError::Conflict))
            })
        })
        .collect();
    let mut refused = 0;
    for one in tries {
        refused += usize::from(one.await.expect("no panic"));
    }
    assert_eq!(refused, 3);
    let running = view!(store, v => surge::running(&mut v)).expect("an incident");
    work!(store, w => surge::end(&mut w, running.id, noon()));
    work!(store, w => surge::begin(&mut w, ticket, &look(20), noon()));
    assert_eq!(view!(store, v => surge::running(&mut v)).expect("the next").seen, 20);
});
