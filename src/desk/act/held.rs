//! The ticket as the person saw it, and the event that says what they did.

use super::{ActError, ActResult};
use crate::{
    access::Postmaster,
    domain::{
        event::{NewEvent, What},
        ticket::Ticket,
        time::Moment,
    },
    store::{self, View, Work, ticket::Change},
};

/// Longest reason, in characters.
const REASON: usize = 2_000;

/// The ticket, if it still is at the version that the person saw.
pub(super) async fn held(view: &mut View, number: i64, version: i64) -> ActResult<Ticket> {
    let ticket = store::ticket::get(view, number).await?.ok_or(ActError::Gone)?;
    if ticket.version == version { Ok(ticket) } else { Err(ActError::Conflict) }
}

/// Writes a change, with its event. The version grows in any case, so that two acts made from one page cannot both pass.
pub(super) async fn write(
    work: &mut Work,
    may: &Postmaster,
    ticket: &Ticket,
    change: Change,
    (what, why): (What, String),
    now: Moment,
) -> ActResult<()> {
    store::ticket::change(work, ticket, change, now).await?;
    work.event(NewEvent::new(now, may.actor(), what, why).ticket(ticket.number));
    Ok(())
}

/// A reason as it is kept: trimmed, and not endless.
pub(super) fn reason(text: &str) -> ActResult<String> {
    let text = text.trim();
    if text.chars().count() > REASON {
        return Err(ActError::refused("reason", format!("Shorten the reason to {REASON} characters.")));
    }
    Ok(text.to_owned())
}

/// One line of text typed by a person, at most `longest` characters; blanks and line ends become single blanks.
pub(super) fn line(field: &'static str, label: &str, text: &str, longest: usize) -> ActResult<String> {
    let flat: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let flat = flat.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.chars().count() > longest {
        return Err(ActError::refused(field, format!("{label}: {longest} characters at most.")));
    }
    Ok(flat)
}
