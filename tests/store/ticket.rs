use std::time::Duration;

use postdesk::{
    domain::{
        kind::Kind,
        ticket::{LinkKind, Priority, State, Ticket},
    },
    store::{Store, StoreError, counter, ticket},
};

use super::{letter, on_both, view, work};
use crate::world::noon;

pub(super) async fn get(store: &Store, number: i64) -> Ticket {
    view!(store, v => ticket::get(&mut v, number)).expect("a ticket")
}

pub(super) async fn move_to(store: &Store, number: i64, state: State) {
    let old = get(store, number).await;
    let new = ticket::Change { state, ..ticket::Change::from(&old) };
    work!(store, w => ticket::change(&mut w, &old, new, noon()));
}

on_both!(is_opened_as_it_was_given, |store| {
    let mailbox = letter::mailbox(&store).await;
    let new = ticket::NewTicket {
        mailbox: Some(mailbox),
        priority: Priority::High,
        ..letter::new_ticket(Kind::Complaint, "Spam")
    };
    let number = work!(store, w => ticket::open(&mut w, &new));
    let found = get(&store, number).await;
    assert_eq!(
        (found.kind, found.state, found.priority, found.subject.as_str()),
        (Kind::Complaint, State::New, Priority::High, "Spam")
    );
    assert_eq!(
        (found.reporter.as_str(), found.reporter_name.as_str(), found.owner),
        ("mia@example.org", "Mia Example", None)
    );
    assert_eq!(
        (found.opened_at, found.updated_at, found.acknowledged_at, found.closed_at),
        (noon(), noon(), None, None)
    );
    assert_eq!((found.messages, found.version, found.unreachable), (0, 1, false));
    assert_eq!(view!(store, v => ticket::mailbox(&mut v, number)), Some(mailbox));
    assert_eq!(view!(store, v => ticket::mailbox(&mut v, number + 1)), None);
    assert_eq!(view!(store, v => ticket::get(&mut v, number + 1)), None);
    assert_eq!(view!(store, v => ticket::participants(&mut v, number)), ["mia@example.org"]);
});

on_both!(clocks_never_become_earlier, |store| {
    let number = letter::ticket(&store, Kind::Complaint, "Spam").await;
    let (later, earlier) = (noon().plus(Duration::from_mins(1)), noon().minus(Duration::from_mins(1)));
    let old = get(&store, number).await;
    let acknowledged = ticket::Change { state: State::Acknowledged, ..ticket::Change::from(&old) };
    work!(store, w => ticket::change(&mut w, &old, acknowledged, later));
    let old = get(&store, number).await;
    assert_eq!((old.acknowledged_at, old.updated_at), (Some(later), later));
    let closed = ticket::Change { state: State::Closed, ..ticket::Change::from(&old) };
    work!(store, w => ticket::change(&mut w, &old, closed, earlier));
    let old = get(&store, number).await;
    assert_eq!((old.acknowledged_at, old.closed_at, old.updated_at), (Some(later), Some(later), later));
    let again = ticket::Change { state: State::Investigating, ..ticket::Change::from(&old) };
    work!(store, w => ticket::change(&mut w, &old, again, later));
    assert_eq!((get(&store, number).await.closed_at, get(&store, number).await.acknowledged_at), (None, Some(later)));
    work!(store, w => ticket::touch(&mut w, number, earlier));
    work!(store, w => ticket::joined(&mut w, number, earlier));
    work!(store, w => ticket::set_unreachable(&mut w, number, earlier));
    let found = get(&store, number).await;
    assert_eq!((found.updated_at, found.messages, found.unreachable), (later, 1, true));
    let much_later = later.plus(Duration::from_mins(1));
    work!(store, w => ticket::touch(&mut w, number, much_later));
    assert_eq!(get(&store, number).await.updated_at, much_later);
});

on_both!(of_two_who_change_it_the_second_is_told, |store| {
    let number = letter::ticket(&store, Kind::Complaint, "Spam").await;
    let old = get(&store, number).await;
    let change = |priority| {
        let (store, old) = (store.clone(), old.clone());
        tokio::spawn(async move {
            let mut w = store.write().await?;
            let new = ticket::Change { priority, state: State::Investigating, ..ticket::Change::from(&old) };
            ticket::change(&mut w, &old, new, noon()).await?;
            w.commit().await
        })
    };
    let (one, two) = (change(Priority::Low), change(Priority::Urgent));
    let ended = [one.await.expect("no panic"), two.await.expect("no panic")];
    assert_eq!(ended.iter().filter(|e| matches!(e, Err(StoreError::Conflict))).count(), 1, "{ended:?}");
    let found = get(&store, number).await;
    assert_eq!((found.version, found.state), (2, State::Investigating));
    assert_eq!(view!(store, v => counter::get(&mut v, "ticket.investigating")), 1, "counted once");
    // A mail that joins makes an open form old, too.
    work!(store, w => ticket::joined(&mut w, number, noon()));
    let mut w = store.write().await.expect("a work");
    let late = ticket::change(&mut w, &found, ticket::Change::from(&found), noon()).await;
    assert!(matches!(late, Err(StoreError::Conflict)));
});

