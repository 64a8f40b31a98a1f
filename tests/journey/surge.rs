//! Bounces that arrive at once, and one sender who persists (D4–D6): the true console, on either database.

use std::time::Duration;

use postdesk::{
    domain::{
        event::What,
        kind::Kind,
        role::Role,
        surge::Whom,
        ticket::{State, Ticket},
        time::Moment,
    },
    store::{View, counter, event, ledger, surge, ticket},
};

use super::{
    harness::{Console, Wishes, seen},
    invariant, letter, on_both,
    peer::Peer,
    visitor::Visitor,
};
use crate::world::{Database, Imap, deliver_all};

const DAY: Duration = Duration::from_hours(24);

/// Postdesk's own tickets about delivery errors.
async fn tickets(view: &mut View) -> Vec<Ticket> {
    let filter = ticket::Filter { kind: Some(Kind::DeliveryError), closed_too: true, ..ticket::Filter::default() };
    ticket::list(view, &filter, None, 50).await.expect("a list")
}

/// A console that knows `dean@` of its domain.
async fn console(database: Database, mailboxes: usize) -> Console {
    let edits = vec![("[database]".to_owned(), "directory_file = \"directory\"\n\n[database]".to_owned())];
    let console = Console::prepare(database, Wishes { mailboxes, edits, ..Wishes::default() }).await;
    let text = format!("Address,Name\nDean@{},The dean\n", console.domain);
    std::fs::write(console.file("directory"), text).expect("a directory");
    console
}

async fn bounces(console: &Console, to: &str, number: usize) {
    let dean = format!("dean@{}", console.domain);
    let mails = (0..number).map(|_| (String::new(), letter::bounce(to, &dean))).collect();
    deliver_all(to, mails).await;
}

async fn counted(console: &Console, errors: i64) {
    seen!(console, "the errors are in the ledger", v => {
        (counter::get(&mut v, "ledger.errors").await.expect("a count") == errors).then_some(())
    });
}

on_both!(d6_a_surge_opens_a_ticket_updates_it_and_closes_it_by_itself, |database| {
    let mut console = console(database, 1).await;
    console.run();
    console.ready().await;
    console.account("anna", &[Role::Reader]).await;
    bounces(&console, &console.address.clone(), 10).await;
    let ticket = seen!(console, "a fault ticket", v => tickets(&mut v).await.pop());
    assert_eq!(ticket.state, State::New);
    let mut view = console.store.read().await.expect("a view");
    let began = surge::running(&mut view).await.expect("a look").expect("an incident");
    drop(view);
    assert_eq!((began.ticket, began.whom), (ticket.number, Whom::Known));
    // From the last error's arrival to the ticket, by the console's own clock.
    assert!(ticket.opened_at.since(began.started_at) <= Duration::from_mins(11), "{ticket:?} {began:?}");

    bounces(&console, &console.address.clone(), 15).await;
    counted(&console, 25).await;
    let told = seen!(console, "it is told that it grew", v => {
        let events = event::of_ticket(&mut v, ticket.number, 0, 50).await.expect("events");
        events.into_iter().find(|event| event.what == What::NoteAdded && event.why.starts_with("It goes on."))
    });
    assert!(told.why.contains("known addresses"), "{told:?}");
    let mut anna = Visitor::signed_in(&console, "anna").await;
    let page = anna.get("/delivery-errors").await;
    assert!(page.text().contains(&format!("/tickets/{}", ticket.number)), "{}", page.text());

    console.turn_clock_by(DAY + Duration::from_mins(20));
    let closed = seen!(console, "it closes itself", v => {
        tickets(&mut v).await.into_iter().find(|ticket| ticket.state == State::Closed)
    });
    assert_eq!(closed.number, ticket.number);
    let mut view = console.store.read().await.expect("a view");
    assert_eq!(tickets(&mut view).await.len(), 1, "one incident, one ticket");
    assert_eq!(surge::running(&mut view).await.expect("a look"), None);
    let events = event::of_ticket(&mut view, ticket.number, 0, 50).await.expect("events");
    let last = events.last().expect("an event");
    assert_eq!((last.what, last.actor_sort.as_str()), (What::StateChanged, "system"));
    drop(view);
    invariant::hold_at_rest(&console).await;
});

