//! Answers by mail. What the preview shows is what is composed for sending, but for Message-ID and Date.

use std::time::Duration;

use super::{ActError, ActResult, held, note, open::desk_mailbox};
use crate::{
    access::Postmaster,
    desk::{letterhead::Letterhead, subject_token, text},
    domain::{
        address,
        event::{NewEvent, What},
        outgoing::{Outgoing, Purpose},
        ticket::Ticket,
        time::Moment,
    },
    store::{self, StoreResult, View, Work, message::Filter, outbox::NewOutbound},
};

/// How long a mail is tried before it is given up: what mail servers use.
const GIVE_UP: Duration = Duration::from_hours(5 * 24);
/// Longest subject as typed, in characters: the token must still stand on the line.
const SUBJECT: usize = 200;
/// Messages of a ticket among which the one to answer is looked for.
const MESSAGES: i64 = 50;

/// A reply as a person typed it.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    /// Recipient.
    pub to: &'a str,
    /// Subject; the ticket's token is added if it is not there.
    pub subject: &'a str,
    /// The words, without frame.
    pub body: &'a str,
}

/// A reply as it leaves.
#[derive(Clone, Debug)]
pub struct Composed {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The envelope's sender.
    pub envelope_from: String,
    /// What the person should think of before it leaves.
    pub warnings: Vec<String>,
    mail: Outgoing,
    purpose: Purpose,
    answers: Option<i64>,
}

/// The mail that a reply hangs on.
#[derive(Debug, Default)]
struct Thread {
    message: Option<i64>,
    in_reply_to: Option<String>,
    references: Vec<String>,
}

/// Exactly what would leave, but for Message-ID and Date. Nothing is written.
///
/// # Errors
/// [`ActError`]: a field that cannot be used, somebody was first.
pub async fn preview(
    view: &mut View,
    head: &Letterhead,
    (number, version): (i64, i64),
    draft: Draft<'_>,
    now: Moment,
) -> ActResult<Composed> {
    let ticket = held::held(view, number, version).await?;
    compose(view, head, &ticket, draft, 0, now).await
}

/// Writes the reply into the outbox and gives its id there.
///
/// # Errors
/// [`ActError`]: a field that cannot be used, somebody was first.
pub async fn reply(
    work: &mut Work,
    may: &Postmaster,
    head: &Letterhead,
    (number, version): (i64, i64),
    draft: Draft<'_>,
    now: Moment,
) -> ActResult<i64> {
    let ticket = held::held(work, number, version).await?;
    let seen = compose(work, head, &ticket, draft, 0, now).await?;
    let new = NewOutbound {
        purpose: seen.purpose,
        ticket: Some(number),
        answers: seen.answers,
        to: &seen.mail.to_address,
        subject: &seen.mail.subject,
        envelope_from: Some(&seen.envelope_from),
        author: Some(may.account_id()),
        now,
        due_at: now,
        give_up_at: now.plus(GIVE_UP),
    };
    let id = store::outbox::reserve(work, &new).await?;
    // The id is part of the Message-ID, so the bytes are made once more.
    let mail = Outgoing { message_id: head.key.write(id, head.domain()), ..seen.mail.clone() };
    let bytes = (head.compose)(&mail).map_err(|words| ActError::refused("to", words))?;
    store::outbox::fill(work, id, &mail.message_id, &bytes).await?;
    store::ticket::add_participant(work, number, &address::fold(&mail.to_address)).await?;
    store::ticket::change(work, &ticket, (&ticket).into(), now).await?;
    let why = format!("to {}: {}", mail.to_address, mail.subject);
    let mut event = NewEvent::new(now, may.actor(), What::ReplyQueued, why).ticket(number).outbox(id);
    event.message = seen.answers;
    work.event(event);
    Ok(id)
}

