//! Machines that answer machines: each of these would go on for ever without the rule it is named after.

use std::time::Duration;

use postdesk::{
    domain::{
        acknowledgement::Decision, event::What, kind::Kind, message::Outcome, outgoing::OutboxState, role::Role,
        ticket::State,
    },
    store::{counter, event, message, outbox, ticket},
};

use super::{
    acknowledgement::received,
    cut::turning,
    harness::{Console, PATIENCE, Wishes, seen},
    invariant, letter, on_both,
    robot::Robot,
    visitor::Visitor,
};
use crate::world::{Database, Given, Imap, deliver, unique, until};

async fn count(console: &Console, name: &str) -> i64 {
    let mut v = console.store.read().await.expect("a view");
    counter::get(&mut v, name).await.expect("a count")
}

async fn applied(console: &Console, wanted: i64) {
    seen!(console, "the mail applied", v => {
        (counter::get(&mut v, "message.stage.applied").await.expect("a count") >= wanted).then_some(())
    });
}

async fn outgoing(console: &Console) -> Vec<outbox::Outbound> {
    let mut v = console.store.read().await.expect("a view");
    outbox::list(&mut v, None, i64::MAX, 1000).await.expect("a list")
}

on_both!(two_consoles_acknowledge_each_other_once_and_then_are_silent, |database| {
    let mut ours = Console::start(database).await;
    let mut theirs = Console::start(Database::sqlite().await).await;
    // Their postmaster complains to us, and ours to them.
    for (from, to) in [(&theirs, &ours), (&ours, &theirs)] {
        let (_, mail) = letter::complaint(&from.address, &to.address, "Spam from your network");
        deliver(&from.address, &to.address, &mail).await;
    }
    for console in [&ours, &theirs] {
        seen!(console, "one acknowledgement left", v => {
            (counter::get(&mut v, "outbox.accepted").await.expect("a count") == 1).then_some(())
        });
        // The complaint, and the other's acknowledgement.
        applied(console, 2).await;
    }
    for console in [&mut ours, &mut theirs] {
        console.terminate().await;
        assert_eq!(outgoing(console).await.len(), 1, "one mail each way, then silence");
        assert_eq!(count(console, "message.stage.applied").await, 2);
        let mut v = console.store.read().await.expect("a view");
        let all = message::list(&mut v, &message::Filter::default(), i64::MAX, 10).await.expect("a list");
        let answer = all.iter().find(|m| m.kind == Kind::AutomaticReply).expect("the other's acknowledgement");
        let decided = answer.acknowledgement.as_ref().expect("a decision");
        assert_eq!((decided.decision, answer.ticket), (Decision::Never, None), "{decided:?}");
    }
});

/// What a gateway makes of a mail that leaves out every mark of a robot's mail, and whose mail it is.
fn unmarked(given: &Given, from: &str) -> Vec<u8> {
    let dropped = ["auto-submitted:", "in-reply-to:", "references:", "message-id:"];
    let (head, body) = given.text.split_once("\r\n\r\n").expect("a mail");
    let lines: Vec<&str> = head
        .split("\r\n")
        .filter(|line| !line.starts_with(' ') && !dropped.iter().any(|name| line.to_lowercase().starts_with(name)))
        .collect();
    format!("{}\r\nX-From: {from}\r\n\r\n{body}", lines.join("\r\n")).into_bytes()
}

/// Every mark is lost on the way, in both directions, and the text reads like a complaint. The cap of the address ends it.
#[tokio::test]
async fn without_any_mark_the_cap_of_the_address_ends_it() {
    // Each answer of ours comes back as a new complaint of the same address.
    let to = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
    let place = std::sync::Arc::clone(&to);
    let robot = Robot::start(move |number, given| {
        let to = place.lock().expect("a place").clone();
        let (_, mail) = letter::complaint(&given.to, &to, &format!("Spam, and this is complaint {number}"));
        let own = unmarked(given, &given.to);
        Some((given.to.clone(), to, [mail, own].concat()))
    })
    .await;
    let wishes = Wishes { relay: Some(robot.relay.port), ..Wishes::default() };
    let console = Console::start_with(Database::sqlite().await, wishes).await;
    to.lock().expect("a place").clone_from(&console.address);
    let mia = format!("{}@example.test", unique("mia"));
    deliver(&mia, &console.address, &letter::complaint(&mia, &console.address, "Spam from your network").1).await;
    until("three rounds", PATIENCE, async || robot.answered() == 3).await;
    applied(&console, 4).await;
    let mut console = console;
    console.terminate().await;
    assert_eq!(robot.relay.given().len(), 3, "three a day, then silence");
    let mut v = console.store.read().await.expect("a view");
    let last = message::list(&mut v, &message::Filter::default(), i64::MAX, 1).await.expect("a list").remove(0);
    let decided = last.acknowledgement.expect("a decision");
    assert_eq!((decided.decision, decided.reason.as_str()), (Decision::Record, "cap for this address reached today"));
    assert_eq!(ticket::list(&mut v, &ticket::Filter::default(), None, 10).await.expect("a list").len(), 4, "none lost");
}

