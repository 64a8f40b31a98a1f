use std::time::Duration;

use postdesk::{
    domain::{event::What, kind::Kind, outgoing::OutboxState, ticket::State},
    store::{event, outbox, ticket},
};

use super::{
    harness::{Console, PATIENCE, seen},
    letter, on_both,
};
use crate::world::{Imap, Mail, deliver, unique, until_some};

/// The first mail in somebody's own mailbox.
pub(super) async fn received(imap: &mut Imap) -> Mail {
    until_some("mail in the complainant's mailbox", PATIENCE, async || imap.messages("INBOX").await.into_iter().next())
        .await
}

on_both!(a_complaint_becomes_a_ticket_and_its_sender_hears_at_once, |database| {
    let console = Console::start(database).await;
    let mia = format!("{}@example.test", unique("mia"));
    let (id, mail) = letter::complaint(&mia, &console.address, "Spam from your network");
    deliver(&mia, &console.address, &mail).await;
    let mut imap = Imap::sign_in(&mia).await;
    let answer = received(&mut imap).await;

    let found = seen!(console, "the acknowledged ticket", v => {
        let all = ticket::list(&mut v, &ticket::Filter::default(), None, 10).await.expect("a list");
        assert!(all.len() < 2, "{all:?}");
        all.into_iter().next().filter(|t| t.state == State::Acknowledged)
    });
    assert_eq!((found.kind, found.reporter.as_str(), found.messages), (Kind::Complaint, mia.as_str(), 1));
    assert!(found.acknowledged_at.is_some());

    assert_eq!(answer.header("Return-Path"), "<>", "the null envelope sender");
    assert_eq!(answer.header("Auto-Submitted").split(';').next(), Some("auto-replied"));
    assert_eq!(answer.header("In-Reply-To"), format!("<{id}>"));
    assert!(
        answer.header("References").split_whitespace().any(|one| one == format!("<{id}>")),
        "{}",
        answer.header("References")
    );
    let token = format!("[{} #{}]", console.domain, found.number);
    assert!(answer.header("Subject").contains(&token), "{}", answer.header("Subject"));
    assert!(answer.header("From").contains(&console.address), "no staff name, the mailbox's address");
    assert!(!answer.text().contains("receiving spam"), "it carries nothing of the incoming message");
    assert!(!answer.header("Subject").contains("Spam from your network"), "nor its subject, which nobody proved");

    let mut v = console.store.read().await.expect("a view");
    let sent = outbox::of_ticket(&mut v, found.number).await.expect("a list");
    assert_eq!(
        sent.iter().map(|o| (o.state, o.to.as_str(), o.attempts)).collect::<Vec<_>>(),
        [(OutboxState::Accepted, mia.as_str(), 1)]
    );
    assert_eq!(answer.header("Message-ID"), format!("<{}>", sent[0].mail_id));
    let timeline = event::of_ticket(&mut v, found.number, 0, 100).await.expect("events");
    for what in [What::TicketOpened, What::AcknowledgementDecided, What::MailAccepted, What::StateChanged] {
        assert!(timeline.iter().any(|e| e.what == what), "{what} is missing in {timeline:?}");
    }
    let first = timeline.iter().map(|e| e.at).min().expect("events");
    let accepted = timeline.iter().find(|e| e.what == What::MailAccepted).expect("accepted").at;
    assert!(accepted.since(first) < Duration::from_secs(10), "within seconds: {:?}", accepted.since(first));
});

#[tokio::test]
async fn what_may_not_be_answered_is_not() {
    let console = Console::start(crate::world::Database::sqlite().await).await;
    let mia = format!("{}@example.test", unique("mia"));
    let with = |extra: &str| {
        let (_, mail) = letter::complaint(&mia, &console.address, &format!("Spam {extra}"));
        [extra.as_bytes(), b"\r\n", &mail].concat()
    };
    deliver("", &console.address, &with("X-Case: null return path")).await;
    deliver(&mia, &console.address, &with("Auto-Submitted: auto-replied")).await;
    deliver(&mia, &console.address, &with("List-Id: <list.example.test>")).await;
    let own = console.address.clone();
    let (_, from_us) = letter::complaint(&own, &own, "Spam from ourselves");
    deliver(&mia, &own, &from_us).await;
    let (_, last) = letter::complaint(&mia, &console.address, "Spam, and this one is answered");
    deliver(&mia, &console.address, &last).await;
    let mut imap = Imap::sign_in(&mia).await;
    let answer = received(&mut imap).await;
    assert!(answer.header("Auto-Submitted").starts_with("auto-replied"));
    // All five are read before anything more could leave, and exactly one mail was written.
    seen!(console, "all five applied", v => {
        let applied = postdesk::store::counter::get(&mut v, "message.stage.applied").await.expect("a count");
        (applied == 5).then_some(())
    });
    let mut v = console.store.read().await.expect("a view");
    assert_eq!(outbox::list(&mut v, None, i64::MAX, 10).await.expect("a list").len(), 1);
    for message in postdesk::store::message::list(&mut v, &postdesk::store::message::Filter::default(), i64::MAX, 10)
        .await
        .expect("a list")
    {
        let decided = message.acknowledgement.expect("a decision about each");
        assert!(!decided.reason.is_empty(), "and its reason: {decided:?}");
    }
}
