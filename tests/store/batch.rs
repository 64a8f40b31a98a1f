//! What ingestion writes for many messages in one statement.

use postdesk::{
    domain::{
        delivery::Reason,
        kind::Kind,
        message::{Outcome, ServerDue, Stage},
    },
    store::{
        StoreError,
        blob::Packed,
        counter, ledger,
        message::{self, Keep, Kept},
        search,
        sighting::{self, Due},
    },
};

use super::{letter, on_both, view, work};
use crate::world::noon;

on_both!(bytes_that_come_twice_in_a_batch_are_new_once, |store| {
    let mailbox = letter::mailbox(&store).await;
    let known = letter::kept(&store, mailbox, b"known").await;
    let packed = [b"one" as &[u8], b"known", b"two", b"one"].map(|bytes| Packed::new(bytes).expect("packed"));
    let batch: Vec<_> = packed
        .iter()
        .map(|packed| Keep { packed, size: packed.size, internal_date: noon(), stage: Stage::Kept })
        .collect();
    let kept = work!(store, w => message::keep_all(&mut w, mailbox, &batch, noon()));
    let [Kept::New(one), Kept::Known(second), Kept::New(two), Kept::Known(fourth)] = kept[..] else {
        panic!("{kept:?}");
    };
    assert_eq!((second, fourth), (known, one));
    assert_eq!(view!(store, v => counter::get(&mut v, "message.stage.kept")), 3);
    let seen: Vec<_> = [(1, one), (2, known), (3, two), (4, one)]
        .map(|(uid, message)| (Due { uid, message }, ServerDue::Due))
        .to_vec();
    assert_eq!(work!(store, w => sighting::note_all(&mut w, mailbox, 7, &seen)), 4);
    assert_eq!(work!(store, w => sighting::note_all(&mut w, mailbox, 7, &seen)), 0);
    assert!(work!(store, w => message::keep_all(&mut w, mailbox, &[], noon())).is_empty());
});

on_both!(of_equal_identities_in_a_batch_the_first_message_has_it, |store| {
    work!(store, w => message::identity(&mut w, &[1; 32], 10));
    let batch = [([1; 32], 11), ([2; 32], 12), ([2; 32], 13), ([3; 32], 14)];
    assert_eq!(work!(store, w => message::new_identities(&mut w, &batch)), [false, true, false, true]);
    let mut w = store.write().await.expect("a work");
    message::identity_ticket(&mut w, &[2; 32], 5).await.expect("noted");
    assert_eq!(message::identity(&mut w, &[2; 32], 13).await.expect("known"), Some((12, Some(5))), "in the same work");
    w.commit().await.expect("committed");
    assert_eq!(work!(store, w => message::identity(&mut w, &[2; 32], 99)), Some((12, Some(5))));
});

on_both!(a_batch_is_applied_whole_or_not_at_all, |store| {
    let mailbox = letter::mailbox(&store).await;
    let (one, two) = (letter::kept(&store, mailbox, b"one").await, letter::kept(&store, mailbox, b"two").await);
    let number = letter::ticket(&store, Kind::Complaint, "Spam").await;
    let (spam, hello) = (letter::reading(Kind::Complaint, "Spam"), letter::reading(Kind::Other, "Hello"));
    let acknowledgement = letter::never();
    let row = |id, reading, outcome, ticket| {
        (id, Stage::Kept, message::Applied { reading, outcome, ticket, acknowledgement: &acknowledgement })
    };
    let batch = [row(one, &spam, Outcome::Opened, Some(number)), row(two, &hello, Outcome::Filed, None)];
    work!(store, w => message::apply_all(&mut w, &batch));
    let found = view!(store, v => message::get(&mut v, two)).expect("a message");
    assert_eq!((found.subject.as_str(), found.outcome, found.ticket), ("Hello", Outcome::Filed, None));
    let found = view!(store, v => message::get(&mut v, one)).expect("a message");
    assert_eq!((found.subject.as_str(), found.outcome, found.ticket), ("Spam", Outcome::Opened, Some(number)));
    assert_eq!(view!(store, v => counter::get(&mut v, "message.stage.applied")), 2);

    let three = letter::kept(&store, mailbox, b"three").await;
    let again = [row(three, &hello, Outcome::Filed, None), row(two, &hello, Outcome::Filed, None)];
    let mut w = store.write().await.expect("a work");
    assert!(matches!(message::apply_all(&mut w, &again).await, Err(StoreError::Conflict)));
    drop(w);
    assert_eq!(view!(store, v => message::get(&mut v, three)).map(|m| m.stage), Some(Stage::Kept));
});

on_both!(words_and_totals_of_one_work_are_written_together, |store| {
    let number = letter::ticket(&store, Kind::Complaint, "Spam").await;
    let delivery = crate::store::ledger::delivery("mia@example.org", Reason::UserUnknown);
    let mut w = store.write().await.expect("a work");
    for message in 1..=3 {
        let long = "word ".repeat(100_000);
        search::index(&mut w, message, number, format!("letter{message} {long}").trim_end()).await.expect("indexed");
        ledger::add(&mut w, &crate::store::ledger::new(&delivery, "ada@college.test", message, noon()))
            .await
            .expect("added");
    }
    search::index(&mut w, 3, number, "changed").await.expect("indexed");
    w.commit().await.expect("committed");
    assert_eq!(view!(store, v => search::find(&mut v, "letter1", 10)), [number]);
    assert_eq!(view!(store, v => search::find(&mut v, "letter3", 10)), Vec::<i64>::new(), "the last words hold");
    assert_eq!(view!(store, v => search::find(&mut v, "changed", 10)), [number]);
    let total = view!(store, v => ledger::totals(&mut v, "sender", None, 10));
    assert_eq!(
        total.iter().map(|t| (t.address.as_str(), t.count, t.others)).collect::<Vec<_>>(),
        [("ada@college.test", 3, 1)]
    );
    assert_eq!(view!(store, v => ledger::days(&mut v, 0)).iter().map(|(_, count)| *count).sum::<i64>(), 3);
});