on_both!(tags_are_set_as_a_whole, |store| {
    let number = letter::ticket(&store, Kind::Complaint, "Spam").await;
    let tags = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
    work!(store, w => ticket::set_tags(&mut w, number, &tags(&["web", "dkim", "web"])));
    assert_eq!(view!(store, v => ticket::tags(&mut v, number)), ["dkim", "web"]);
    work!(store, w => ticket::set_tags(&mut w, number, &tags(&["list"])));
    assert_eq!(view!(store, v => ticket::tags(&mut v, number)), ["list"]);
    work!(store, w => ticket::set_tags(&mut w, number, &[]));
    assert!(view!(store, v => ticket::tags(&mut v, number)).is_empty());
});

on_both!(links_are_seen_from_both_ends, |store| {
    let one = letter::ticket(&store, Kind::Complaint, "One").await;
    let two = letter::ticket(&store, Kind::Complaint, "Two").await;
    assert!(work!(store, w => ticket::link(&mut w, two, one, LinkKind::DuplicateOf)));
    assert!(!work!(store, w => ticket::link(&mut w, two, one, LinkKind::DuplicateOf)));
    assert!(work!(store, w => ticket::link(&mut w, one, two, LinkKind::Related)));
    move_to(&store, two, State::Investigating).await;
    let of_one = view!(store, v => ticket::links(&mut v, one));
    assert_eq!(of_one.len(), 2);
    let inward = of_one.iter().find(|l| !l.outward).expect("the one that points here");
    assert_eq!(
        (inward.kind, inward.number, inward.subject.as_str(), inward.state),
        (LinkKind::DuplicateOf, two, "Two", State::Investigating)
    );
    let outward = view!(store, v => ticket::links(&mut v, two))
        .into_iter()
        .find(|l| l.outward)
        .expect("the one that points there");
    assert_eq!((outward.kind, outward.number), (LinkKind::DuplicateOf, one));
});

on_both!(participants_are_known_by_folded_address, |store| {
    let number = letter::ticket(&store, Kind::Complaint, "Spam").await;
    work!(store, w => ticket::add_participant(&mut w, number, "zoe@example.org"));
    work!(store, w => ticket::add_participant(&mut w, number, "zoe@example.org"));
    assert_eq!(view!(store, v => ticket::participants(&mut v, number)), ["mia@example.org", "zoe@example.org"]);
    assert!(view!(store, v => ticket::takes_part(&mut v, number, "zoe@example.org")));
    assert!(!view!(store, v => ticket::takes_part(&mut v, number, "stranger@example.org")));
    let nobody = ticket::NewTicket { reporter: "", ..letter::new_ticket(Kind::Other, "By letter") };
    let number = work!(store, w => ticket::open(&mut w, &nobody));
    assert!(view!(store, v => ticket::participants(&mut v, number)).is_empty());
});

on_both!(reports_of_one_matter_find_the_open_ticket, |store| {
    let number = letter::ticket(&store, Kind::Complaint, "Spam").await;
    let about = ["192.0.2.9".to_owned(), "<one@college.test>".to_owned()];
    work!(store, w => ticket::note_matter(&mut w, "mia@example.org", &about, number, noon()));
    let of = async |reporter: &str, about: &[String], since| view!(store, v => ticket::of_matter(&mut v, reporter, about, since));
    assert_eq!(of("mia@example.org", &about[..1], noon()).await, Some(number));
    assert_eq!(of("mia@example.org", &about[1..], noon()).await, Some(number));
    assert_eq!(of("zoe@example.org", &about, noon()).await, None, "another reporter");
    assert_eq!(of("mia@example.org", &["192.0.2.10".to_owned()], noon()).await, None, "another matter");
    assert_eq!(of("mia@example.org", &[], noon()).await, None);
    assert_eq!(of("mia@example.org", &about, noon().plus(Duration::from_millis(1))).await, None, "too long ago");
    let later = noon().plus(Duration::from_hours(1));
    work!(store, w => ticket::note_matter(&mut w, "mia@example.org", &about, number, later));
    assert_eq!(of("mia@example.org", &about, later).await, Some(number), "seen again");
    move_to(&store, number, State::Closed).await;
    assert_eq!(of("mia@example.org", &about, noon()).await, None, "closed");
});
