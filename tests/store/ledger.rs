use std::time::Duration;

use postdesk::{
    domain::{
        delivery::{Action, Acts, Delivery, Group, Reason},
        kind::Kind,
        surge::Count,
        time::Moment,
    },
    store::{Store, counter, ledger},
};

use super::{letter, on_both, view, work};
use crate::world::noon;

pub(super) fn delivery(recipient: &str, reason: Reason) -> Delivery {
    Delivery {
        recipient: recipient.into(),
        original_recipient: None,
        action: Action::Failed,
        status: Some("5.1.1".into()),
        reply_code: Some(550),
        reason,
        group: reason.group(),
        permanent: true,
        acts: Acts::Sender,
        diagnostic: Some("550 no such user".into()),
        remote_mta: None,
    }
}

/// An error about to be added, as it came.
pub(super) fn new<'a>(delivery: &'a Delivery, sender: &'a str, message: i64, at: Moment) -> ledger::NewError<'a> {
    let served = delivery.recipient.to_lowercase().ends_with("college.test");
    ledger::NewError { delivery, sender, served, known: false, message, at, now: at }
}

async fn add(store: &Store, recipient: &str, sender: &str, reason: Reason, message: i64, at: Moment) {
    work!(store, w => ledger::add(&mut w, &new(&delivery(recipient, reason), sender, message, at)));
}

on_both!(errors_are_counted_by_recipient_sender_and_reason, |store| {
    let day = Duration::from_hours(24);
    add(&store, "Gone@College.test", "<Anna@college.test>", Reason::UserUnknown, 1, noon()).await;
    add(&store, "gone@college.test", "anna@college.test", Reason::UserUnknown, 2, noon().plus(day)).await;
    add(&store, "gone@college.test", "anna@college.test", Reason::UserUnknown, 3, noon().minus(day)).await;
    add(&store, "gone@college.test", "anna@college.test", Reason::MailboxFull, 4, noon()).await;
    add(&store, "gone@college.test", "bert@college.test", Reason::UserUnknown, 5, noon()).await;
    let all = view!(store, v => ledger::list(&mut v, &ledger::Filter::default(), None, 10));
    assert_eq!(all.len(), 3);
    let first = &all[0];
    assert_eq!((first.recipient.as_str(), first.sender.as_str()), ("gone@college.test", "anna@college.test"));
    assert_eq!((first.reason, first.group, first.acts), (Reason::UserUnknown, Group::Recipient, Acts::Sender));
    assert_eq!((first.count, first.served, first.last_message), (3, true, Some(3)));
    assert_eq!((first.first_at, first.last_at), (noon(), noon().plus(day)), "the last time never becomes earlier");
    assert_eq!((first.status.as_str(), first.diagnostic.as_str()), ("5.1.1", "550 no such user"));
    let totals = |side: &'static str| {
        let store = store.clone();
        async move {
            view!(store, v => ledger::totals(&mut v, side, None, 10))
                .into_iter()
                .map(|t| (t.address, t.count, t.others))
                .collect::<Vec<_>>()
        }
    };
    assert_eq!(totals("recipient").await, [("gone@college.test".to_owned(), 5, 3)]);
    assert_eq!(
        totals("sender").await,
        [("anna@college.test".to_owned(), 4, 2), ("bert@college.test".to_owned(), 1, 1)]
    );
    let today = noon().secs() / 86_400;
    assert_eq!(view!(store, v => ledger::days(&mut v, today - 1)), [(today - 1, 1), (today, 3), (today + 1, 1)]);
    assert_eq!(view!(store, v => ledger::days(&mut v, today)), [(today, 3), (today + 1, 1)]);
    assert_eq!(view!(store, v => counter::get(&mut v, "ledger.errors")), all.iter().map(|e| e.count).sum::<i64>());
});

on_both!(filters_name_what_is_shown, |store| {
    add(&store, "a@example.org", "anna@college.test", Reason::UserUnknown, 1, noon()).await;
    add(&store, "b@example.org", "anna@college.test", Reason::MailboxFull, 2, noon()).await;
    add(&store, "b@example.org", "bert@college.test", Reason::MailboxFull, 3, noon()).await;
    let shown = |filter: ledger::Filter| {
        let store = store.clone();
        async move { view!(store, v => ledger::list(&mut v, &filter, None, 10)).len() }
    };
    let all = ledger::Filter::default();
    assert_eq!(shown(ledger::Filter { recipient: Some("b@example.org".into()), ..all.clone() }).await, 2);
    assert_eq!(shown(ledger::Filter { sender: Some("anna@college.test".into()), ..all.clone() }).await, 2);
    assert_eq!(
        shown(ledger::Filter { group: Some(Group::Full), sender: Some("bert@college.test".into()), ..all.clone() })
            .await,
        1
    );
    assert_eq!(shown(ledger::Filter { group: Some(Group::Policy), ..all }).await, 0);
});

