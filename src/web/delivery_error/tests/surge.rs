//! Many errors at once may be a fault (D6).

use std::time::Duration;

use super::bounce;
use crate::{
    desk::surge,
    domain::{
        event::What,
        kind::Kind,
        role::Role,
        ticket::{Priority, State, Ticket},
    },
    store::{self, event, ticket},
    web::testing::{Desk, arriving::receive},
};

const DEAN: &str = "dean@college.test";
const DAY: Duration = Duration::from_hours(24);
const MINUTE: Duration = Duration::from_mins(1);

/// One look of the job, as it looks.
async fn look(desk: &Desk) -> bool {
    let head = &desk.web.head;
    let (now, thresholds) = (desk.clock.now(), &head.delivery_errors.surge);
    let watch = {
        let mut view = desk.web.store.read().await.unwrap();
        surge::watch(&mut view, &head.zone, now).await.unwrap()
    };
    let mut work = desk.web.store.write().await.unwrap();
    let written = surge::act(&mut work, &watch, thresholds, &head.zone, now).await.unwrap();
    work.commit().await.unwrap();
    written
}

async fn tickets(desk: &Desk) -> Vec<Ticket> {
    let mut view = desk.web.store.read().await.unwrap();
    let filter = ticket::Filter { kind: Some(Kind::DeliveryError), closed_too: true, ..ticket::Filter::default() };
    let all = ticket::list(&mut view, &filter, None, 50).await.unwrap();
    all.into_iter().filter(|ticket| ticket.reporter.is_empty()).collect()
}

async fn notes(desk: &Desk, number: i64) -> Vec<String> {
    let mut view = desk.web.store.read().await.unwrap();
    let events = event::of_ticket(&mut view, number, 0, 100).await.unwrap();
    events.into_iter().filter(|event| event.what == What::NoteAdded).map(|event| event.why).collect()
}

/// A site with an error every other day for sixty days.
async fn quiet() -> Desk {
    let desk = Desk::new().await;
    for n in 0..30 {
        receive(&desk, &bounce(n, &format!("typo{n}@college.test"))).await;
        desk.clock.turn_by(DAY * 2);
        assert!(!look(&desk).await, "an error now and then is nothing");
    }
    desk
}

async fn burst(desk: &Desk, first: u32, number: u32, recipient: &str) {
    for n in first..first + number {
        receive(desk, &bounce(n, recipient)).await;
        desk.clock.turn_by(Duration::from_secs(30));
    }
}

