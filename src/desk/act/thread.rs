//! The mail that a reply hangs on, so that the reader's program shows them together.

use crate::{
    domain::address,
    store::{self, StoreResult, View, message::Filter},
};

/// Messages of a ticket among which the one to answer is looked for.
const MESSAGES: i64 = 50;

/// The mail that a reply hangs on.
#[derive(Debug, Default)]
pub(super) struct Thread {
    pub(super) message: Option<i64>,
    pub(super) in_reply_to: Option<String>,
    pub(super) references: Vec<String>,
}

/// The last mail from this person, else the last of ours to them.
pub(super) async fn thread(view: &mut View, number: i64, to: &str) -> StoreResult<Thread> {
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
