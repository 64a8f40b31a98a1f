//! `GET /api/v1/tickets/{number}`.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::{message::Line as MessageLine, tickets::Line};
use crate::{
    access::Reader,
    domain::{event::Event, kind::Kind},
    store::{
        event,
        message::{self, Filter},
        ticket,
    },
    web::{Path, Visit, WebError, WebResult},
};

/// Messages and events of one ticket at most.
const MOST: i64 = 1_000;

/// One thing that happened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
struct Happened {
    /// Grows with the order of what happened.
    id: i64,
    /// When, RFC 3339 in UTC.
    at: String,
    /// Who.
    actor: String,
    /// What, such as `state_changed`.
    what: &'static str,
    /// Why, or the detail in words.
    why: String,
}

impl From<Event> for Happened {
    fn from(event: Event) -> Self {
        let Event { id, at, actor, what, why, .. } = event;
        Self { id, at: at.rfc3339(), actor, what: what.as_str(), why }
    }
}

/// A ticket with its messages and its timeline.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ticket)]
pub(in crate::web) struct Whole {
    #[serde(flatten)]
    line: Line,
    /// Its messages, newest first.
    messages: Vec<MessageLine>,
    /// What happened, oldest first.
    timeline: Vec<Happened>,
}

/// One ticket, with its timeline and messages.
#[utoipa::path(get, path = "/api/v1/tickets/{number}", tag = "tickets", security(("token" = [])),
    params(("number" = i64, Path, description = "The ticket's number")),
    responses((status = 200, description = "The ticket", body = Whole),
              (status = 401, description = "No token that holds"), (status = 403, description = "No right to read"),
              (status = 404, description = "No such ticket for this token")))]
pub(in crate::web) async fn ticket(visit: Visit, _may: Reader, Path(number): Path<i64>) -> WebResult<Json<Whole>> {
    let quarantine = visit.rights.authorised_postmaster().is_some();
    let mut view = visit.web.store.read().await?;
    let ticket = ticket::get(&mut view, number).await?.filter(|t| quarantine || t.kind != Kind::QuarantineNotice);
    let ticket = ticket.ok_or(WebError::NotFound)?;
    let filter = Filter { ticket: Some(number), quarantine, ..Filter::default() };
    let messages = message::list(&mut view, &filter, i64::MAX, MOST).await?;
    let timeline = event::of_ticket(&mut view, number, 0, MOST).await?;
    Ok(Json(Whole {
        line: ticket.into(),
        messages: messages.into_iter().map(MessageLine::from).collect(),
        timeline: timeline.into_iter().map(Happened::from).collect(),
    }))
}