async fn compose(
    view: &mut View,
    head: &Letterhead,
    ticket: &Ticket,
    draft: Draft<'_>,
    id: i64,
    now: Moment,
) -> ActResult<Composed> {
    let to = draft.to.trim();
    if !(head.writable)(to) {
        return Err(ActError::refused("to", "Mail cannot be written to this address. Correct it."));
    }
    let folded = address::fold(to);
    if head.site.mailboxes.contains(&folded) {
        return Err(ActError::refused("to", "That is our own mailbox: the reply would come back as new mail."));
    }
    let subject = subject(head, ticket.number, draft.subject)?;
    let body = note::body("body", draft.body)?;
    if body.trim().is_empty() {
        return Err(ActError::refused("body", "Write something before you preview the reply."));
    }
    let envelope_from = sender(view, head, ticket.number).await?;
    let thread = thread(view, ticket.number, &folded).await?;
    let first = ticket.messages == 0 && !store::outbox::answered(view, ticket.number).await?;
    let mail = Outgoing {
        from_name: format!("Postmaster, {}", head.site.name),
        from_address: envelope_from.clone(),
        to_name: if folded == ticket.reporter { ticket.reporter_name.clone() } else { String::new() },
        to_address: to.to_owned(),
        subject,
        text: framed(view, head, ticket, &body).await?,
        message_id: head.key.write(id, head.domain()),
        date: now,
        in_reply_to: thread.in_reply_to,
        references: thread.references,
        automatic: false,
    };
    let bytes = (head.compose)(&mail).map_err(|words| ActError::refused("to", words))?;
    Ok(Composed {
        warnings: warnings(view, ticket, to, &folded).await?,
        purpose: if first { Purpose::First } else { Purpose::Reply },
        answers: thread.message,
        bytes,
        envelope_from,
        mail,
    })
}

/// The subject with this ticket's token, in front of any other ticket's: the first one counts when an answer comes.
fn subject(head: &Letterhead, number: i64, typed: &str) -> ActResult<String> {
    let typed = held::line("subject", "Subject", typed, SUBJECT)?;
    if typed.is_empty() {
        return Err(ActError::refused("subject", "Write a subject."));
    }
    let token = subject_token::write(head.domain(), number);
    Ok(match subject_token::read(head.domain(), &typed) {
        Some(known) if known == number => typed,
        Some(_) => format!("{token} {typed}"),
        None => format!("{typed} {token}"),
    })
}

/// The address of the mailbox that the ticket came to.
async fn sender(view: &mut View, head: &Letterhead, number: i64) -> StoreResult<String> {
    let id = match store::ticket::mailbox(view, number).await? {
        Some(id) => Some(id),
        None => desk_mailbox(view, head).await?,
    };
    let mailbox = match id {
        Some(id) => store::mailbox::get(view, id).await?,
        None => None,
    };
    Ok(mailbox.map_or_else(|| head.postmaster.clone(), |mailbox| mailbox.address))
}

/// The last mail from this person, else the last of ours to them.
async fn thread(view: &mut View, number: i64, to: &str) -> StoreResult<Thread> {
    let filter = Filter { ticket: Some(number), quarantine: true, ..Filter::default() };
    for message in store::message::list(view, &filter, i64::MAX, MESSAGES).await? {
        let Some(reading) = store::message::reading(view, message.id).await? else { continue };
        let arrival = reading.arrival;
        if address::fold(&arrival.from.address) == to || address::fold(&arrival.answer_to().address) == to {
            let mut references = if arrival.references.is_empty() { arrival.in_reply_to } else { arrival.references };
            references.extend(arrival.message_id.clone());
            return Ok(Thread { message: Some(message.id), in_reply_to: arrival.message_id, references });
        }
    }
    let ours = store::outbox::of_ticket(view, number).await?;
    let last = ours.into_iter().rev().find(|mail| address::fold(&mail.to) == to).map(|mail| mail.mail_id);
    Ok(Thread { message: None, references: last.iter().cloned().collect(), in_reply_to: last })
}

/// The words in the site's frame. A frame that lost its `{{text}}` must not lose the words.
async fn framed(view: &mut View, head: &Letterhead, ticket: &Ticket, body: &str) -> StoreResult<String> {
    let frame = store::template::get(view, "reply_frame").await?.map_or_else(String::new, |frame| frame.body);
    let (number, opened) = (format!("#{}", ticket.number), ticket.opened_at.rfc3339());
    let values = [
        ("text", body),
        ("ticket", number.as_str()),
        ("site", head.site.name.as_str()),
        ("postmaster", head.postmaster.as_str()),
        ("received", opened.as_str()),
        ("name", ticket.reporter_name.as_str()),
    ];
    let filled = text::fill(&frame, &values);
    Ok(if filled.contains(body) { filled } else { format!("{body}\n\n{filled}") })
}

async fn warnings(view: &mut View, ticket: &Ticket, to: &str, folded: &str) -> StoreResult<Vec<String>> {
    let mut warnings = Vec::new();
    if !store::ticket::takes_part(view, ticket.number, folded).await? {
        warnings.push(format!(
            "{to} takes no part in this ticket yet. Sending makes them part of it: their answers will join it."
        ));
    }
    if ticket.unreachable && folded == ticket.reporter {
        warnings.push("Mail to this address failed for good before.".to_owned());
    }
    Ok(warnings)
}