/// A robot that answers each mail from a new address under a new subject, and quotes nothing.
async fn shape_shifter(database: Database, address: fn(&str, usize) -> String) -> (Console, Robot) {
    let to = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
    let (place, name) = (std::sync::Arc::clone(&to), unique("robot"));
    let first = address(&name, 0);
    let robot = Robot::start(move |number, _| {
        let to = place.lock().expect("a place").clone();
        let from = address(&name, number + 1);
        let (_, mail) = letter::complaint(&from, &to, &format!("Spam {}", unique("about-")));
        Some((from, to, mail))
    })
    .await;
    let more = "[acknowledge]\nper_hour = 5\n";
    let wishes = Wishes { relay: Some(robot.relay.port), more, lease_seconds: 600, ..Wishes::default() };
    let console = Console::start_with(database, wishes).await;
    console.turn_to_the_hour();
    to.lock().expect("a place").clone_from(&console.address);
    deliver(&first, &console.address, &letter::complaint(&first, &console.address, "Spam").1).await;
    (console, robot)
}

on_both!(a_robot_with_ever_new_addresses_is_held_by_the_cap_of_the_hour, |database| {
    let (mut console, robot) = shape_shifter(database, |name, number| format!("{name}-{number}@example.test")).await;
    until("five rounds", PATIENCE, async || robot.answered() == 5).await;
    applied(&console, 6).await;
    let waiting = seen!(console, "the sixth waits", v => {
        outbox::list(&mut v, Some(OutboxState::Queued), i64::MAX, 10).await.expect("a list").pop()
    });
    assert!(waiting.due_at > console.now() && waiting.attempts == 0, "for the next hour: {waiting:?}");
    console.account("anna", &[Role::Postmaster]).await;
    let today = Visitor::signed_in(&console, "anna").await.get("/").await.text();
    assert!(today.contains("Caps hold acknowledgements back") && today.contains("1 wait for a later hour"), "{today}");
    console.turn_clock_by(Duration::from_hours(1));
    until("five more rounds", PATIENCE, async || robot.answered() == 10).await;
    applied(&console, 11).await;
    console.terminate().await;
    assert_eq!(robot.relay.given().len(), 10, "five an hour");
    let mut v = console.store.read().await.expect("a view");
    assert_eq!(ticket::list(&mut v, &ticket::Filter::default(), None, 100).await.expect("a list").len(), 11);
});

#[tokio::test]
async fn a_robot_with_ever_new_details_is_one_address() {
    let (mut console, robot) =
        shape_shifter(Database::sqlite().await, |name, number| format!("{name}+{number}@example.test")).await;
    until("three rounds", PATIENCE, async || robot.answered() == 3).await;
    applied(&console, 4).await;
    console.account("anna", &[Role::Postmaster]).await;
    let today = Visitor::signed_in(&console, "anna").await.get("/").await.text();
    assert!(today.contains("1 of today are not sent"), "{today}");
    console.terminate().await;
    assert_eq!(robot.relay.given().len(), 3);
}

/// A list that somebody subscribed to the mailbox: its posts, also angry ones, are nobody's to answer.
#[tokio::test]
async fn a_list_gets_no_answer_whatever_its_members_write() {
    let console = Console::start(Database::sqlite().await).await;
    let list = format!("{}@example.test", unique("list"));
    for (n, marks) in [
        format!("List-Id: <{list}>\r\nPrecedence: list\r\n"),
        format!("List-Unsubscribe: <mailto:{list}>\r\nList-Post: <mailto:{list}>\r\n"),
        format!("Precedence: list\r\nReply-To: {list}\r\n"),
        "X-Mailman-Version: 2.1.39\r\n".to_owned(),
        format!("List-Id: <{list}>\r\nAuto-Submitted: auto-generated\r\n"),
    ]
    .iter()
    .enumerate()
    {
        let member = format!("{}@example.test", unique("member"));
        let (_, mail) = letter::complaint(&member, &list, &format!("Spam, spam, spam {n}"));
        deliver(&format!("{list}-bounces"), &console.address, &[marks.as_bytes(), &mail].concat()).await;
    }
    applied(&console, 5).await;
    let mut v = console.store.read().await.expect("a view");
    let all = message::list(&mut v, &message::Filter::default(), i64::MAX, 10).await.expect("a list");
    for one in &all {
        let decided = one.acknowledgement.as_ref().expect("a decision");
        assert_ne!(decided.decision, Decision::Send, "{one:?}");
    }
    assert!(outbox::list(&mut v, None, i64::MAX, 10).await.expect("a list").is_empty());
}

