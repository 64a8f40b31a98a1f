//! A sender who persists with the same wrong address makes one ticket, with a reply drafted (D5).

use crate::{
    domain::{
        event::{Actor, NewEvent, What},
        kind::Kind,
        persistence::Persistence,
        ticket::{Channel, Priority},
        time::Moment,
    },
    store::{self, StoreResult, Work, ticket::NewTicket},
};

/// Name of the job in the timeline.
const JOB: &str = "inbox";
/// A day.
const DAY: std::time::Duration = std::time::Duration::from_hours(24);

/// An error of a sender at an address of ours.
#[derive(Clone, Copy, Debug)]
pub struct Failed<'a> {
    /// The address.
    pub recipient: &'a str,
    /// Who wrote to it.
    pub sender: &'a str,
    /// The report.
    pub message: i64,
    /// The mailbox it came to: an answer leaves from there.
    pub mailbox: i64,
    /// When it came.
    pub at: Moment,
}

/// Counts the error, and opens the ticket if this makes the sender a persistent one. In one transaction with the error: a
/// crash leaves both or neither, and of two processes that count the same pair the second sees the first's ticket.
///
/// # Errors
/// When the database does not answer.
pub async fn note(work: &mut Work, rule: &Persistence, failed: &Failed<'_>, now: Moment) -> StoreResult<()> {
    let (recipient, sender) = (failed.recipient, failed.sender);
    let count = store::ledger::note_pair(work, recipient, sender, failed.at.secs() / 86_400, 1).await?;
    if count < rule.errors {
        return Ok(());
    }
    let first_day = now.secs() / 86_400 - rule.within_days + 1;
    let (errors, days) = store::ledger::errors_of_pair(work, recipient, sender, first_day).await?;
    if !rule.is_reached(errors, days) {
        return Ok(());
    }
    if let Some((_, closed_at)) = store::ledger::pair_ticket(work, recipient, sender).await? {
        let wait = DAY * u32::try_from(rule.within_days).unwrap_or(u32::MAX);
        if closed_at.is_none_or(|closed| now < closed.plus(wait)) {
            return Ok(());
        }
    }
    let new = NewTicket {
        kind: Kind::DeliveryError,
        subject: &format!("Keeps writing to {recipient}"),
        priority: Priority::Normal,
        reporter: sender,
        reporter_name: "",
        channel: Channel::Mail,
        mailbox: Some(failed.mailbox),
        now,
    };
    let ticket = store::ticket::open(work, &new).await?;
    store::ledger::raised(work, recipient, sender, ticket).await?;
    let words = store::search::fold(&format!("{recipient}\n{sender}"));
    store::search::index(work, -ticket, ticket, &words).await?;
    let why = format!(
        "{sender} wrote to {recipient} in vain {errors} times on {days} of the last {} days; a reply is drafted below",
        rule.within_days
    );
    let event = NewEvent::new(now, Actor::System(JOB), What::TicketOpened, why);
    work.event(event.ticket(ticket).message(failed.message));
    Ok(())
}