#[tokio::test]
async fn d6_a_surge_makes_one_ticket_is_updated_and_closes_itself_after_a_normal_day() {
    let desk = quiet().await;
    desk.account("ann", &[Role::Reader]).await;
    burst(&desk, 100, 10, DEAN).await;
    assert!(look(&desk).await);
    let made = tickets(&desk).await;
    assert_eq!(made.len(), 1);
    let number = made[0].number;
    assert_eq!((made[0].state, made[0].priority), (State::New, Priority::High));
    assert_eq!(made[0].subject, "Unusually many delivery errors about known addresses");
    let first = notes(&desk, number).await;
    assert_eq!(first.len(), 1);
    assert!(first[0].contains("- dean@college.test (no such recipient, known), from bob@out.test"), "{first:?}");

    let mut ann = desk.signed_in("ann").await;
    let today = ann.get("/").await.text;
    assert!(
        today.contains("Unusually many delivery errors.") && today.contains(&format!("/tickets/{number}")),
        "{today}"
    );
    let page = ann.get("/delivery-errors").await.text;
    assert!(page.contains("at the height 10 about known addresses in 10 minutes"), "{page}");
    assert!(page.contains("10 (unusual)") && page.contains("class=\"expected\""), "{page}");
    let shown = ann.get(&format!("/tickets/{number}")).await.text;
    assert!(
        shown.contains("Delivery errors, unusually many") && shown.contains("By chance so many come in"),
        "{shown}"
    );

    assert!(look(&desk).await, "it goes on");
    assert_eq!((tickets(&desk).await.len(), notes(&desk, number).await.len()), (1, 1), "and is not told again at once");
    burst(&desk, 200, 15, DEAN).await;
    look(&desk).await;
    let told = notes(&desk, number).await;
    assert_eq!(told.len(), 2, "twice as many are told: {told:?}");
    assert!(told[1].starts_with("It goes on."), "{told:?}");
    desk.clock.turn_by(MINUTE * 61);
    burst(&desk, 300, 10, DEAN).await;
    look(&desk).await;
    assert_eq!((tickets(&desk).await.len(), notes(&desk, number).await.len()), (1, 3), "so is an hour later");

    desk.clock.turn_by(MINUTE * 1_438);
    look(&desk).await;
    assert_eq!(tickets(&desk).await[0].state, State::New, "not yet a day");
    desk.clock.turn_by(DAY);
    assert!(look(&desk).await);
    let closed = tickets(&desk).await.remove(0);
    assert_eq!(closed.state, State::Closed);
    let mut view = desk.web.store.read().await.unwrap();
    let events = event::of_ticket(&mut view, number, 0, 100).await.unwrap();
    let last = events.last().unwrap();
    assert_eq!((last.what, last.actor_sort.as_str()), (What::StateChanged, "system"));
    assert!(last.why.contains("normal for a day"), "{}", last.why);
    assert_eq!(store::surge::running(&mut view).await.unwrap(), None);
    drop(view);
    assert!(!look(&desk).await, "and it stays closed");
    let mut ann = desk.signed_in("ann").await;
    let today = ann.get("/").await.text;
    assert!(today.contains("<h1>Today") && !today.contains("Unusually many delivery errors."), "{today}");
    assert!(ann.get(&format!("/tickets/{number}")).await.text.contains("Delivery errors, normal again"));

    burst(&desk, 400, 12, DEAN).await;
    assert!(look(&desk).await);
    assert_eq!(tickets(&desk).await.len(), 2, "the next incident has its own ticket");
}

#[tokio::test]
async fn d6_few_errors_and_many_to_addresses_nobody_knows_on_a_new_site_are_no_surge() {
    let desk = quiet().await;
    burst(&desk, 100, 4, DEAN).await;
    assert!(!look(&desk).await && tickets(&desk).await.is_empty(), "four");
    let new = Desk::new().await;
    burst(&new, 100, 30, "typo@college.test").await;
    assert!(!look(&new).await && tickets(&new).await.is_empty(), "nobody knows yet what is usual there");
}

#[tokio::test]
async fn d6_a_surge_that_nobody_looked_at_is_told_of_when_somebody_looks_again() {
    let desk = quiet().await;
    burst(&desk, 100, 20, "typo@college.test").await;
    desk.clock.turn_by(Duration::from_hours(5));
    assert!(look(&desk).await, "five hours later");
    assert_eq!(tickets(&desk).await.len(), 1);
    assert!(!look(&desk).await);
    assert_eq!(tickets(&desk).await.len(), 1);
}

#[tokio::test]
async fn d6_a_person_may_close_the_ticket_and_the_incident_makes_no_second_one() {
    let desk = quiet().await;
    burst(&desk, 100, 12, DEAN).await;
    look(&desk).await;
    let old = tickets(&desk).await.remove(0);
    let mut work = desk.web.store.write().await.unwrap();
    ticket::change(&mut work, &old, ticket::Change { state: State::Closed, ..(&old).into() }, desk.clock.now())
        .await
        .unwrap();
    work.commit().await.unwrap();
    desk.clock.turn_by(MINUTE * 70);
    burst(&desk, 200, 30, DEAN).await;
    look(&desk).await;
    assert_eq!((tickets(&desk).await.len(), notes(&desk, old.number).await.len()), (1, 1));
    desk.clock.turn_by(DAY * 2);
    assert!(look(&desk).await, "the incident ends all the same");
    let mut view = desk.web.store.read().await.unwrap();
    assert_eq!(store::surge::running(&mut view).await.unwrap(), None);
}
