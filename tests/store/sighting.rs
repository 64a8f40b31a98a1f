use std::time::Duration;

use postdesk::{
    domain::{
        kind::Kind,
        message::{Outcome, ServerDue, Stage},
    },
    store::{
        Store, message,
        sighting::{Due, due, kept_between, note, of_message, settle},
    },
};

use super::{letter, on_both, view, work};
use crate::world::noon;

async fn owed(store: &Store, mailbox: i64) -> Vec<Due> {
    view!(store, v => due(&mut v, mailbox, 7, noon(), 100))
}

on_both!(server_is_owed_something_only_after_the_message_is_applied, |store| {
    let mailbox = letter::mailbox(&store).await;
    let waiting = letter::kept(&store, mailbox, b"one").await;
    let applied = letter::applied(&store, mailbox, b"two", Kind::Other, Outcome::Filed).await;
    let failed = letter::kept(&store, mailbox, b"three").await;
    work!(store, w => message::restage(&mut w, failed, Stage::Kept, Stage::NotImported, "strange"));
    for (uid, id) in [(1, waiting), (3, applied), (2, failed)] {
        assert!(work!(store, w => note(&mut w, mailbox, 7, uid, id, ServerDue::Due)));
    }
    assert!(!work!(store, w => note(&mut w, mailbox, 7, 3, applied, ServerDue::Due)), "known");
    assert!(work!(store, w => note(&mut w, mailbox, 6, 3, applied, ServerDue::Due)), "an older UIDVALIDITY");
    assert_eq!(owed(&store, mailbox).await, [Due { uid: 3, message: applied }]);
    work!(store, w => message::restage(&mut w, failed, Stage::NotImported, Stage::Discarded, ""));
    assert_eq!(owed(&store, mailbox).await, [Due { uid: 2, message: failed }, Due { uid: 3, message: applied }]);
    assert_eq!(view!(store, v => due(&mut v, mailbox, 7, noon(), 1)).len(), 1);
    assert_eq!(view!(store, v => of_message(&mut v, applied)), Some((7, 3)), "where it was seen last");
    assert_eq!(view!(store, v => of_message(&mut v, 99)), None);
});

on_both!(what_the_server_refused_is_due_again_later, |store| {
    let mailbox = letter::mailbox(&store).await;
    let mut ids = Vec::new();
    for uid in 1..=4 {
        let id = letter::applied(&store, mailbox, format!("mail {uid}").as_bytes(), Kind::Other, Outcome::Filed).await;
        work!(store, w => note(&mut w, mailbox, 7, uid, id, ServerDue::Due));
        ids.push(id);
    }
    let later = noon().plus(Duration::from_mins(1));
    work!(store, w => settle(&mut w, mailbox, 7, &[1, 2], ServerDue::Done, noon()));
    work!(store, w => settle(&mut w, mailbox, 7, &[3], ServerDue::Refused, later));
    work!(store, w => settle(&mut w, mailbox, 7, &[], ServerDue::Done, noon()));
    assert_eq!(owed(&store, mailbox).await, [Due { uid: 4, message: ids[3] }]);
    assert_eq!(
        view!(store, v => due(&mut v, mailbox, 7, later, 100)).iter().map(|d| d.uid).collect::<Vec<_>>(),
        [3, 4]
    );
});

on_both!(many_uids_are_settled_at_once, |store| {
    let mailbox = letter::mailbox(&store).await;
    let id = letter::applied(&store, mailbox, b"seen often", Kind::Other, Outcome::Filed).await;
    {
        let mut w = store.write().await.expect("a work");
        for uid in 1..=1203 {
            note(&mut w, mailbox, 7, uid, id, ServerDue::Due).await.expect("noted");
        }
        w.commit().await.expect("a commit");
    }
    let uids: Vec<i64> = (1..=1202).collect();
    work!(store, w => settle(&mut w, mailbox, 7, &uids, ServerDue::Done, noon()));
    assert_eq!(owed(&store, mailbox).await, [Due { uid: 1203, message: id }]);
    assert_eq!(view!(store, v => kept_between(&mut v, mailbox, 7, 1200, 9999)), [1200, 1201, 1202, 1203]);
    assert_eq!(view!(store, v => kept_between(&mut v, mailbox, 8, 1, 9999)), Vec::<i64>::new());
});