fn bounce(to: &str, returned: &str) -> Vec<u8> {
    let id = unique("b");
    format!(
        "From: MAILER-DAEMON@far.test\r\nTo: <{to}>\r\nSubject: Undelivered Mail Returned to Sender\r\n\
         Message-ID: <{id}@far.test>\r\nDate: {}\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"{id}\"\r\n\r\n\
         --{id}\r\nContent-Type: text/plain\r\n\r\nYour complaint about spam could not be delivered.\r\n\
         --{id}\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; far.test\r\n\r\n\
         Final-Recipient: rfc822; gone@far.test\r\nAction: failed\r\nStatus: 5.1.1\r\n\
         Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n\
         --{id}\r\nContent-Type: message/rfc822\r\n\r\n{returned}\r\n--{id}--\r\n",
        letter::date()
    )
    .into_bytes()
}

on_both!(our_own_acknowledgement_that_comes_back_says_so_on_its_ticket_and_nothing_leaves, |database| {
    let mut console = Console::start(database).await;
    let mia = format!("{}@example.test", unique("mia"));
    deliver(&mia, &console.address, &letter::complaint(&mia, &console.address, "Spam from your network").1).await;
    let mut inbox = Imap::sign_in(&mia).await;
    let ours = received(&mut inbox).await;
    let to = console.address.clone();
    // As it should be; by a server that writes to From and with a sender; and a bounce of that bounce, twice over.
    let first = bounce(&to, &ours.text().replace('\n', "\r\n"));
    deliver("", &to, &first).await;
    deliver("mailer@far.test", &to, &bounce(&to, &ours.text().replace('\n', "\r\n"))).await;
    let second = bounce(&to, &String::from_utf8(first).expect("text"));
    deliver("", &to, &second).await;
    deliver("", &to, &bounce(&to, &String::from_utf8(second).expect("text"))).await;
    applied(&console, 5).await;
    console.terminate().await;
    let mut v = console.store.read().await.expect("a view");
    let tickets = ticket::list(&mut v, &ticket::Filter::default(), None, 10).await.expect("a list");
    assert_eq!(tickets.len(), 1, "{tickets:?}");
    let found = ticket::get(&mut v, tickets[0].number).await.expect("read").expect("a ticket");
    assert_eq!((found.state, found.unreachable), (State::Acknowledged, true), "told, and nothing re-opened");
    let events = event::of_ticket(&mut v, found.number, 0, 100).await.expect("events");
    let told = events.iter().filter(|event| event.what == What::DeliveryReported).count();
    assert!(told >= 2, "{events:?}");
    assert_eq!(outbox::list(&mut v, None, i64::MAX, 10).await.expect("a list").len(), 1, "nothing more left");
    let all = message::list(&mut v, &message::Filter::default(), i64::MAX, 10).await.expect("a list");
    assert!(all.iter().all(|m| m.kind != Kind::Complaint || m.outcome == Outcome::Opened), "{all:?}");
    drop(v);
    invariant::hold_at_rest(&console).await;
});

/// A person's reply that Postfix takes and then really returns.
#[tokio::test]
async fn a_reply_that_is_returned_flags_its_ticket() {
    let console = Console::start(Database::sqlite().await).await;
    let gone = format!("bounced@{}.test", unique("d"));
    deliver(&gone, &console.address, &letter::complaint(&gone, &console.address, "Spam from your network").1).await;
    let number = seen!(console, "acknowledged", v => {
        let all = ticket::list(&mut v, &ticket::Filter::default(), None, 10).await.expect("a list");
        all.into_iter().find(|t| t.state == State::Acknowledged).map(|t| t.number)
    });
    console.account("anna", &[Role::Postmaster]).await;
    let mut anna = Visitor::signed_in(&console, "anna").await;
    let mut fields = anna.get(&format!("/tickets/{number}")).await.hidden(&format!("/tickets/{number}/reply/preview"));
    let typed = [("to", gone.as_str()), ("subject", "Your complaint"), ("body", "We have looked into it.")];
    fields.extend(typed.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let answer = anna.post(&format!("/tickets/{number}/reply"), &fields, &[]).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    turning(&console, Duration::ZERO, "the ticket is flagged", async || {
        let mut v = console.store.read().await.expect("a view");
        ticket::get(&mut v, number).await.expect("read").filter(|t| t.unreachable).map(drop)
    })
    .await;
    assert_eq!(outgoing(&console).await.len(), 2, "the acknowledgement and the reply");
    assert_eq!(count(&console, "message.stage.applied").await, 2, "the complaint and what came back");
}
