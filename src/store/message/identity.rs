//! Which mail was known before, whatever its bytes: the same mail in two mailboxes is one matter.

use std::collections::HashSet;

use sqlx::QueryBuilder;

use super::ROWS;
use crate::store::{StoreResult, Work, on_db};

/// What was known of a mail's identity before: (message, ticket). Writes it if it is new.
///
/// # Errors
/// When the database does not answer.
pub async fn identity(work: &mut Work, identity: &[u8; 32], message: i64) -> StoreResult<Option<(i64, Option<i64>)>> {
    if new_identities(work, &[(*identity, message)]).await? == [true] {
        return Ok(None);
    }
    write_later(work).await?;
    let known: (i64, Option<i64>) = on_db!(work, c => sqlx::query_as(
        "SELECT message_id, ticket_id FROM known_identity WHERE identity = $1",
    ).bind(&identity[..]).fetch_one(c).await)?;
    Ok((known.0 != message).then_some(known))
}

/// Writes the identities of a batch that are new, each for the first message that has it; says which were.
/// Of the others [`identity`] tells more.
///
/// # Errors
/// When the database does not answer.
pub async fn new_identities(work: &mut Work, batch: &[([u8; 32], i64)]) -> StoreResult<Vec<bool>> {
    // In one order, so that two works cannot wait for each other; of equal ones the first message goes first.
    let mut sorted: Vec<_> = batch.iter().collect();
    sorted.sort_unstable();
    sorted.dedup();
    let mut new = HashSet::new();
    for some in sorted.chunks(ROWS) {
        let written: Vec<(Vec<u8>, i64)> = on_db!(work, c => {
            let mut query = QueryBuilder::new("INSERT INTO known_identity (identity, message_id) ");
            query.push_values(some, |mut row, (identity, message)| {
                row.push_bind(&identity[..]).push_bind(*message);
            });
            query.push(" ON CONFLICT (identity) DO NOTHING RETURNING identity, message_id");
            query.build_query_as().persistent(false).fetch_all(c).await
        })?;
        new.extend(written);
    }
    Ok(batch.iter().map(|(identity, message)| new.contains(&(identity.to_vec(), *message))).collect())
}

/// Says which ticket a known identity made, at the end of the work.
///
/// # Errors
/// When the database does not answer.
pub async fn identity_ticket(work: &mut Work, identity: &[u8; 32], ticket: i64) -> StoreResult<()> {
    work.later().identity_tickets.insert(*identity, ticket);
    if work.later().identity_tickets.len() > ROWS { write_later(work).await } else { Ok(()) }
}

/// Writes the tickets of identities that wait.
pub(in crate::store) async fn write_later(work: &mut Work) -> StoreResult<()> {
    let tickets: Vec<_> = std::mem::take(&mut work.later().identity_tickets).into_iter().collect();
    for some in tickets.chunks(ROWS) {
        on_db!(work, c => {
            let mut query = QueryBuilder::new("UPDATE known_identity SET ticket_id = column2 FROM (");
            query.push_values(some, |mut row, (identity, ticket)| {
                row.push_bind(&identity[..]).push_bind(*ticket);
            });
            query.push(") AS made WHERE known_identity.identity = column1");
            query.build().persistent(false).execute(c).await.map(drop)
        })?;
    }
    Ok(())
}
