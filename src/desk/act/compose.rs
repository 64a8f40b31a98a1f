//! A reply as it leaves, made from what a person typed.

use super::{ActError, ActResult, Composed, Draft, held, note, open::desk_mailbox, thread::thread};
use crate::{
    desk::{letterhead::Letterhead, subject_token, text},
    domain::{
        address,
        outgoing::{Outgoing, Purpose},
        ticket::Ticket,
        time::Moment,
    },
    store::{self, StoreResult, View},
};

/// Longest subject as typed, in characters: the token must still stand on the line.
const SUBJECT: usize = 200;

/// Composes under the outbox id that stands in the Message-ID.
pub(super) async fn compose(
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
