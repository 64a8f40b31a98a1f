//! How tickets stand to each other.

use super::{ActError, ActResult, held};
use crate::{
    access::Postmaster,
    domain::{
        event::{NewEvent, What},
        ticket::LinkKind,
        time::Moment,
    },
    store::{self, Work},
};

/// The words of a link, as seen from the ticket that points.
const fn words(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Related => "related to",
        LinkKind::DuplicateOf => "a duplicate of",
        LinkKind::Claims => "said to belong to",
    }
}

/// Links a ticket to another. `Claims` is for arriving mail only.
///
/// # Errors
/// [`ActError`]: the other is itself or not there, somebody was first.
pub async fn link(
    work: &mut Work,
    may: &Postmaster,
    (number, version): (i64, i64),
    other: i64,
    kind: LinkKind,
    now: Moment,
) -> ActResult<()> {
    let ticket = held::held(work, number, version).await?;
    if kind == LinkKind::Claims {
        return Err(ActError::refused("kind", "Choose related or duplicate."));
    }
    if other == number {
        return Err(ActError::refused("number", "That is this ticket. Give the number of another."));
    }
    if store::ticket::get(work, other).await?.is_none() {
        return Err(ActError::refused("number", format!("There is no ticket #{other}. Look at the number again.")));
    }
    if !store::ticket::link(work, number, other, kind).await? {
        return Err(ActError::refused("number", format!("This ticket is {} #{other} already.", words(kind))));
    }
    let why = format!("{} #{other}", words(kind));
    held::write(work, may, &ticket, (&ticket).into(), (What::LinkAdded, why), now).await?;
    let back = format!("#{number} is {} this ticket", words(kind));
    work.event(NewEvent::new(now, may.actor(), What::LinkAdded, back).ticket(other));
    Ok(())
}

/// Takes a link of this ticket back, whichever of the two points.
///
/// # Errors
/// [`ActError`]: there is none, somebody was first.
pub async fn unlink(
    work: &mut Work,
    may: &Postmaster,
    (number, version): (i64, i64),
    other: i64,
    (kind, outward): (LinkKind, bool),
    now: Moment,
) -> ActResult<()> {
    let ticket = held::held(work, number, version).await?;
    if kind == LinkKind::Claims {
        return Err(ActError::refused("", "What the mail claimed when it arrived stays on record."));
    }
    let (from, to) = if outward { (number, other) } else { (other, number) };
    if !store::ticket::unlink(work, from, to, kind).await? {
        return Err(ActError::Conflict);
    }
    let why = format!("#{from} is no longer {} #{to}", words(kind));
    held::write(work, may, &ticket, (&ticket).into(), (What::LinkRemoved, why.clone()), now).await?;
    work.event(NewEvent::new(now, may.actor(), What::LinkRemoved, why).ticket(other));
    Ok(())
}
