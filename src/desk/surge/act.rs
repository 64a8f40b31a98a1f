//! What follows from a look: an incident begins, is told of, ends; each with its ticket, in one transaction.

use std::{fmt::Write, time::Duration};

use jiff::tz::TimeZone;

use super::{Watch, sentence};
use crate::{
    domain::{
        event::{Actor, NewEvent, What},
        kind::Kind,
        surge::{LEARNED_DAYS, Look, Thresholds, Whom},
        ticket::{Channel, Priority, Step},
        time::Moment,
    },
    store::{self, StoreResult, View, Work, ledger::Filter, surge::Incident, ticket::NewTicket},
};

/// Name of the job in the timeline.
const JOB: &str = "surge";
/// A running incident is told of again after this time, or when it has doubled.
const TELL: Duration = Duration::from_hours(1);
/// Addresses that are named.
const NAMED: i64 = 15;

/// Carries out what a look calls for; whether anything was written. One process does this at a time: a lease's work is
/// handed in. The incident is read again in it, so that what was done since the look is not done twice.
///
/// # Errors
/// When the database does not answer, or `Conflict` if a person changed the ticket at the same moment.
pub async fn act(
    work: &mut Work,
    watch: &Watch,
    thresholds: &Thresholds,
    zone: &TimeZone,
    now: Moment,
) -> StoreResult<bool> {
    match store::surge::running(work).await? {
        None => match watch.alarm(thresholds).filter(|_| watch.running.is_none()) {
            Some(look) => begin(work, watch, &look, zone, now).await.map(|()| true),
            None => Ok(false),
        },
        Some(incident) if watch.goes_on(&incident, thresholds) => {
            go_on(work, watch, thresholds, incident, zone, now).await.map(|()| true)
        }
        Some(incident) if watch.may_be_over(&incident, now) => {
            match watch.last_unusual(&incident, thresholds) {
                Some(unusual_at) => store::surge::update(work, &Incident { unusual_at, ..incident }).await?,
                None => end(work, &incident, now).await?,
            }
            Ok(true)
        }
        Some(_) => Ok(false),
    }
}

async fn begin(work: &mut Work, watch: &Watch, look: &Look, zone: &TimeZone, now: Moment) -> StoreResult<()> {
    let subject = match look.whom {
        Whom::All => "Unusually many delivery errors",
        Whom::Known => "Unusually many delivery errors about known addresses",
    };
    let new = NewTicket {
        kind: Kind::DeliveryError,
        subject,
        priority: Priority::High,
        reporter: "",
        reporter_name: "Postdesk",
        channel: Channel::Mail,
        mailbox: None,
        now,
    };
    let ticket = store::ticket::open(work, &new).await?;
    store::surge::begin(work, ticket, look, now).await?;
    work.event(NewEvent::new(now, Actor::System(JOB), What::TicketOpened, of_look(look, zone)).ticket(ticket));
    let mut text = String::from(
        "It may be a fault of ours: review the mail server’s logs. This ticket closes by itself when the rate has been \
         normal for a day.",
    );
    if watch.rhythm.is_learning() {
        let days = watch.rhythm.days();
        let _ = write!(text, " What is usual here is known from {days} of {LEARNED_DAYS} days only.");
    }
    let _ = write!(text, "\n\n{}", affected(work, look).await?);
    note(work, ticket, text, now);
    Ok(())
}

/// The latest lines of the ledger in the window, those of known addresses if it is about them.
async fn affected(view: &mut View, look: &Look) -> StoreResult<String> {
    let filter = Filter { since: Some(look.begins_at()), known: look.whom == Whom::Known, ..Filter::default() };
    let lines = store::ledger::list(view, &filter, None, NAMED + 1).await?;
    let mut text = String::from("Addresses that failed last:");
    for line in lines.iter().take(usize::try_from(NAMED).unwrap_or(0)) {
        let (why, known) = (line.group.words().to_lowercase(), if line.known { ", known" } else { "" });
        let _ = write!(text, "\n- {} ({why}{known}), from {}", line.recipient, line.sender);
    }
    if lines.len() > usize::try_from(NAMED).unwrap_or(0) {
        text.push_str("\nand more, in the ledger.");
    }
    Ok(text)
}

async fn go_on(
    work: &mut Work,
    watch: &Watch,
    thresholds: &Thresholds,
    incident: Incident,
    zone: &TimeZone,
    now: Moment,
) -> StoreResult<()> {
    let mut new = Incident { unusual_at: now.max(incident.unusual_at), ..incident };
    let worst = crate::domain::surge::most_unusual(watch.looks.iter().copied().filter(|look| look.alarms(thresholds)));
    if let Some(look) = worst {
        if look.probability() < new.probability || look.seen > new.seen {
            (new.window, new.whom, new.seen) = (look.window, look.whom, look.seen);
            (new.expected, new.probability) = (look.expected, look.probability());
        }
        if now.since(new.told_at) >= TELL || look.seen >= 2 * new.told_seen {
            (new.told_at, new.told_seen) = (now, look.seen);
            let text = format!("It goes on. {}\n\n{}", of_look(&look, zone), affected(work, &look).await?);
            // A ticket that a person has closed is left closed, and silent.
            if store::ticket::get(work, new.ticket).await?.is_some_and(|ticket| ticket.closed_at.is_none()) {
                note(work, new.ticket, text, now);
                store::ticket::touch(work, new.ticket, now).await?;
            }
        }
    }
    store::surge::update(work, &new).await
}

async fn end(work: &mut Work, incident: &Incident, now: Moment) -> StoreResult<()> {
    store::surge::end(work, incident.id, now).await?;
    let Some(ticket) = store::ticket::get(work, incident.ticket).await? else { return Ok(()) };
    let reason = "the rate of delivery errors has been normal for a day";
    if let Ok(Some(state)) = ticket.state.after(&Step::Close(reason.to_owned())) {
        let change = store::ticket::Change { state, ..(&ticket).into() };
        store::ticket::change(work, &ticket, change, now).await?;
        let why = format!("{} → {state}: {reason}", ticket.state);
        work.event(NewEvent::new(now, Actor::System(JOB), What::StateChanged, why).ticket(ticket.number));
    }
    Ok(())
}

fn of_look(look: &Look, zone: &TimeZone) -> String {
    sentence((look.window, look.whom), look.seen, look.expected, look.probability(), (look.ends_at(), zone))
}

fn note(work: &mut Work, ticket: i64, text: String, now: Moment) {
    work.event(NewEvent::new(now, Actor::System(JOB), What::NoteAdded, text).ticket(ticket));
}
