use std::time::Duration;

use postdesk::{
    domain::{
        delivery::{Action, Acts, Delivery, Group, Reason},
        time::Moment,
    },
    store::{Store, counter, ledger},
};

use super::{on_both, view, work};
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

async fn add(store: &Store, recipient: &str, sender: &str, reason: Reason, message: i64, at: Moment) {
    work!(store, w => ledger::add(&mut w, &delivery(recipient, reason), sender, true, message, at));
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
