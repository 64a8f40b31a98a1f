//! When the relay will not take the acknowledgement.

use std::time::Duration;

use postdesk::{
    domain::{event::What, outgoing::OutboxState, ticket::State},
    store::{event, outbox, ticket},
};

use super::{
    harness::{Console, Wishes, seen},
    letter,
};
use crate::world::{Database, Mood, Relay, deliver, unique, until};

async fn complain(console: &Console, from: &str) {
    let (_, mail) = letter::complaint(from, &console.address, "Spam from your network");
    deliver(from, &console.address, &mail).await;
}

async fn sent(console: &Console, state: OutboxState) -> outbox::Outbound {
    let what = format!("an outgoing mail that is {state}");
    seen!(console, &what, v => {
        outbox::list(&mut v, Some(state), i64::MAX, 10).await.expect("a list").into_iter().find(|o| state != OutboxState::Queued || o.attempts > 0)
    })
}

async fn events(console: &Console, number: i64) -> Vec<postdesk::domain::event::Event> {
    let mut v = console.store.read().await.expect("a view");
    event::of_ticket(&mut v, number, 0, 100).await.expect("events")
}

#[tokio::test]
async fn put_off_it_tries_again_under_the_same_message_id() {
    let relay = Relay::start(&[Mood::Refuse("452 4.2.2 The mailbox is full")]).await;
    let wishes = Wishes { relay: Some(relay.port), ..Wishes::default() };
    let console = Console::start_with(Database::sqlite().await, wishes).await;
    let mia = format!("{}@example.test", unique("mia"));
    complain(&console, &mia).await;
    let waiting = sent(&console, OutboxState::Queued).await;
    assert!(waiting.answer.contains("The mailbox is full"), "{}", waiting.answer);
    let number = waiting.ticket.expect("a ticket");
    assert!(events(&console, number).await.iter().any(|e| e.what == What::MailDeferred), "seen on the ticket");
    {
        let mut v = console.store.read().await.expect("a view");
        assert_eq!(
            ticket::get(&mut v, number).await.expect("read").expect("a ticket").state,
            State::New,
            "not yet acknowledged"
        );
    }
    until("the second try", Duration::from_mins(2), async || !relay.given().is_empty()).await;
    let accepted = sent(&console, OutboxState::Accepted).await;
    assert_eq!((accepted.mail_id.as_str(), accepted.attempts), (waiting.mail_id.as_str(), 2));
    let given = relay.given();
    assert_eq!((given.len(), given[0].from.as_str(), given[0].to.as_str()), (1, "", mia.as_str()));
    assert!(given[0].text.contains(&waiting.mail_id));
    let mut v = console.store.read().await.expect("a view");
    assert_eq!(ticket::get(&mut v, number).await.expect("read").expect("a ticket").state, State::Acknowledged);
}

#[tokio::test]
async fn refused_for_good_it_is_said_on_the_ticket() {
    let console = Console::start(Database::sqlite().await).await;
    complain(&console, &format!("refused@{}.test", unique("d"))).await;
    let refused = sent(&console, OutboxState::Refused).await;
    assert!(refused.answer.contains("There is no such mailbox here"), "{}", refused.answer);
    let number = refused.ticket.expect("a ticket");
    let timeline = events(&console, number).await;
    assert!(timeline.iter().any(|e| e.what == What::MailRefused && e.why.contains("no such mailbox")), "{timeline:?}");
    let mut v = console.store.read().await.expect("a view");
    let found = ticket::get(&mut v, number).await.expect("read").expect("a ticket");
    assert_eq!((found.state, found.unreachable), (State::New, true), "the complainant cannot be reached");
}

/// The world's `full@` for as long as we look: it stays queued, and nothing else waits for it.
#[tokio::test]
async fn one_that_is_put_off_does_not_hold_up_the_next() {
    let console = Console::start(Database::sqlite().await).await;
    complain(&console, &format!("full@{}.test", unique("d"))).await;
    sent(&console, OutboxState::Queued).await;
    complain(&console, &format!("{}@example.test", unique("mia"))).await;
    sent(&console, OutboxState::Accepted).await;
    sent(&console, OutboxState::Queued).await;
}

/// The connection breaks after the whole text was given: an acknowledgement goes again, under the same Message-ID.
#[tokio::test]
async fn a_broken_connection_repeats_the_same_message_id() {
    let relay = Relay::start(&[Mood::VanishAfterData]).await;
    let wishes = Wishes { relay: Some(relay.port), ..Wishes::default() };
    let console = Console::start_with(Database::sqlite().await, wishes).await;
    complain(&console, &format!("{}@example.test", unique("mia"))).await;
    until("the second try", Duration::from_mins(2), async || relay.given().len() == 2).await;
    let accepted = sent(&console, OutboxState::Accepted).await;
    assert!(relay.given().iter().all(|given| given.text.contains(&accepted.mail_id)), "{:?}", relay.given());
}
