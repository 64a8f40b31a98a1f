//! One ticket for a domain and a cause when something became worse: told once a day while it lasts, never repeated.

use std::time::Duration;

use crate::{
    domain::{
        event::{Actor, NewEvent, What},
        kind::Kind,
        report::worse::{self, Cause, LATELY, Worse},
        ticket::{Channel, Priority, State},
        time::Moment,
    },
    store::{self, StoreResult, Work, report::Concern, ticket::NewTicket},
};

/// Name of the job in the timeline.
const JOB: &str = "reports";
/// A cause that was quiet for so long is a new matter when it comes back; until then a closed ticket stays closed.
const QUIET: Duration = Duration::from_hours(14 * 24);
/// Reporters looked at for what is unverified.
const REPORTERS: i64 = 1_000;

/// What is looked at, and which report gave the occasion.
pub(super) struct Place<'a> {
    pub(super) domain: &'a str,
    pub(super) mailbox: i64,
    pub(super) message: i64,
}

/// Looks at a domain, and opens or goes on with a ticket for each cause.
pub(super) async fn look(work: &mut Work, place: &Place<'_>, today: i64, now: Moment) -> StoreResult<()> {
    let history = store::report::history(work, place.domain, today).await?;
    let found = worse::look(&history);
    if found.is_empty() {
        return Ok(());
    }
    let proof = proof(work, place.domain, today).await?;
    for worse in &found {
        note(work, place, worse, &proof, today, now).await?;
    }
    Ok(())
}

async fn note(
    work: &mut Work,
    place: &Place<'_>,
    worse: &Worse,
    proof: &str,
    today: i64,
    now: Moment,
) -> StoreResult<()> {
    let text = format!("{}\n\n{}\n\n{proof}", worse.words, worse.cause.advice());
    let known = store::report::concern(work, place.domain, worse.cause).await?;
    let mut concern = match known {
        Some(known) if goes_on(work, &known, now).await? => known,
        _ => {
            let ticket = open(work, place, worse.cause, &text, now).await?;
            Concern {
                domain: place.domain.to_owned(),
                cause: worse.cause,
                ticket,
                words: worse.words.clone(),
                since: now,
                noted_day: today,
                last_at: now,
            }
        }
    };
    if concern.noted_day < today && concern.words != worse.words && is_open(work, concern.ticket).await? {
        work.event(system(now, What::NoteAdded, text).ticket(concern.ticket).message(place.message));
        store::ticket::touch(work, concern.ticket, now).await?;
        concern.noted_day = today;
    }
    concern.words.clone_from(&worse.words);
    concern.last_at = concern.last_at.max(now);
    store::report::note_concern(work, &concern).await
}

/// Whether a concern is the one that is known: its ticket is open, or a person closed it and it has not been quiet since.
async fn goes_on(work: &mut Work, known: &Concern, now: Moment) -> StoreResult<bool> {
    Ok(now.since(known.last_at) < QUIET || is_open(work, known.ticket).await?)
}

async fn is_open(work: &mut Work, ticket: i64) -> StoreResult<bool> {
    Ok(store::ticket::get(work, ticket).await?.is_some_and(|ticket| ticket.state != State::Closed))
}

async fn open(work: &mut Work, place: &Place<'_>, cause: Cause, text: &str, now: Moment) -> StoreResult<i64> {
    let subject = format!("{}: {}", cause.words(), place.domain);
    let new = NewTicket {
        kind: Kind::Report,
        subject: &subject,
        priority: Priority::Normal,
        reporter: "",
        reporter_name: "",
        channel: Channel::Mail,
        mailbox: Some(place.mailbox),
        now,
    };
    let ticket = store::ticket::open(work, &new).await?;
    let words = format!("{subject}\n{text}");
    store::search::index(work, -ticket, ticket, &store::search::fold(&words)).await?;
    let why = format!("{}; see the page of the domain", Kind::Report.words());
    work.event(system(now, What::TicketOpened, why).ticket(ticket).message(place.message));
    work.event(system(now, What::NoteAdded, text).ticket(ticket).message(place.message));
    Ok(ticket)
}

/// How many of the last days' reports are known to come from whom they say.
async fn proof(work: &mut Work, domain: &str, today: i64) -> StoreResult<String> {
    let reporters = store::report::reporters(work, domain, today - LATELY + 1, REPORTERS).await?;
    let (all, verified) = reporters.iter().fold((0, 0), |(all, verified), r| (all + r.reports, verified + r.verified));
    Ok(format!("{verified} of the {all} reports of these days are verified; anybody can write the others."))
}

fn system(now: Moment, what: What, why: impl Into<String>) -> NewEvent {
    NewEvent::new(now, Actor::System(JOB), what, why)
}
