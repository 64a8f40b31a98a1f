use postdesk::{
    domain::{
        acknowledgement::{Acknowledgement, Decision},
        kind::Kind,
        message::{Outcome, ServerDue, Stage},
    },
    store::{
        Store, StoreError,
        blob::{Packed, load},
        counter,
        message::{self, Kept},
        sighting,
    },
};

use super::{letter, on_both, view, work};
use crate::world::noon;

async fn get(store: &Store, id: i64) -> message::Message {
    view!(store, v => message::get(&mut v, id)).expect("a message")
}

async fn count(store: &Store, name: &str) -> i64 {
    view!(store, v => counter::get(&mut v, name))
}

on_both!(known_bytes_are_one_message_with_further_sightings, |store| {
    let mailbox = letter::mailbox(&store).await;
    let other = work!(store, w => postdesk::store::mailbox::configure(&mut w, "imap.college.test", "abuse", "INBOX", "abuse", "abuse@college.test"));
    let packed = Packed::new(b"From: a@example.org\r\n\r\nhello").expect("packed");
    let keep = async |mailbox| work!(store, w => message::keep(&mut w, mailbox, &packed, packed.size, noon(), Stage::Kept, noon()));
    let first = keep(mailbox).await;
    assert!(matches!(first, Kept::New(_)));
    assert_eq!(keep(mailbox).await, Kept::Known(first.id()));
    assert!(matches!(keep(other).await, Kept::New(id) if id != first.id()), "another mailbox keeps its own");
    for uid in [4, 9] {
        assert!(work!(store, w => sighting::note(&mut w, mailbox, 7, uid, first.id(), ServerDue::Due)));
    }
    assert_eq!(view!(store, v => sighting::kept_between(&mut v, mailbox, 7, 1, 10)), [4, 9], "both count as kept");
    let found = get(&store, first.id()).await;
    assert_eq!(
        (found.mailbox, found.mailbox_name.as_str(), found.stage, found.size),
        (mailbox, "postmaster", Stage::Kept, packed.size)
    );
    assert_eq!((found.internal_date, found.kept_at, found.ticket, found.acknowledgement), (noon(), noon(), None, None));
    assert!(view!(store, v => load(&mut v, &found.sha256)).is_some());
    assert_eq!(count(&store, "message.stage.kept").await, 2);
    assert!(view!(store, v => message::reading(&mut v, first.id())).is_none(), "nothing was read yet");
    assert_eq!(
        view!(store, v => message::waiting(&mut v, mailbox, 10)).iter().map(|m| m.id).collect::<Vec<_>>(),
        [first.id()]
    );
});

on_both!(is_applied_once_with_its_reading, |store| {
    let mailbox = letter::mailbox(&store).await;
    let id = letter::kept(&store, mailbox, b"one").await;
    let number = letter::ticket(&store, Kind::Complaint, "Spam").await;
    let reading = letter::reading(Kind::Complaint, "Spam from you");
    let acknowledgement = Acknowledgement::new(Decision::Send, "a complaint");
    let applied = message::Applied {
        reading: &reading,
        outcome: Outcome::Opened,
        ticket: Some(number),
        acknowledgement: &acknowledgement,
    };
    work!(store, w => message::apply(&mut w, id, Stage::Kept, &applied));
    let found = get(&store, id).await;
    assert_eq!(
        (found.stage, found.kind, found.outcome, found.ticket),
        (Stage::Applied, Kind::Complaint, Outcome::Opened, Some(number))
    );
    assert_eq!(
        (found.from_name.as_str(), found.from_address.as_str(), found.subject.as_str()),
        ("Mia Example", "Mia@Example.ORG", "Spam from you")
    );
    assert_eq!((found.message_id.as_str(), found.sent_at), ("one@example.org", Some(noon())));
    assert_eq!(found.acknowledgement, Some(acknowledgement.clone()));
    assert_eq!(view!(store, v => message::reading(&mut v, id)), Some(reading.clone()));
    assert!(view!(store, v => message::waiting(&mut v, mailbox, 10)).is_empty());
    let mut w = store.write().await.expect("a work");
    assert!(matches!(message::apply(&mut w, id, Stage::Kept, &applied).await, Err(StoreError::Conflict)), "only once");
    drop(w);
    for (name, wanted) in [("stage.kept", 0), ("stage.applied", 1), ("kind.complaint", 1), ("outcome.opened", 1)] {
        assert_eq!(count(&store, &format!("message.{name}")).await, wanted, "{name}");
    }
});

on_both!(of_two_who_restage_one_is_told, |store| {
    let mailbox = letter::mailbox(&store).await;
    let id = letter::kept(&store, mailbox, b"one").await;
    work!(store, w => message::restage(&mut w, id, Stage::Kept, Stage::NotImported, "cannot be read"));
    assert_eq!(
        (get(&store, id).await.stage, get(&store, id).await.trouble.as_str()),
        (Stage::NotImported, "cannot be read")
    );
    let restage = |to| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut w = store.write().await?;
            message::restage(&mut w, id, Stage::NotImported, to, "").await?;
            w.commit().await
        })
    };
    let (retry, discard) = (restage(Stage::Kept), restage(Stage::Discarded));
    let ended = [retry.await.expect("no panic"), discard.await.expect("no panic")];
    assert_eq!(ended.iter().filter(|e| matches!(e, Err(StoreError::Conflict))).count(), 1, "{ended:?}");
    let stage = get(&store, id).await.stage;
    assert_eq!(count(&store, &format!("message.stage.{stage}")).await, 1);
    assert_eq!(count(&store, "message.stage.not_imported").await, 0);
});

