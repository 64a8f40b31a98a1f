//! `GET /api/v1/tickets`.

use axum::{Json, extract::Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    list::{Listing, key, limit, word},
    words,
};
use crate::{
    access::Reader,
    domain::ticket::Ticket,
    store::{
        search,
        ticket::{self, Filter, Key},
    },
    web::{Visit, WebResult},
};

/// Tickets that a search finds at most.
const FOUND: i64 = 1_000;

/// Which tickets.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::web) struct Asked {
    /// `new`, `acknowledged`, `investigating` or `closed`; all without it.
    #[param(schema_with = words::states, required = false)]
    state: Option<String>,
    /// A kind, such as `complaint`.
    #[param(schema_with = words::kinds, required = false)]
    kind: Option<String>,
    /// Words that stand in one message of the ticket.
    q: Option<String>,
    /// The `next` of the part before.
    after: Option<String>,
    /// Items, 50 unless said, 200 at most.
    limit: Option<i64>,
}

/// A ticket in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketLine)]
pub(in crate::web) struct Line {
    /// The number people quote.
    pub number: i64,
    /// `new`, `acknowledged`, `investigating`, `closed`.
    pub state: &'static str,
    /// What it is about.
    pub kind: &'static str,
    /// One line.
    pub subject: String,
    /// `low`, `normal`, `high`, `urgent`.
    pub priority: &'static str,
    /// The name of who works on it.
    pub owner: Option<String>,
    /// When it was opened, RFC 3339 in UTC.
    pub opened_at: String,
    /// Its latest event, RFC 3339 in UTC.
    pub updated_at: String,
}

impl From<Ticket> for Line {
    fn from(ticket: Ticket) -> Self {
        Self {
            number: ticket.number,
            state: ticket.state.as_str(),
            kind: ticket.kind.as_str(),
            subject: ticket.subject,
            priority: ticket.priority.as_str(),
            owner: ticket.owner_name,
            opened_at: ticket.opened_at.rfc3339(),
            updated_at: ticket.updated_at.rfc3339(),
        }
    }
}

/// Tickets in the order of what is owed: unacknowledged complaints first, the closed last.
#[utoipa::path(get, path = "/api/v1/tickets", tag = "tickets", params(Asked), security(("token" = [])),
    responses((status = 200, description = "A part of the list", body = Listing<Line>),
              (status = 401, description = "No token that holds"), (status = 403, description = "No right to read"),
              (status = 422, description = "A parameter cannot be used")))]
pub(in crate::web) async fn tickets(
    visit: Visit,
    _may: Reader,
    Query(asked): Query<Asked>,
) -> WebResult<Json<Listing<Line>>> {
    let limit = limit(asked.limit);
    let after = key(asked.after.as_deref())?.map(|[rank, opened_at, number]| Key { rank, opened_at, number });
    let mut filter = Filter {
        state: word("state", asked.state.as_deref())?,
        kind: word("kind", asked.kind.as_deref())?,
        closed_too: true,
        quarantine: visit.rights.authorised_postmaster().is_some(),
        ..Filter::default()
    };
    let mut view = visit.web.store.read().await?;
    if let Some(words) = asked.q.as_deref().map(str::trim).filter(|words| !words.is_empty()) {
        filter.numbers = Some(search::find(&mut view, words, FOUND).await?);
    }
    let rows = ticket::list(&mut view, &filter, after, limit + 1).await?;
    let key = |ticket: &Ticket| {
        let Key { rank, opened_at, number } = Key::of(ticket);
        vec![rank, opened_at, number]
    };
    Ok(Json(Listing::of(rows, limit, key, Line::from)))
}
