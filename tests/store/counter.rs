use postdesk::store::counter::{all, get, several};

use super::{on_both, view};

on_both!(counts_add_up_and_are_listed_by_prefix, |store| {
    for (name, delta) in
        [("ticket.new", 2), ("ticket.new.complaint", 2), ("ticketless", 9), ("ticket.closed", 1), ("ticket.new", -1)]
    {
        let mut w = store.write().await.expect("a work");
        w.count(name, delta);
        w.commit().await.expect("a commit");
    }
    assert_eq!(view!(store, v => get(&mut v, "ticket.new")), 1);
    assert_eq!(view!(store, v => get(&mut v, "nothing")), 0);
    let listed = view!(store, v => all(&mut v, "ticket."));
    let wanted = [("closed", 1), ("new", 1), ("new.complaint", 2)].map(|(name, count)| (name.to_owned(), count));
    assert_eq!(listed, wanted);
});

on_both!(concurrent_counts_lose_nothing, |store| {
    let writers: Vec<_> = (0..8)
        .map(|writer| {
            let store = store.clone();
            tokio::spawn(async move {
                for turn in 0..10 {
                    let mut w = store.write().await.expect("a work");
                    // In both orders: the work sorts them, so that two cannot wait for each other.
                    let names = if (writer + turn) % 2 == 0 { ["a", "b"] } else { ["b", "a"] };
                    for name in names {
                        w.count(name, 1);
                    }
                    w.commit().await.expect("a commit");
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.expect("no panic");
    }
    assert_eq!(view!(store, v => all(&mut v, "")), [("a".to_owned(), 80), ("b".to_owned(), 80)]);
});

on_both!(several_counts_come_in_the_order_asked_for, |store| {
    let mut w = store.write().await.expect("a work");
    w.count("b", 2);
    w.count("a", 1);
    w.commit().await.expect("a commit");
    assert_eq!(view!(store, v => several(&mut v, ["b", "never", "a"])), [2, 0, 1]);
});
