//! Answers by mail. What the preview shows is what is composed for sending, but for Message-ID and Date.

use std::time::Duration;

use super::{ActError, ActResult, compose::compose, held};
use crate::{
    access::Postmaster,
    desk::letterhead::Letterhead,
    domain::{
        address,
        event::{NewEvent, What},
        outgoing::{Outgoing, Purpose},
        time::Moment,
    },
    store::{self, View, Work, outbox::NewOutbound},
};

/// How long a mail is tried before it is given up: what mail servers use.
const GIVE_UP: Duration = Duration::from_hours(5 * 24);

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
    pub(super) mail: Outgoing,
    pub(super) purpose: Purpose,
    pub(super) answers: Option<i64>,
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
