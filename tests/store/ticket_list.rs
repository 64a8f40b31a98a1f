use std::time::Duration;

use postdesk::{
    domain::{
        kind::Kind,
        ticket::{CLOSED_RANK, Priority, State, Ticket, rank},
    },
    store::{
        Store, counter,
        ticket::{self, Filter, Key},
    },
};

use super::{account::account, letter, on_both, view, work};
use crate::world::noon;

/// Tickets of every kind that opens one, in every state and priority, some opened at the same time.
async fn many(store: &Store) -> Vec<i64> {
    let mut numbers = Vec::new();
    let mut w = store.write().await.expect("a work");
    let kinds = Kind::ALL.iter().copied().filter(|k| k.opens_ticket());
    for kind in kinds {
        for state in State::ALL.iter().copied() {
            for (n, priority) in (0..).zip(Priority::ALL.iter().copied()) {
                let now = noon().plus(Duration::from_secs(n % 2));
                let new = ticket::NewTicket { priority, now, ..letter::new_ticket(kind, "Ticket") };
                let number = ticket::open(&mut w, &new).await.expect("opened");
                let old = ticket::get(&mut w, number).await.expect("read").expect("a ticket");
                let change = ticket::Change { state, ..ticket::Change::from(&old) };
                ticket::change(&mut w, &old, change, now).await.expect("changed");
                numbers.push(number);
            }
        }
    }
    w.commit().await.expect("a commit");
    numbers
}

async fn pages(store: &Store, filter: &Filter, limit: i64) -> Vec<Ticket> {
    let (mut after, mut all) = (None, Vec::new());
    loop {
        let page = view!(store, v => ticket::list(&mut v, filter, after, limit));
        assert!(i64::try_from(page.len()).expect("short") <= limit);
        let Some(last) = page.last() else { return all };
        after = Some(Key::of(last));
        all.extend(page);
    }
}

on_both!(what_is_owed_comes_first_and_pages_neither_skip_nor_repeat, |store| {
    let numbers = many(&store).await;
    let everything = Filter { closed_too: true, ..Filter::default() };
    for limit in [1, 7, 500] {
        let all = pages(&store, &everything, limit).await;
        assert_eq!(all.len(), numbers.len());
        let key = |t: &Ticket| (rank(t.kind, t.state, t.priority), t.opened_at.millis(), t.number);
        assert!(all.windows(2).all(|two| key(&two[0]) < key(&two[1])), "in pages of {limit}");
        assert_eq!(
            (all[0].kind.is_acknowledged(), all[0].state, all[0].priority),
            (true, State::New, Priority::Urgent)
        );
    }
    let open = pages(&store, &Filter::default(), 10).await;
    assert!(open.iter().all(|t| t.state != State::Closed && rank(t.kind, t.state, t.priority) < CLOSED_RANK));
    assert_eq!(open.len(), numbers.len() * 3 / 4);
});

on_both!(kept_counts_equal_counted_rows, |store| {
    let numbers = many(&store).await;
    // Some more life: changes of kind and state there and back.
    for number in numbers.iter().take(6) {
        crate::store::ticket::move_to(&store, *number, State::Closed).await;
        crate::store::ticket::move_to(&store, *number, State::Investigating).await;
    }
    let old = crate::store::ticket::get(&store, numbers[0]).await;
    let kind = ticket::Change { kind: Kind::Other, ..ticket::Change::from(&old) };
    work!(store, w => ticket::change(&mut w, &old, kind, noon()));
    for state in State::ALL.iter().copied() {
        let of_state = Filter { state: Some(state), ..Filter::default() };
        let counted = i64::try_from(pages(&store, &of_state, 500).await.len()).expect("short");
        assert_eq!(view!(store, v => counter::get(&mut v, &format!("ticket.{state}"))), counted, "{state}");
        for kind in Kind::ALL.iter().copied() {
            let filter = Filter { kind: Some(kind), ..of_state.clone() };
            let counted = i64::try_from(pages(&store, &filter, 500).await.len()).expect("short");
            assert_eq!(
                view!(store, v => counter::get(&mut v, &format!("ticket.{state}.{kind}"))),
                counted,
                "{state} {kind}"
            );
        }
    }
});

on_both!(filters_name_what_is_shown, |store| {
    let anna = account(&store, "anna", &[]).await;
    let one = letter::ticket(&store, Kind::Complaint, "One").await;
    let two = letter::ticket(&store, Kind::Other, "Two").await;
    let new = ticket::NewTicket { reporter: "zoe@example.org", ..letter::new_ticket(Kind::Complaint, "Three") };
    let three = work!(store, w => ticket::open(&mut w, &new));
    let old = crate::store::ticket::get(&store, two).await;
    work!(store, w => ticket::change(&mut w, &old, ticket::Change { owner: Some(anna), ..ticket::Change::from(&old) }, noon()));
    work!(store, w => ticket::set_tags(&mut w, three, &["dkim".to_owned(), "web".to_owned()]));
    work!(store, w => ticket::set_tags(&mut w, one, &["web".to_owned()]));
    let shown = async |filter: Filter| {
        let mut numbers: Vec<_> = pages(&store, &filter, 10).await.iter().map(|t| t.number).collect();
        numbers.sort_unstable();
        numbers
    };
    let all = Filter::default();
    assert_eq!(shown(all.clone()).await, [one, two, three]);
    assert_eq!(shown(Filter { kind: Some(Kind::Complaint), ..all.clone() }).await, [one, three]);
    assert_eq!(shown(Filter { owner: Some(anna), ..all.clone() }).await, [two]);
    assert_eq!(shown(Filter { unowned: true, ..all.clone() }).await, [one, three]);
    assert_eq!(shown(Filter { reporter: Some("zoe@example.org".into()), ..all.clone() }).await, [three]);
    assert_eq!(shown(Filter { tag: Some("web".into()), ..all.clone() }).await, [one, three]);
    assert_eq!(shown(Filter { tag: Some("dkim".into()), unowned: true, ..all.clone() }).await, [three]);
    assert_eq!(shown(Filter { numbers: Some(vec![two, three, 99]), ..all.clone() }).await, [two, three]);
    assert_eq!(shown(Filter { numbers: Some(Vec::new()), ..all.clone() }).await, Vec::<i64>::new());
    crate::store::ticket::move_to(&store, two, State::Closed).await;
    assert_eq!(shown(all.clone()).await, [one, three]);
    assert_eq!(shown(Filter { state: Some(State::Closed), ..all }).await, [two]);
});
