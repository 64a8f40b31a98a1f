//! `GET /tickets/{n}`: what is this, what happened, what next?

use askama::Template;
use axum::{
    extract::Query,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{
    again::Typed,
    conflict,
    facts::{self, TicketLink},
    offer::{self, AcknowledgeOffer, StateAction},
    people::{self, Person},
    presence,
    reply_form::{self, ReplyForm},
    row::{Clock, TicketRow},
    seen,
    surge::{self, Surge},
    timeline,
};
use crate::{
    access::Reader,
    desk::act,
    domain::ticket::{LinkKind, Priority, Ticket},
    store::{self, View, ticket::Link},
    web::{
        Choice, Chrome, Entry, Errors, Page, Path, Visit, WebResult,
        evidence::{Reason, question},
        line::line,
    },
};

#[derive(Template)]
#[template(path = "tickets/show.html", blocks = ["timeline", "facts"])]
pub(crate) struct TicketShow {
    page: Chrome,
    t: TicketRow,
    may_act: bool,
    errors: Errors,
    /// Who changed what before this form arrived, else empty.
    conflict: String,
    /// Who else has it open, in words.
    here_too: Vec<String>,
    /// A ticket that the mail claims without proof, in words, else empty.
    claims: String,
    timeline: Vec<Entry>,
    /// Where older and where the newest entries are; empty if nowhere else.
    older: String,
    newest: String,
    /// The timeline's own address.
    here: String,
    clocks: Vec<(String, Clock)>,
    acknowledge: Option<AcknowledgeOffer>,
    actions: Vec<StateAction>,
    owners: Vec<Choice>,
    priorities: Vec<Choice>,
    people: Vec<Person>,
    /// The surge it is about.
    surge: Option<Surge>,
    /// `Why is this a complaint?`
    question: &'static str,
    reading: Vec<Reason>,
    /// The acknowledgement's decision and its reason, in words.
    acknowledgement: String,
    links: Vec<TicketLink>,
    earlier: Vec<TicketLink>,
    link_kinds: Vec<Choice>,
    reply: ReplyForm,
    note: String,
}

/// Part of the page, stretch of the timeline, text to begin a reply from.
#[derive(Debug, Default, Deserialize)]
pub(in crate::web) struct Wanted {
    #[serde(default)]
    fragment: String,
    #[serde(default)]
    before: Option<i64>,
    #[serde(default)]
    template: String,
}

/// The page, or a part of it.
pub(in crate::web) async fn show(
    visit: Visit,
    _may: Reader,
    Path(number): Path<i64>,
    Query(wanted): Query<Wanted>,
) -> WebResult<Response> {
    let view = page(&visit, number, &wanted, &Typed::default()).await?;
    Ok(match wanted.fragment.as_str() {
        "timeline" => Page::new(view.as_timeline()).into_response(),
        "facts" => Page::new(view.as_facts()).into_response(),
        _ => Page::new(view).into_response(),
    })
}

/// The page once more, with what was typed.
pub(super) async fn again(visit: &Visit, number: i64, typed: &Typed, status: StatusCode) -> WebResult<Response> {
    let view = page(visit, number, &Wanted::default(), typed).await?;
    Ok(Page::new(view).status(status).into_response())
}

async fn page(visit: &Visit, number: i64, wanted: &Wanted, typed: &Typed) -> WebResult<TicketShow> {
    let mut view = visit.web.store.read().await?;
    let view = &mut view;
    let ticket = seen::ticket(visit, view, number).await?;
    let may_act = visit.rights.postmaster().is_some();
    let stretch = timeline::stretch(visit, view, &ticket, wanted.before).await?;
    let read = facts::read(view, &ticket).await?;
    let linked = store::ticket::links(view, number).await?;
    let acknowledge = if may_act { offer::acknowledgement(visit, view, &ticket).await? } else { None };
    let tags = store::ticket::tags(view, number).await?;
    Ok(TicketShow {
        page: visit.chrome(view, format!("#{number} {}", line(&ticket.subject))).await?,
        t: TicketRow::of(&ticket, tags, visit),
        may_act,
        errors: typed.errors.clone(),
        conflict: conflict::words(visit, view, &ticket, typed.seen).await?,
        here_too: presence::others(view, number, visit.account.as_ref().map_or(0, |me| me.id), visit.now).await?,
        claims: claims(&linked),
        timeline: stretch.entries,
        older: stretch.older,
        newest: stretch.newest,
        here: stretch.here,
        clocks: facts::clocks(visit, &ticket),
        actions: offer::actions(&ticket, acknowledge.is_some(), typed),
        acknowledge,
        owners: owners(view, &ticket).await?,
        priorities: priorities(ticket.priority),
        people: people::people(view, &ticket).await?,
        surge: surge::surge(visit, view, &ticket).await?,
        question: question(ticket.kind),
        reply: reply_form::form(visit, view, &ticket, &read, typed, &wanted.template).await?,
        reading: read.evidence,
        acknowledgement: read.acknowledgement,
        links: facts::links(visit, linked),
        earlier: facts::earlier(visit, view, &ticket).await?,
        link_kinds: link_kinds(),
        note: typed.note.clone(),
    })
}

/// What the mail said of itself without proof.
fn claims(links: &[Link]) -> String {
    let claimed = links.iter().find(|link| link.kind == LinkKind::Claims && link.outward);
    claimed.map_or_else(String::new, |link| {
        format!(
            "This mail says it belongs to ticket #{}, but its sender takes no part in that one. So it opened a new ticket.",
            link.number
        )
    })
}

async fn owners(view: &mut View, ticket: &Ticket) -> WebResult<Vec<Choice>> {
    let choice = |value: String, label: String, selected| Choice { value, label, selected };
    let mut owners = vec![choice(String::new(), "Nobody".to_owned(), ticket.owner.is_none())];
    let possible = act::possible_owners(view).await?;
    owners.extend(possible.into_iter().map(|a| choice(a.id.to_string(), a.name, ticket.owner == Some(a.id))));
    Ok(owners)
}

/// The priorities, one of them chosen.
pub(super) fn priorities(chosen: Priority) -> Vec<Choice> {
    let choice = |one: &Priority| Choice { value: one.to_string(), label: one.to_string(), selected: *one == chosen };
    Priority::ALL.iter().map(choice).collect()
}

fn link_kinds() -> Vec<Choice> {
    let kinds = [(LinkKind::Related, "related to"), (LinkKind::DuplicateOf, "a duplicate of")];
    let choice = |(kind, label): (LinkKind, &str)| Choice {
        value: kind.to_string(),
        label: label.to_owned(),
        selected: kind == LinkKind::Related,
    };
    kinds.into_iter().map(choice).collect()
}