on_both!(pages_follow_one_another_without_gap_or_repeat, |store| {
    for n in 0..23 {
        // Many at one time, so that the id decides.
        let at = noon().plus(Duration::from_secs(n / 5));
        add(&store, &format!("r{n}@example.org"), "anna@college.test", Reason::UserUnknown, 1, at).await;
        add(&store, "x@example.org", &format!("S{}-{n}@college.test", n % 3), Reason::UserUnknown, 1, at).await;
    }
    let (mut after, mut ids) = (None, Vec::new());
    loop {
        let page = view!(store, v => ledger::list(&mut v, &ledger::Filter::default(), after, 7));
        let Some(last) = page.last() else { break };
        after = Some((last.last_at.millis(), last.id));
        ids.extend(page.iter().map(|e| (-e.last_at.millis(), -e.id)));
    }
    assert_eq!(ids.len(), 46);
    assert!(ids.is_sorted() && ids.windows(2).all(|two| two[0] != two[1]));
    let (mut after, mut senders) = (None, Vec::new());
    loop {
        let page = view!(store, v => ledger::totals(&mut v, "sender", after.clone(), 5));
        let Some(last) = page.last() else { break };
        after = Some((last.count, last.address.clone()));
        senders.extend(page.into_iter().map(|t| t.address));
    }
    assert_eq!(senders[0], "anna@college.test");
    let listed = senders.len();
    senders.sort_unstable();
    senders.dedup();
    assert_eq!((listed, senders.len()), (24, 24));
});

on_both!(concurrent_reports_are_all_counted, |store| {
    let reports: Vec<_> = (0..10)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move {
                add(&store, "gone@college.test", "anna@college.test", Reason::UserUnknown, n, noon()).await;
            })
        })
        .collect();
    for report in reports {
        report.await.expect("no panic");
    }
    let total = view!(store, v => ledger::totals(&mut v, "recipient", None, 10));
    assert_eq!(total.iter().map(|t| (t.count, t.others)).collect::<Vec<_>>(), [(10, 1)]);
});

on_both!(d6_errors_are_counted_by_the_hour_and_the_minute_and_known_ones_apart, |store| {
    let delivery = delivery("gone@college.test", Reason::UserUnknown);
    let minute = Duration::from_mins(1);
    for (n, known) in [(0, true), (1, false), (59, true), (60, false)] {
        let new = ledger::NewError { known, ..new(&delivery, "anna@college.test", 1, noon().plus(minute * n)) };
        work!(store, w => ledger::add(&mut w, &new));
    }
    let old = ledger::NewError { now: noon(), ..new(&delivery, "anna@college.test", 1, noon().minus(minute * 4_000)) };
    work!(store, w => ledger::add(&mut w, &old));
    let hour = noon().secs() / 3_600;
    let hours = view!(store, v => ledger::hours(&mut v, hour));
    assert_eq!(
        hours,
        [Count { at: hour, all: 3, known: 2 }, Count { at: hour + 1, all: 1, known: 0 }],
        "from that hour on, in the order of time"
    );
    let minutes = view!(store, v => ledger::minutes(&mut v, 0));
    assert_eq!(minutes.len(), 4, "what is older than two days is counted by the hour only: {minutes:?}");
    assert_eq!(view!(store, v => ledger::hours(&mut v, 0)).len(), 3);
    work!(store, w => ledger::forget_minutes(&mut w, hour * 60 + 59));
    assert_eq!(view!(store, v => ledger::minutes(&mut v, 0)).len(), 2);
    assert_eq!(view!(store, v => ledger::watched_since(&mut v, hour)), Some(hour));
    assert_eq!(view!(store, v => ledger::watched_since(&mut v, hour + 9)), None);
});

