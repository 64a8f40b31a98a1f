use postdesk::{
    domain::{
        event::{Actor, NewEvent, What},
        kind::Kind,
    },
    store::{counter, event, outbox, search, setting, ticket},
};

use super::{letter, on_both, view, work};
use crate::world::noon;

on_both!(dropped_it_leaves_nothing, |store| {
    {
        let mut w = store.write().await.expect("a work");
        let number = letter::ticket_in(&mut w, Kind::Complaint, "Spam").await;
        outbox::reserve(&mut w, &crate::store::outbox::new_outbound("mia@example.org", noon()))
            .await
            .expect("reserved");
        search::index(&mut w, 1, number, "spam").await.expect("indexed");
        setting::set(&mut w, "name", "value").await.expect("set");
        w.event(NewEvent::new(noon(), Actor::System("test"), What::TicketOpened, "").ticket(number));
        w.count("mine", 3);
        assert!(ticket::get(&mut w, number).await.expect("read").is_some(), "the work itself sees it");
    }
    assert_eq!(view!(store, v => ticket::list(&mut v, &ticket::Filter::default(), None, 10)), []);
    assert_eq!(view!(store, v => event::last_id(&mut v)), 0);
    assert_eq!(view!(store, v => counter::all(&mut v, "")), []);
    assert_eq!(view!(store, v => setting::get(&mut v, "name")), None);
    assert_eq!(view!(store, v => outbox::next_due(&mut v)), None);
    assert_eq!(view!(store, v => search::find(&mut v, "spam", 10)), Vec::<i64>::new());
    // And the next one is not hindered by it.
    work!(store, w => setting::set(&mut w, "name", "value"));
});

on_both!(a_refused_statement_takes_all_of_it_along, |store| {
    {
        let mut w = store.write().await.expect("a work");
        setting::set(&mut w, "name", "value").await.expect("set");
        // A ticket that does not exist can have no tags.
        let refused = ticket::set_tags(&mut w, 99, &["tag".into()]).await;
        assert!(refused.is_err() && !refused.is_err_and(|e| e.may_pass()), "the fault is ours, waiting does not help");
    }
    assert_eq!(view!(store, v => setting::get(&mut v, "name")), None);
});

on_both!(a_view_is_one_snapshot, |store| {
    work!(store, w => setting::set(&mut w, "name", "before"));
    let mut v = store.read().await.expect("a view");
    assert_eq!(setting::get(&mut v, "name").await.expect("read").as_deref(), Some("before"));
    work!(store, w => setting::set(&mut w, "name", "after"));
    assert_eq!(setting::get(&mut v, "name").await.expect("read").as_deref(), Some("before"));
    drop(v);
    assert_eq!(view!(store, v => setting::get(&mut v, "name")).as_deref(), Some("after"));
});

on_both!(eight_who_read_and_then_write_all_succeed, |store| {
    let numbers: Vec<i64> = {
        let mut w = store.write().await.expect("a work");
        let mut numbers = Vec::new();
        for n in 0..8 {
            numbers.push(letter::ticket_in(&mut w, Kind::Other, &format!("Ticket {n}")).await);
        }
        w.commit().await.expect("a commit");
        numbers
    };
    let tasks: Vec<_> = numbers
        .into_iter()
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move {
                for _ in 0..20 {
                    let mut w = store.write().await?;
                    let old = ticket::get(&mut w, number).await?.expect("a ticket");
                    let seen: i64 = setting::get(&mut w, "turns").await?.map_or(0, |n| n.parse().expect("a number"));
                    // The embedded database has one writer; on the server two may have read the same number here.
                    setting::set(&mut w, "turns", &(seen + 1).to_string()).await?;
                    ticket::change(&mut w, &old, ticket::Change::from(&old), noon()).await?;
                    w.commit().await?;
                }
                Ok::<_, postdesk::store::StoreError>(())
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("no panic").expect("none fails");
    }
    let all = view!(store, v => ticket::list(&mut v, &ticket::Filter::default(), None, 10));
    assert!(all.iter().all(|t| t.version == 21));
    let turns = view!(store, v => setting::get(&mut v, "turns")).expect("turns");
    assert!(!store.is_embedded() || turns == "160", "{turns}");
});
