//! What most tests of the store need first: a mailbox, a kept message, a reading, a ticket.

use postdesk::{
    domain::{
        acknowledgement::{Acknowledgement, Decision},
        arrival::{Arrival, Correspondent},
        kind::Kind,
        message::{Outcome, Stage},
        reading::Reading,
        ticket::{Channel, Priority},
    },
    store::{Store, Work, blob::Packed, mailbox, message, ticket},
};

use super::work;
use crate::world::noon;

/// A mailbox, known.
pub(crate) async fn mailbox(store: &Store) -> i64 {
    work!(store, w => mailbox::configure(&mut w, "imap.college.test", "postmaster", "INBOX", "postmaster", "postmaster@college.test"))
}

/// Bytes, kept and not read.
pub(crate) async fn kept(store: &Store, mailbox: i64, bytes: &[u8]) -> i64 {
    let packed = Packed::new(bytes).expect("packed");
    let size = packed.size;
    work!(store, w => message::keep(&mut w, mailbox, &packed, size, noon(), Stage::Kept, noon())).id()
}

/// A reading of a kind.
pub(crate) fn reading(kind: Kind, subject: &str) -> Reading {
    Reading {
        kind,
        arrival: Arrival {
            from: Correspondent { name: "Mia Example".into(), address: "Mia@Example.ORG".into() },
            subject: subject.into(),
            message_id: Some("one@example.org".into()),
            date: Some(noon()),
            ..Arrival::default()
        },
        deliveries: Vec::new(),
        returned_sender: None,
        feedback: None,
        report: None,
        matter: Vec::new(),
        evidence: Vec::new(),
        attachments: Vec::new(),
        text: String::new(),
        identity: [0; 32],
    }
}

/// A decision.
pub(crate) fn never() -> Acknowledgement {
    Acknowledgement::new(Decision::Never, "not a complaint")
}

/// A message, applied.
pub(crate) async fn applied(store: &Store, mailbox: i64, bytes: &[u8], kind: Kind, outcome: Outcome) -> i64 {
    let id = kept(store, mailbox, bytes).await;
    let (reading, acknowledgement) = (reading(kind, "Hello"), never());
    let applied = message::Applied { reading: &reading, outcome, ticket: None, acknowledgement: &acknowledgement };
    work!(store, w => message::apply(&mut w, id, Stage::Kept, &applied));
    id
}

/// A ticket about to be opened.
pub(crate) fn new_ticket(kind: Kind, subject: &str) -> ticket::NewTicket<'_> {
    ticket::NewTicket {
        kind,
        subject,
        priority: Priority::Normal,
        reporter: "mia@example.org",
        reporter_name: "Mia Example",
        channel: Channel::Mail,
        mailbox: None,
        now: noon(),
    }
}

/// A ticket, open.
pub(crate) async fn ticket(store: &Store, kind: Kind, subject: &str) -> i64 {
    work!(store, w => ticket::open(&mut w, &new_ticket(kind, subject)))
}

/// A ticket, opened in a work that is still open.
pub(crate) async fn ticket_in(work: &mut Work, kind: Kind, subject: &str) -> i64 {
    ticket::open(work, &new_ticket(kind, subject)).await.expect("a ticket")
}