on_both!(d5_a_pair_is_counted_by_the_day_and_remembers_its_ticket, |store| {
    let today = noon().secs() / 86_400;
    let pair = ("Gone@college.test", "anna@example.org");
    for (day, errors) in [(today - 40, 3), (today - 2, 1), (today, 2), (today, 1)] {
        work!(store, w => ledger::note_pair(&mut w, pair.0, pair.1, day, errors));
    }
    assert_eq!(view!(store, v => ledger::errors_of_pair(&mut v, pair.0, pair.1, today - 29)), (4, 2));
    assert_eq!(view!(store, v => ledger::errors_of_pair(&mut v, pair.0, "other@example.org", 0)), (0, 0));
    assert_eq!(view!(store, v => ledger::pair_ticket(&mut v, pair.0, pair.1)), None);
    add(&store, pair.0, pair.1, Reason::UserUnknown, 1, noon()).await;
    let new = letter::new_ticket(Kind::DeliveryError, "Keeps writing");
    let number = work!(store, w => postdesk::store::ticket::open(&mut w, &new));
    work!(store, w => ledger::raised(&mut w, pair.0, pair.1, number));
    assert_eq!(view!(store, v => ledger::pair_ticket(&mut v, pair.0, pair.1)), Some((number, None)));
    let about = view!(store, v => ledger::of_ticket(&mut v, number)).expect("a pair");
    assert_eq!((about.recipient.as_str(), about.errors, about.first_at), ("gone@college.test", 1, noon()));
    assert_eq!(view!(store, v => ledger::of_ticket(&mut v, number + 1)), None);
    assert_eq!(view!(store, v => ledger::list(&mut v, &ledger::Filter::default(), None, 9))[0].ticket, Some(number));
    work!(store, w => ledger::forget_days(&mut w, today));
    assert_eq!(view!(store, v => ledger::errors_of_pair(&mut v, pair.0, pair.1, 0)), (3, 1));
});

on_both!(lines_are_found_by_domain_and_fine_reason, |store| {
    add(&store, "a@One.example", "anna@college.test", Reason::UserUnknown, 1, noon()).await;
    add(&store, "b@one.example", "anna@college.test", Reason::MailboxFull, 2, noon().plus(Duration::from_mins(5)))
        .await;
    add(&store, "c@two.example", "anna@college.test", Reason::MailboxFull, 3, noon()).await;
    let shown = |filter: ledger::Filter| {
        let store = store.clone();
        async move { view!(store, v => ledger::list(&mut v, &filter, None, 10)).len() }
    };
    let all = ledger::Filter::default();
    assert_eq!(shown(ledger::Filter { domain: Some("one.example".into()), ..all.clone() }).await, 2);
    assert_eq!(shown(ledger::Filter { reason: Some(Reason::MailboxFull), ..all.clone() }).await, 2);
    assert_eq!(shown(ledger::Filter { since: Some(noon().plus(Duration::from_mins(1))), ..all.clone() }).await, 1);
    assert_eq!(shown(ledger::Filter { known: true, ..all }).await, 0);
});

on_both!(an_error_that_is_taken_back_is_in_no_count, |store| {
    let (delivery, day) = (delivery("gone@college.test", Reason::UserUnknown), noon().secs() / 86_400);
    for known in [true, false] {
        let one = ledger::NewError { known, ..new(&delivery, "anna@college.test", 1, noon()) };
        work!(store, w => ledger::add(&mut w, &one));
        work!(store, w => ledger::note_pair(&mut w, "gone@college.test", "anna@college.test", day, 1));
    }
    work!(store, w => ledger::take_back(&mut w, &delivery, "anna@college.test", noon()));
    let one = |counts: Vec<Count>| (counts.len(), counts[0].all);
    assert_eq!(one(view!(store, v => ledger::hours(&mut v, 0))), (1, 1));
    assert_eq!(one(view!(store, v => ledger::minutes(&mut v, 0))), (1, 1));
    let pair =
        || async { view!(store, v => ledger::errors_of_pair(&mut v, "gone@college.test", "anna@college.test", 0)) };
    assert_eq!(pair().await, (1, 1));
    work!(store, w => ledger::take_back(&mut w, &delivery, "anna@college.test", noon()));
    assert_eq!(pair().await, (0, 0));
    assert_eq!(one(view!(store, v => ledger::hours(&mut v, 0))), (1, 0));
    assert!(view!(store, v => ledger::list(&mut v, &ledger::Filter::default(), None, 9)).is_empty());
    work!(store, w => ledger::take_back(&mut w, &delivery, "anna@college.test", noon()));
    assert_eq!(one(view!(store, v => ledger::hours(&mut v, 0))), (1, 0), "what is not there is not taken back");
});
