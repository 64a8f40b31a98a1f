//! `GET /api/v1/delivery-errors`.

use axum::{Json, extract::Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    list::{Listing, key, limit, word},
    words,
};
use crate::{
    access::Reader,
    domain::address,
    store::ledger::{self, Entry, Filter},
    web::{Visit, WebResult},
};

/// Which lines of the ledger.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::web) struct Asked {
    /// Of one recipient.
    recipient: Option<String>,
    /// Of one sender.
    sender: Option<String>,
    /// Of one group of reasons, such as `recipient`.
    #[param(schema_with = words::groups, required = false)]
    group: Option<String>,
    /// Of one fine reason, such as `userunknown`.
    #[param(schema_with = words::reasons, required = false)]
    reason: Option<String>,
    /// Of one domain of recipients.
    domain: Option<String>,
    /// The `next` of the part before.
    after: Option<String>,
    /// Items, 50 unless said, 200 at most.
    limit: Option<i64>,
}

/// One line of the ledger: a recipient, a sender, a reason, and how often.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LedgerLine)]
pub(in crate::web) struct Line {
    /// Its number.
    id: i64,
    /// The address that could not be reached.
    recipient: String,
    /// Who wrote to it.
    sender: String,
    /// The fine reason, such as `userunknown`.
    reason: &'static str,
    /// Its group, such as `recipient`.
    group: &'static str,
    /// Who must act: `sender`, `remote`, `us`, `nobody`.
    acts: &'static str,
    /// Whether the recipient is in a served domain.
    served: bool,
    /// Whether the recipient is known to be valid.
    known: bool,
    /// How often.
    count: i64,
    /// First time, RFC 3339 in UTC.
    first_at: String,
    /// Last time, RFC 3339 in UTC.
    last_at: String,
    /// Last enhanced status.
    status: String,
    /// The server's last words.
    diagnostic: String,
    /// The ticket that this sender's persistence made.
    ticket: Option<i64>,
}

impl From<Entry> for Line {
    fn from(entry: Entry) -> Self {
        Self {
            id: entry.id,
            recipient: entry.recipient,
            sender: entry.sender,
            reason: entry.reason.as_str(),
            group: entry.group.as_str(),
            acts: entry.acts.as_str(),
            served: entry.served,
            known: entry.known,
            count: entry.count,
            first_at: entry.first_at.rfc3339(),
            last_at: entry.last_at.rfc3339(),
            status: entry.status,
            diagnostic: entry.diagnostic,
            ticket: entry.ticket,
        }
    }
}

/// Delivery errors by recipient, sender and reason, the latest first.
#[utoipa::path(get, path = "/api/v1/delivery-errors", tag = "delivery errors", params(Asked),
    security(("token" = [])),
    responses((status = 200, description = "A part of the list", body = Listing<Line>),
              (status = 401, description = "No token that holds"), (status = 403, description = "No right to read"),
              (status = 422, description = "A parameter cannot be used")))]
pub(in crate::web) async fn delivery_errors(
    visit: Visit,
    _may: Reader,
    Query(asked): Query<Asked>,
) -> WebResult<Json<Listing<Line>>> {
    let limit = limit(asked.limit);
    let after = key(asked.after.as_deref())?.map(|[last_at, id]| (last_at, id));
    let folded = |text: Option<String>| text.filter(|text| !text.is_empty()).map(|text| address::fold(&text));
    let filter = Filter {
        recipient: folded(asked.recipient),
        sender: folded(asked.sender),
        group: word("group", asked.group.as_deref())?,
        reason: word("reason", asked.reason.as_deref())?,
        domain: folded(asked.domain),
        ..Filter::default()
    };
    let mut view = visit.web.store.read().await?;
    let rows = ledger::list(&mut view, &filter, after, limit + 1).await?;
    Ok(Json(Listing::of(rows, limit, |entry| vec![entry.last_at.millis(), entry.id], Line::from)))
}
