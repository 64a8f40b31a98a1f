//! Words that people put on tickets.

use unicode_normalization::UnicodeNormalization;

use super::{ActError, ActResult, held};
use crate::{
    access::Postmaster,
    domain::{event::What, time::Moment},
    store::{self, Work},
};

/// Tags of one ticket.
const TAGS: usize = 20;
/// Characters of one tag.
const CHARS: usize = 40;

/// A tag as it is kept: lower case, one form for each accent, single blanks.
pub(super) fn folded(tag: &str) -> ActResult<String> {
    let tag: String = tag.nfc().flat_map(char::to_lowercase).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let tag = tag.split_whitespace().collect::<Vec<_>>().join(" ");
    if tag.is_empty() {
        return Err(ActError::refused("add", "Write a tag."));
    }
    if tag.chars().count() > CHARS {
        return Err(ActError::refused("add", format!("A tag has {CHARS} characters at most.")));
    }
    // A tag stands in a search as tag:"…", so a quotation mark would end it.
    if tag.contains('"') {
        return Err(ActError::refused("add", "A tag cannot contain a quotation mark."));
    }
    Ok(tag)
}

/// Adds a tag; gives it as it is kept.
///
/// # Errors
/// [`ActError`]: too many or too long, somebody was first.
pub async fn add_tag(
    work: &mut Work,
    may: &Postmaster,
    (number, version): (i64, i64),
    tag: &str,
    now: Moment,
) -> ActResult<String> {
    let ticket = held::held(work, number, version).await?;
    let tag = folded(tag)?;
    let mut tags = store::ticket::tags(work, number).await?;
    if tags.contains(&tag) {
        return Ok(tag);
    }
    if tags.len() >= TAGS {
        return Err(ActError::refused("add", format!("A ticket has {TAGS} tags at most. Remove one first.")));
    }
    tags.push(tag.clone());
    store::ticket::set_tags(work, number, &tags).await?;
    held::write(work, may, &ticket, (&ticket).into(), (What::TagsChanged, format!("added {tag}")), now).await?;
    Ok(tag)
}

/// Removes a tag; nothing happens if it is not there.
///
/// # Errors
/// [`ActError`]: somebody was first.
pub async fn remove_tag(
    work: &mut Work,
    may: &Postmaster,
    (number, version): (i64, i64),
    tag: &str,
    now: Moment,
) -> ActResult<()> {
    let ticket = held::held(work, number, version).await?;
    let mut tags = store::ticket::tags(work, number).await?;
    let before = tags.len();
    tags.retain(|known| known != tag);
    if tags.len() == before {
        return Ok(());
    }
    store::ticket::set_tags(work, number, &tags).await?;
    held::write(work, may, &ticket, (&ticket).into(), (What::TagsChanged, format!("removed {tag}")), now).await
}