/// An error that came at a time of the past, put into the mailbox as a server that has stood there would have it.
async fn append(imap: &mut Imap, console: &Console, to: &str, at: Moment) {
    let gone = format!("gone@{}", console.domain);
    let stamp = jiff::Timestamp::from_second(at.secs()).expect("a time").strftime("%d-%b-%Y %H:%M:%S +0000");
    imap.append(&format!("INBOX \"{stamp}\""), &letter::bounce(to, &gone)).await;
}

/// Two role mailboxes in the hands of two processes get the errors of one pair at the same time.
#[tokio::test]
async fn d5_one_pair_makes_one_ticket_though_two_processes_count_it() {
    let mut console = console(Database::postgres().await, 2).await;
    console.run();
    console.ready().await;
    let _peer = Peer::start(&console, "b").await;
    let second = format!("desk2@{}", console.domain);
    let mut first_box = Imap::sign_in(&console.address).await;
    let mut second_box = Imap::sign_in(&second).await;
    for n in 0..8 {
        let at = console.now().minus(DAY * (n % 4));
        let (one, other) = (console.address.clone(), second.clone());
        tokio::join!(append(&mut first_box, &console, &one, at), append(&mut second_box, &console, &other, at));
    }
    counted(&console, 16).await;
    let mut view = console.store.read().await.expect("a view");
    let made = tickets(&mut view).await;
    assert_eq!(made.len(), 1, "{made:?}");
    assert_eq!(made[0].reporter, "bob@college.test");
    let gone = format!("gone@{}", console.domain);
    let errors = ledger::errors_of_pair(&mut view, &gone, "bob@college.test", 0).await.expect("a count");
    assert_eq!(errors, (16, 4));
    drop(view);
    invariant::hold_at_rest(&console).await;
}

on_both!(d5_a_sender_who_persists_has_a_ticket_with_a_drafted_reply, |database| {
    let mut console = console(database, 1).await;
    console.run();
    console.ready().await;
    console.account("anna", &[Role::Postmaster]).await;
    let mut imap = Imap::sign_in(&console.address).await;
    let address = console.address.clone();
    for days in [3, 2, 2, 1] {
        append(&mut imap, &console, &address, console.now().minus(DAY * days)).await;
    }
    counted(&console, 4).await;
    let mut view = console.store.read().await.expect("a view");
    assert!(tickets(&mut view).await.is_empty(), "four are few");
    drop(view);
    append(&mut imap, &console, &address, console.now()).await;
    let ticket = seen!(console, "a ticket", v => tickets(&mut v).await.pop());
    let mut anna = Visitor::signed_in(&console, "anna").await;
    let page = anna.get(&format!("/tickets/{}", ticket.number)).await.text();
    assert!(page.contains(&format!("You have written to gone@{}", console.domain)), "{page}");
    assert!(page.contains("value=\"bob@college.test\""), "{page}");
});

/// The process that looks is killed with the ticket half written; another takes its place.
#[tokio::test]
async fn d6_a_process_killed_in_the_middle_leaves_one_ticket() {
    let mut console = console(Database::postgres().await, 1).await;
    console.run_until("surge.acting");
    console.listens().await;
    bounces(&console, &console.address.clone(), 12).await;
    console.frozen("surge.acting").await;
    let mut view = console.store.read().await.expect("a view");
    assert!(tickets(&mut view).await.is_empty(), "nothing of it is there yet");
    drop(view);
    console.kill().await;
    let _peer = Peer::start(&console, "b").await;
    seen!(console, "the other opens it", v => surge::running(&mut v).await.expect("a look"));
    console.run();
    console.ready().await;
    let mut view = console.store.read().await.expect("a view");
    assert_eq!(tickets(&mut view).await.len(), 1);
    drop(view);
    invariant::hold_at_rest(&console).await;
}
