//! Where the server showed a message, and what is still owed to the server for it.

use sqlx::QueryBuilder;

use super::{StoreResult, View, Work, on_db};
use crate::domain::{message::ServerDue, time::Moment};

/// A UID whose flag or move is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// UID under the folder's present UIDVALIDITY.
    pub uid: i64,
    /// The message.
    pub message: i64,
}

/// Notes that the server shows `message` under this UID; `false` if that was known.
///
/// # Errors
/// When the database does not answer.
pub async fn note(
    work: &mut Work,
    mailbox: i64,
    uidvalidity: i64,
    uid: i64,
    message: i64,
    due: ServerDue,
) -> StoreResult<bool> {
    Ok(note_all(work, mailbox, uidvalidity, &[(Due { uid, message }, due)]).await? == 1)
}

/// Notes a batch; gives how many of them were not known.
///
/// # Errors
/// When the database does not answer.
pub async fn note_all(work: &mut Work, mailbox: i64, uidvalidity: i64, batch: &[(Due, ServerDue)]) -> StoreResult<u64> {
    let mut noted = 0;
    for some in batch.chunks(500) {
        noted += on_db!(work, c => {
            let mut query = QueryBuilder::new("INSERT INTO sighting (mailbox_id, uidvalidity, uid, message_id, due) ");
            query.push_values(some, |mut row, (seen, due)| {
                row.push_bind(mailbox).push_bind(uidvalidity).push_bind(seen.uid).push_bind(seen.message)
                    .push_bind(due.as_str());
            });
            query.push(" ON CONFLICT (mailbox_id, uidvalidity, uid) DO NOTHING");
            query.build().persistent(false).execute(c).await.map(|done| done.rows_affected())
        })?;
    }
    Ok(noted)
}

/// Forgets what the server showed under this UIDVALIDITY: its UIDs stand for other messages now.
///
/// # Errors
/// When the database does not answer.
pub async fn forget(work: &mut Work, mailbox: i64, uidvalidity: i64) -> StoreResult<()> {
    on_db!(work, c => sqlx::query("DELETE FROM sighting WHERE mailbox_id = $1 AND uidvalidity = $2")
        .bind(mailbox).bind(uidvalidity).execute(c).await.map(drop))?;
    Ok(())
}

/// UIDs whose message is applied and whose flag or move is due by `now`, lowest first.
///
/// # Errors
/// When the database does not answer.
pub async fn due(view: &mut View, mailbox: i64, uidvalidity: i64, now: Moment, limit: i64) -> StoreResult<Vec<Due>> {
    let rows: Vec<(i64, i64)> = on_db!(view, c => sqlx::query_as(
        "SELECT sighting.uid, sighting.message_id FROM sighting JOIN message ON message.id = sighting.message_id
         WHERE sighting.mailbox_id = $1 AND sighting.uidvalidity = $2 AND sighting.due <> 'done' AND sighting.due_at <= $3
           AND message.stage IN ('applied', 'discarded')
         ORDER BY sighting.uid LIMIT $4",
    ).bind(mailbox).bind(uidvalidity).bind(now.millis()).bind(limit).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(uid, message)| Due { uid, message }).collect())
}

/// The server has done, or refused, what was due for these UIDs.
///
/// # Errors
/// When the database does not answer.
pub async fn settle(
    work: &mut Work,
    mailbox: i64,
    uidvalidity: i64,
    uids: &[i64],
    due: ServerDue,
    again_at: Moment,
) -> StoreResult<()> {
    for some in uids.chunks(500) {
        on_db!(work, c => {
            let mut query = QueryBuilder::new("UPDATE sighting SET due = ");
            query.push_bind(due.as_str()).push(", due_at = ").push_bind(again_at.millis())
                .push(" WHERE mailbox_id = ").push_bind(mailbox)
                .push(" AND uidvalidity = ").push_bind(uidvalidity).push(" AND uid IN (");
            let mut list = query.separated(", ");
            for uid in some {
                list.push_bind(*uid);
            }
            query.push(")").build().execute(c).await.map(drop)
        })?;
    }
    Ok(())
}

/// Which of the kept UIDs lie in `from..=to`, lowest first: the count check compares them with the server's.
///
/// # Errors
/// When the database does not answer.
pub async fn kept_between(
    view: &mut View,
    mailbox: i64,
    uidvalidity: i64,
    from: i64,
    to: i64,
) -> StoreResult<Vec<i64>> {
    Ok(on_db!(view, c => sqlx::query_scalar(
        "SELECT uid FROM sighting WHERE mailbox_id = $1 AND uidvalidity = $2 AND uid >= $3 AND uid <= $4 ORDER BY uid",
    ).bind(mailbox).bind(uidvalidity).bind(from).bind(to).fetch_all(c).await)?)
}

/// Where a message was last seen: (UIDVALIDITY, UID).
///
/// # Errors
/// When the database does not answer.
pub async fn of_message(view: &mut View, message: i64) -> StoreResult<Option<(i64, i64)>> {
    Ok(on_db!(view, c => sqlx::query_as(
        "SELECT uidvalidity, uid FROM sighting WHERE message_id = $1 ORDER BY uidvalidity DESC, uid DESC LIMIT 1",
    ).bind(message).fetch_optional(c).await)?)
}
