//! Hours that pass while a test waits seconds: the clock of the running process is turned.

use std::{net::TcpListener, time::Duration};

use postdesk::{domain::outgoing::OutboxState, domain::role::Role, store::outbox};

use super::{
    harness::{Console, PATIENCE, Wishes, seen},
    letter, on_both,
    visitor::Visitor,
};
use crate::world::{Database, Relay, deliver, unique, until};

const HOUR: Duration = Duration::from_hours(1);
/// A minute less than twelve hours.
const ALMOST: Duration = Duration::from_mins(719);

on_both!(the_relay_is_down_for_an_hour_and_each_mail_leaves_once, |database| {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
    let console = Console::start_with(database, Wishes { relay: Some(port), ..Wishes::default() }).await;
    let mia = format!("{}@example.test", unique("mia"));
    let (_, mail) = letter::complaint(&mia, &console.address, "Spam from your network");
    deliver(&mia, &console.address, &mail).await;
    let waiting = |least: i64| {
        let console = &console;
        async move {
            seen!(console, "a try that found nobody", v => {
                let all = outbox::list(&mut v, Some(OutboxState::Queued), i64::MAX, 10).await.expect("a list");
                all.into_iter().find(|mail| mail.attempts >= least)
            })
        }
    };
    // Half a minute, one, two … : each turn is as long as the wait it ends, an hour in all.
    let mut down = Duration::ZERO;
    let mut last = waiting(1).await;
    while down < HOUR {
        let wait = last.due_at.since(last.created_at.plus(down)) + Duration::from_secs(1);
        console.turn_clock_by(wait);
        down += wait;
        last = waiting(last.attempts + 1).await;
    }
    assert!(last.attempts >= 6, "it was tried again and again, not once an hour: {last:?}");

    let relay = Relay::start_on(port, &[]).await;
    console.turn_clock_by(HOUR);
    until("the mail arrives", PATIENCE, async || !relay.given().is_empty()).await;
    let accepted = seen!(console, "its answer is stored", v => {
        outbox::list(&mut v, Some(OutboxState::Accepted), i64::MAX, 10).await.expect("a list").pop()
    });
    console.turn_clock_by(HOUR);
    // It ends by itself only with nothing in hand: what was given by now is all that leaves.
    let mut console = console;
    console.terminate().await;
    let given = relay.given();
    assert_eq!(given.len(), 1, "{given:?}");
    assert!(given[0].text.contains(&accepted.mail_id), "{given:?}");
});

#[tokio::test]
async fn a_session_ends_after_twelve_idle_hours_and_not_before() {
    let console = Console::start(Database::sqlite().await).await;
    console.account("anna", &[Role::Postmaster]).await;
    let mut anna = Visitor::signed_in(&console, "anna").await;
    console.turn_clock_by(ALMOST);
    assert_eq!(anna.get("/").await.status, 200, "eleven hours and 59 minutes: still there");
    console.turn_clock_by(ALMOST);
    assert_eq!(anna.get("/").await.status, 200, "it was used in between");
    console.turn_clock_by(HOUR * 12 + Duration::from_mins(1));
    let answer = anna.get("/").await;
    assert_eq!((answer.status, answer.header("location")), (303, "/sign-in"), "{}", answer.text());
}