on_both!(a_message_over_the_limit_is_described, |store| {
    let mailbox = letter::mailbox(&store).await;
    let packed = Packed::new(b"Subject: huge\r\n\r\n").expect("packed");
    let id = work!(store, w => message::keep(&mut w, mailbox, &packed, 99 << 20, noon(), Stage::TooLarge, noon())).id();
    let reading = letter::reading(Kind::Other, "huge \0");
    work!(store, w => message::describe(&mut w, id, &reading, "over 30 MiB"));
    let found = get(&store, id).await;
    assert_eq!(
        (found.stage, found.size, found.subject.as_str(), found.trouble.as_str()),
        (Stage::TooLarge, 99 << 20, "huge \u{fffd}", "over 30 MiB")
    );
    assert_eq!(
        (found.from_address.as_str(), found.message_id.as_str(), found.sent_at),
        ("Mia@Example.ORG", "one@example.org", Some(noon()))
    );
    assert_eq!(count(&store, "message.stage.too_large").await, 1);
});

on_both!(changes_by_hand_keep_the_counts, |store| {
    let mailbox = letter::mailbox(&store).await;
    let id = letter::applied(&store, mailbox, b"one", Kind::Newsletter, Outcome::Filed).await;
    let number = letter::ticket(&store, Kind::Complaint, "Spam").await;
    work!(store, w => message::set_kind(&mut w, id, Kind::Newsletter, Kind::Complaint));
    work!(store, w => message::set_ticket(&mut w, id, number, Outcome::Filed, Outcome::Opened));
    let decided = Acknowledgement::new(Decision::Record, "older than three days");
    work!(store, w => message::set_acknowledgement(&mut w, id, &decided));
    let found = get(&store, id).await;
    assert_eq!((found.kind, found.outcome, found.ticket), (Kind::Complaint, Outcome::Opened, Some(number)));
    assert_eq!(found.acknowledgement, Some(decided));
    // The second of two who pressed the same button is told, and counts nothing twice.
    let mut w = store.write().await.expect("a work");
    assert!(matches!(
        message::set_kind(&mut w, id, Kind::Newsletter, Kind::Complaint).await,
        Err(StoreError::Conflict)
    ));
    assert!(matches!(
        message::set_ticket(&mut w, id, number, Outcome::Filed, Outcome::Opened).await,
        Err(StoreError::Conflict)
    ));
    w.commit().await.expect("a commit");
    for (name, wanted) in [("kind.newsletter", 0), ("kind.complaint", 1), ("outcome.filed", 0), ("outcome.opened", 1)] {
        assert_eq!(count(&store, &format!("message.{name}")).await, wanted, "{name}");
    }
});

on_both!(lists_show_what_the_filter_names, |store| {
    let mailbox = letter::mailbox(&store).await;
    let kept = letter::kept(&store, mailbox, b"kept").await;
    let other = letter::applied(&store, mailbox, b"other", Kind::Other, Outcome::Opened).await;
    let notice = letter::applied(&store, mailbox, b"notice", Kind::QuarantineNotice, Outcome::Filed).await;
    let news = letter::applied(&store, mailbox, b"news", Kind::Newsletter, Outcome::Filed).await;
    let number = letter::ticket(&store, Kind::Other, "Hello").await;
    work!(store, w => message::set_ticket(&mut w, other, number, Outcome::Opened, Outcome::Joined));
    let shown = async |filter: message::Filter| {
        view!(store, v => message::list(&mut v, &filter, i64::MAX, 10)).iter().map(|m| m.id).collect::<Vec<_>>()
    };
    let all = message::Filter { quarantine: true, ..message::Filter::default() };
    assert_eq!(shown(all.clone()).await, [news, notice, other, kept]);
    assert_eq!(shown(message::Filter::default()).await, [news, other, kept], "notices are not for everybody");
    assert_eq!(
        shown(message::Filter { kind: Some(Kind::QuarantineNotice), ..message::Filter::default() }).await,
        Vec::<i64>::new()
    );
    assert_eq!(shown(message::Filter { mailbox: Some(mailbox + 1), ..all.clone() }).await, Vec::<i64>::new());
    assert_eq!(shown(message::Filter { kind: Some(Kind::Newsletter), ..all.clone() }).await, [news]);
    assert_eq!(shown(message::Filter { outcome: Some(Outcome::Filed), ..all.clone() }).await, [news, notice]);
    assert_eq!(
        shown(message::Filter { stage: Some(Stage::Kept), mailbox: Some(mailbox), ..all.clone() }).await,
        [kept]
    );
    assert_eq!(shown(message::Filter { ticket: Some(number), ..all.clone() }).await, [other]);
    assert_eq!(
        view!(store, v => message::list(&mut v, &all, notice, 1)).iter().map(|m| m.id).collect::<Vec<_>>(),
        [other]
    );
});

on_both!(an_identity_belongs_to_the_first_message, |store| {
    let mailbox = letter::mailbox(&store).await;
    let (one, two) = (letter::kept(&store, mailbox, b"one").await, letter::kept(&store, mailbox, b"two").await);
    let identity = [5; 32];
    assert_eq!(work!(store, w => message::identity(&mut w, &identity, one)), None);
    assert_eq!(work!(store, w => message::identity(&mut w, &identity, one)), None, "its own, on a second try");
    assert_eq!(work!(store, w => message::identity(&mut w, &identity, two)), Some((one, None)));
    work!(store, w => message::identity_ticket(&mut w, &identity, 12));
    assert_eq!(work!(store, w => message::identity(&mut w, &identity, two)), Some((one, Some(12))));
    let racing: Vec<_> = (0..6)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move { work!(store, w => message::identity(&mut w, &[6; 32], 100 + n)) })
        })
        .collect();
    let mut first = 0;
    for one in racing {
        first += i64::from(one.await.expect("no panic").is_none());
    }
    assert_eq!(first, 1);
});
