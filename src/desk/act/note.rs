//! Notes for colleagues. They are never sent.

use super::{ActError, ActResult};
use crate::{
    access::Postmaster,
    domain::{
        event::{NewEvent, What},
        time::Moment,
    },
    store::{self, Work},
};

/// Longest text that a person types into the timeline or a reply, in bytes.
pub(super) const TEXT_BYTES: usize = 64 << 10;

/// Writes a note. It overwrites nothing, so it asks for no version: no note is lost because somebody was first.
///
/// # Errors
/// [`ActError`]: nothing in it, or too long.
pub async fn note(work: &mut Work, may: &Postmaster, number: i64, text: &str, now: Moment) -> ActResult<()> {
    let text = body("note", text)?;
    if text.is_empty() {
        return Err(ActError::refused("note", "Write something before you add the note."));
    }
    if store::ticket::get(work, number).await?.is_none() {
        return Err(ActError::Gone);
    }
    work.event(NewEvent::new(now, may.actor(), What::NoteAdded, text).ticket(number));
    store::ticket::touch(work, number, now).await?;
    Ok(())
}

/// A text of several lines: line ends as `\n`, no blanks at its ends, not too long.
pub(super) fn body(field: &'static str, text: &str) -> ActResult<String> {
    if text.len() > TEXT_BYTES {
        return Err(ActError::refused(field, "That is more than 64 kB. Shorten it."));
    }
    Ok(text.replace("\r\n", "\n").replace('\r', "\n").trim_end().trim_start_matches('\n').to_owned())
}
