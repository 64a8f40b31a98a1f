//! A sender who persists with a wrong address (D5).

use std::time::Duration;

use axum::http::StatusCode;

use super::bounce;
use crate::{
    desk::{rhythm, text::SEEDS},
    domain::{
        event::What,
        kind::Kind,
        outgoing::OutboxState,
        role::Role,
        ticket::{State, Ticket},
        time::Moment,
    },
    store::{self, event, ledger, outbox, setting, template, ticket},
    web::testing::{Desk, arriving::receive},
};

const DAY: Duration = Duration::from_hours(24);

async fn tickets(desk: &Desk) -> Vec<Ticket> {
    let mut view = desk.web.store.read().await.unwrap();
    let filter = ticket::Filter { kind: Some(Kind::DeliveryError), closed_too: true, ..ticket::Filter::default() };
    let mut found = ticket::list(&mut view, &filter, None, 50).await.unwrap();
    found.sort_by_key(|ticket| ticket.number);
    found
}

/// Errors of bob about an address on successive days.
async fn fails(desk: &Desk, recipient: &str, a_day: &[u32], first: u32) {
    let mut n = first;
    for errors in a_day {
        for _ in 0..*errors {
            receive(desk, &bounce(n, recipient)).await;
            n += 1;
        }
        desk.clock.turn_by(DAY);
    }
}

async fn close(desk: &Desk, number: i64, at: Moment) {
    let mut work = desk.web.store.write().await.unwrap();
    let old = ticket::get(&mut work, number).await.unwrap().unwrap();
    let closed = ticket::Change { state: State::Closed, ..(&old).into() };
    ticket::change(&mut work, &old, closed, at).await.unwrap();
    work.commit().await.unwrap();
}

#[tokio::test]
async fn d5_five_errors_on_three_days_make_one_ticket_with_a_reply_drafted_and_nothing_leaves() {
    let desk = Desk::new().await;
    desk.account("ann", &[Role::Postmaster]).await;
    let mut work = desk.web.store.write().await.unwrap();
    for (name, body) in SEEDS {
        template::save(&mut work, name, 0, body, "installed", desk.clock.now()).await.unwrap();
    }
    work.commit().await.unwrap();
    fails(&desk, "gone@college.test", &[2, 2], 0).await;
    fails(&desk, "other@college.test", &[9], 10).await;
    fails(&desk, "far@elsewhere.test", &[2, 2, 2], 20).await;
    assert!(tickets(&desk).await.is_empty(), "four; a bad day; somebody else's address");
    receive(&desk, &bounce(4, "Gone@College.test")).await;
    let made = tickets(&desk).await;
    assert_eq!(made.len(), 1);
    assert_eq!((made[0].reporter.as_str(), made[0].state), ("bob@out.test", State::New));
    assert_eq!(made[0].subject, "Keeps writing to gone@college.test");
    fails(&desk, "gone@college.test", &[5, 5, 5], 30).await;
    assert_eq!(tickets(&desk).await.len(), 1, "one ticket, however long it goes on");

    let number = made[0].number;
    let mut ann = desk.signed_in("ann").await;
    let page = ann.get(&format!("/tickets/{number}")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("You have written to gone@college.test"), "the draft is in the form: {}", page.text);
    assert!(page.text.contains("value=\"bob@out.test\"") && page.text.contains("happened 20 times"), "{}", page.text);
    assert!(page.text.contains("5 times on 3 of the last 30 days"), "{}", page.text);
    let empty = ann.get(&format!("/tickets/{number}?template=closing.en")).await.text;
    assert!(!empty.contains("You have written to"), "another text can be chosen");
    let lines = ann.get("/delivery-errors?sender=bob%40out.test").await.text;
    assert!(lines.contains(&format!("href=\"/tickets/{number}\"")), "{lines}");
    let mut view = desk.web.store.read().await.unwrap();
    for state in OutboxState::ALL {
        assert!(
            outbox::list(&mut view, Some(*state), i64::MAX, 9).await.unwrap().is_empty(),
            "nothing leaves by itself"
        );
    }
    let events = event::of_ticket(&mut view, number, 0, 50).await.unwrap();
    assert!(events.iter().any(|event| event.what == What::TicketOpened && event.message.is_some()), "{events:?}");
}

#[tokio::test]
async fn d5_a_pair_makes_another_ticket_only_when_the_first_was_closed_for_thirty_days() {
    let desk = Desk::new().await;
    fails(&desk, "gone@college.test", &[2, 2, 1], 0).await;
    let first = tickets(&desk).await[0].number;
    close(&desk, first, desk.clock.now()).await;
    fails(&desk, "gone@college.test", &[2; 29], 10).await;
    assert_eq!(tickets(&desk).await.len(), 1, "29 days");
    desk.clock.turn_by(DAY);
    receive(&desk, &bounce(100, "gone@college.test")).await;
    let both = tickets(&desk).await;
    assert_eq!(both.len(), 2);
    fails(&desk, "gone@college.test", &[2, 2], 110).await;
    assert_eq!(tickets(&desk).await.len(), 2);
    let mut view = desk.web.store.read().await.unwrap();
    let held = ledger::pair_ticket(&mut view, "gone@college.test", "bob@out.test").await.unwrap();
    assert_eq!(held, Some((both[1].number, None)));
}

#[tokio::test]
async fn what_was_in_the_ledger_before_is_counted_once() {
    let desk = Desk::new().await;
    fails(&desk, "gone@college.test", &[2, 1], 0).await;
    let now = desk.clock.now();
    let (hours, pair) = {
        let mut view = desk.web.store.read().await.unwrap();
        let pair = ledger::errors_of_pair(&mut view, "gone@college.test", "bob@out.test", 0).await.unwrap();
        (ledger::hours(&mut view, 0).await.unwrap(), pair)
    };
    assert_eq!((hours.len(), pair), (2, (3, 2)));
    // What was added as it came is there once; what is counted from the messages comes to the same.
    for _ in 0..3 {
        let mut work = desk.web.store.write().await.unwrap();
        rhythm::count(&mut work, &desk.web.head.site, now).await.unwrap();
        work.commit().await.unwrap();
    }
    let mut view = desk.web.store.read().await.unwrap();
    let twice = ledger::hours(&mut view, 0).await.unwrap();
    let expected: Vec<_> = hours.iter().map(|hour| (hour.at, hour.all * 2)).collect();
    assert_eq!(twice.iter().map(|hour| (hour.at, hour.all)).collect::<Vec<_>>(), expected);
    let pair = ledger::errors_of_pair(&mut view, "gone@college.test", "bob@out.test", 0).await.unwrap();
    assert_eq!(pair, (6, 2));
    assert!(setting::get(&mut view, "ledger_counted").await.unwrap().is_some());
    assert_eq!(store::counter::get(&mut view, "ledger.errors").await.unwrap(), 3, "the ledger itself is left alone");
}
