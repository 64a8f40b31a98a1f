//! One message, for who may see it.

use crate::{
    access::Rights,
    domain::{kind::Kind, message::Stage},
    store::{View, blob, message, message::Message, ticket},
    web::{WebError, WebResult},
};

/// The message. A quarantine notice is there for authorised postmasters only (D12), and so is what joined its ticket,
/// since answers quote it: for others they are not there, in the same words as any number that never was.
pub(in crate::web) async fn found(view: &mut View, rights: &Rights, id: i64) -> WebResult<Message> {
    let found = message::get(view, id).await?.ok_or(WebError::NotFound)?;
    if rights.authorised_postmaster().is_none() && is_of_quarantine(view, &found).await? {
        return Err(WebError::NotFound);
    }
    Ok(found)
}

async fn is_of_quarantine(view: &mut View, message: &Message) -> WebResult<bool> {
    if message.kind == Kind::QuarantineNotice {
        return Ok(true);
    }
    let Some(number) = message.ticket else { return Ok(false) };
    Ok(ticket::get(view, number).await?.is_some_and(|ticket| ticket.kind == Kind::QuarantineNotice))
}

/// Its kept bytes.
pub(in crate::web) async fn bytes(view: &mut View, message: &Message) -> WebResult<Vec<u8>> {
    Ok(blob::load(view, &message.sha256).await?.unwrap_or_default())
}

/// Whether only the header of it is kept, however it stands by now.
pub(super) fn is_partial(message: &Message, kept: &[u8]) -> bool {
    matches!(message.stage, Stage::TooLarge | Stage::Discarded) && usize::try_from(message.size) != Ok(kept.len())
}
