//! Answers from outside: ours by our own Message-ID; by the subject's token only from somebody who takes part.

use postdesk::{
    domain::{message::Outcome, ticket::LinkKind},
    store::{message, ticket},
};

use super::{
    acknowledgement::received,
    harness::{Console, seen},
    letter, on_both,
};
use crate::world::{Imap, deliver, unique};

on_both!(a_reply_joins_its_ticket_and_a_forged_one_does_not, |database| {
    let console = Console::start(database).await;
    let mia = format!("{}@example.test", unique("mia"));
    let (_, mail) = letter::complaint(&mia, &console.address, "Spam from your network");
    deliver(&mia, &console.address, &mail).await;
    let mut imap = Imap::sign_in(&mia).await;
    let acknowledgement = received(&mut imap).await;
    let (ours, subject) = (acknowledgement.header("Message-ID"), acknowledgement.header("Subject"));
    let number: i64 = subject
        .split('#')
        .nth(1)
        .and_then(|rest| rest.split(']').next())
        .and_then(|n| n.parse().ok())
        .expect("a number");
    let to = console.address.as_str();
    let stranger = format!("{}@example.test", unique("eve"));

    // From another address, but with our Message-ID: it was sent to Mia, and she may write from elsewhere.
    let elsewhere = format!("{}@example.test", unique("mia-at-work"));
    deliver(&elsewhere, to, &letter::answer(&elsewhere, to, "Re: your message", Some(&ours))).await;
    // From Mia with the token alone.
    deliver(&mia, to, &letter::answer(&mia, to, &format!("Re: {subject}"), None)).await;
    // From a stranger with the token alone, with a Message-ID whose MAC is made up, and both.
    let forged = ours.replacen('.', ".AAAA", 1);
    deliver(&stranger, to, &letter::answer(&stranger, to, &format!("Re: {subject} one"), None)).await;
    deliver(&stranger, to, &letter::answer(&stranger, to, "Re: nothing", Some(&forged))).await;
    deliver(&stranger, to, &letter::answer(&stranger, to, &format!("Re: {subject} both"), Some(&forged))).await;

    let all = seen!(console, "six messages applied", v => {
        let all = message::list(&mut v, &message::Filter::default(), i64::MAX, 10).await.expect("a list");
        (all.iter().filter(|m| m.ticket.is_some()).count() == 6).then_some(all)
    });
    let (joined, opened): (Vec<_>, Vec<_>) = all.iter().partition(|m| m.ticket == Some(number));
    let mut from: Vec<&str> =
        joined.iter().filter(|m| m.outcome == Outcome::Joined).map(|m| m.from_address.as_str()).collect();
    from.sort_unstable();
    let mut wanted = [mia.as_str(), elsewhere.as_str()];
    wanted.sort_unstable();
    assert_eq!(from, wanted);
    assert_eq!(joined.len(), 3, "the complaint and two replies");
    assert!(opened.iter().all(|m| m.outcome == Outcome::Opened && m.from_address == stranger), "{opened:?}");
    let mut v = console.store.read().await.expect("a view");
    for message in opened {
        let links = ticket::links(&mut v, message.ticket.expect("a ticket")).await.expect("links");
        let claims: Vec<i64> =
            links.iter().filter(|l| l.kind == LinkKind::Claims && l.outward).map(|l| l.number).collect();
        let wanted = if message.subject.contains('#') { vec![number] } else { Vec::new() };
        assert_eq!(claims, wanted, "{}", message.subject);
    }
    assert_eq!(ticket::get(&mut v, number).await.expect("read").expect("a ticket").messages, 3);
    drop(v);
    assert_eq!(imap.messages("INBOX").await.len(), 1, "replies are not acknowledged");
});
