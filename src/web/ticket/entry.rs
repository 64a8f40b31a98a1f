//! One event as an entry of the timeline.

use super::{event_words, letter};
use crate::{
    desk::open::open,
    domain::{
        event::{Event, What},
        kind::Kind,
        outgoing::OutboxState,
        reading::{Attachment, Reading},
        site::Limits,
    },
    store::{self, View, message::Message, outbox::Outbound},
    web::{
        Entry, Visit, WebResult,
        line::{line, line_or, visible},
    },
};

/// Bytes of mail that one page takes apart; what is beyond is on the message's own page.
pub(super) const BUDGET: i64 = 8 << 20;
/// Attachments named in an entry.
const ATTACHMENTS: usize = 10;

/// The mails that the events of a ticket are about.
#[derive(Debug)]
pub(super) struct Mails {
    pub(super) received: Vec<Message>,
    pub(super) written: Vec<Outbound>,
    /// Bytes that may still be taken apart.
    pub(super) left: i64,
}

/// An entry; `None` for what this person may not see.
pub(super) async fn entry(
    visit: &Visit,
    view: &mut View,
    mails: &mut Mails,
    quarantine: bool,
    event: Event,
) -> WebResult<Option<Entry>> {
    let (kind, what) = event_words::words(event.what);
    let mut entry = Entry {
        id: event.id,
        kind,
        actor: event_words::actor(&event),
        what: what.to_owned(),
        at: visit.when(event.at),
        why: visible(&event.why),
        ..Entry::default()
    };
    let written = event.outbox.and_then(|id| mails.written.iter().find(|mail| mail.id == id)).cloned();
    match event.what {
        What::NoteAdded => {
            entry.why = String::new();
            entry.body = letter::runs(&visible(&event.why));
        }
        What::AcknowledgementDecided => decided(&mut entry, &event.why),
        What::ReplyQueued | What::AcknowledgementQueued => {
            if let Some(mail) = written {
                ours(view, &mut entry, &mail, event.what).await?;
            }
        }
        What::MessageReceived | What::MessageJoined | What::AutomaticReplyReceived | What::DeliveryReported => {
            let found = event.message.and_then(|id| mails.received.iter().find(|message| message.id == id)).cloned();
            // What the list did not give is a quarantine notice, or under another ticket.
            let Some(message) = found else { return Ok(None) };
            if message.kind == Kind::QuarantineNotice && !quarantine {
                return Ok(None);
            }
            theirs(view, mails, &mut entry, &message, event.what).await?;
        }
        _ => {}
    }
    Ok(Some(entry))
}

/// The decision in words; it was written as `send: complaint`.
fn decided(entry: &mut Entry, why: &str) {
    let (decision, reason) = why.split_once(": ").unwrap_or(("", why));
    let what = match decision {
        "send" => "decided to acknowledge by mail",
        "record" => "did not acknowledge by itself",
        "never" => "owes no acknowledgement",
        _ => return,
    };
    what.clone_into(&mut entry.what);
    entry.why = visible(reason);
}

/// A mail that we received.
async fn theirs(view: &mut View, mails: &mut Mails, entry: &mut Entry, message: &Message, what: What) -> WebResult<()> {
    if !message.from_name.trim().is_empty() && entry.kind == "message" {
        // Anybody can call themselves as a colleague is called.
        entry.actor = format!("{} <{}>", line(&message.from_name), line_or(&message.from_address, "no address"));
    }
    if entry.what.starts_with("wrote") {
        entry.what = format!("wrote to {}", message.mailbox_name);
    }
    // The subject of the mail that opened the ticket is the page's heading.
    if what == What::MessageReceived {
        entry.why = String::new();
    }
    entry.href = format!("/messages/{}", message.id);
    let reading: Option<Reading> = store::message::reading(view, message.id).await?;
    entry.attachments = reading.iter().flat_map(|r| &r.attachments).take(ATTACHMENTS).map(attachment).collect();
    if message.size > mails.left {
        entry.attachments.insert(0, format!("{}, shown on its own page", size(message.size.unsigned_abs())));
        return Ok(());
    }
    mails.left -= message.size;
    let bytes = store::blob::load(view, &message.sha256).await?.unwrap_or_default();
    entry.body = letter::runs(&visible(&plain(&bytes)));
    Ok(())
}

/// The text of any bytes; empty if a parser broke on them: the message has a page of its own.
fn plain(bytes: &[u8]) -> String {
    open(bytes, Limits::default()).map(|opened| opened.text).unwrap_or_default()
}

/// A mail of ours, with what became of it. What we know is what the relay said, never that it was delivered.
async fn ours(view: &mut View, entry: &mut Entry, mail: &Outbound, what: What) -> WebResult<()> {
    let (outcome, tone) = outcome(mail);
    entry.outcome = line(&outcome);
    entry.tone = tone;
    entry.what = format!("{} to {}", entry.what, line(&mail.to));
    entry.why = if what == What::ReplyQueued { line(&mail.subject) } else { String::new() };
    let bytes = store::outbox::body(view, mail.id).await?.unwrap_or_default();
    let text = plain(&bytes);
    entry.body = if what == What::ReplyQueued { letter::runs(&text) } else { letter::folded(&text) };
    Ok(())
}

fn outcome(mail: &Outbound) -> (String, &'static str) {
    match mail.state {
        OutboxState::Queued if mail.attempts > 0 => (format!("tried again soon: {}", mail.answer), "waiting"),
        OutboxState::Queued => ("waits to leave".to_owned(), "waiting"),
        OutboxState::Sending => ("is leaving".to_owned(), "waiting"),
        OutboxState::Accepted => (format!("accepted by {}", mail.relay), "done"),
        OutboxState::Refused => (format!("refused: {}", mail.answer), "late"),
        OutboxState::Uncertain => ("may or may not have left".to_owned(), "late"),
        OutboxState::Discarded => ("discarded".to_owned(), "waiting"),
    }
}

fn attachment(one: &Attachment) -> String {
    let name = if one.name.is_empty() { "without a name" } else { &one.name };
    format!("{}, {}, {}", line(name), line(&one.media_type), size(one.size))
}

/// A size as people say it.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}
