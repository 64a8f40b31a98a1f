//! `GET /api/v1/messages`.

use axum::{Json, extract::Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    list::{Listing, key, limit, word},
    words,
};
use crate::{
    access::Reader,
    domain::acknowledgement::Acknowledgement,
    store::{
        mailbox,
        message::{self, Filter, Message},
    },
    web::{Visit, WebError, WebResult},
};

/// Which messages.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::web) struct Asked {
    /// A mailbox, by its name in the configuration.
    mailbox: Option<String>,
    /// A kind, such as `complaint`.
    #[param(schema_with = words::kinds, required = false)]
    kind: Option<String>,
    /// What became of it, such as `opened`.
    #[param(schema_with = words::outcomes, required = false)]
    outcome: Option<String>,
    /// The `next` of the part before.
    after: Option<String>,
    /// Items, 50 unless said, 200 at most.
    limit: Option<i64>,
}

/// Whether an acknowledgement was sent, and why.
#[derive(Debug, Serialize, ToSchema)]
struct Acknowledged {
    /// `send`, `record` or `never`.
    decision: &'static str,
    /// Why.
    reason: String,
}

/// A kept message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Message)]
pub(in crate::web) struct Line {
    /// Its number.
    id: i64,
    /// The mailbox's name.
    mailbox: String,
    /// What it is.
    kind: &'static str,
    /// `kept`, `applied`, `not_imported`, `discarded`, `too_large`.
    stage: &'static str,
    /// What became of it.
    outcome: &'static str,
    /// The ticket it is in.
    ticket: Option<i64>,
    /// From, the address.
    from: String,
    /// Subject, decoded.
    subject: String,
    /// Message-ID, without angle brackets.
    message_id: String,
    /// When the server received it, RFC 3339 in UTC.
    received_at: String,
    /// When we kept it, RFC 3339 in UTC.
    kept_at: String,
    /// Bytes.
    size: i64,
    /// SHA-256 of the bytes, hex.
    sha256: String,
    /// The decision about an acknowledgement; null until it is made.
    acknowledgement: Option<Acknowledged>,
    /// Why it was not imported; empty if it was.
    trouble: String,
}

impl From<Message> for Line {
    fn from(message: Message) -> Self {
        let acknowledged = |a: Acknowledgement| Acknowledged { decision: a.decision.as_str(), reason: a.reason };
        Self {
            id: message.id,
            mailbox: message.mailbox_name,
            kind: message.kind.as_str(),
            stage: message.stage.as_str(),
            outcome: message.outcome.as_str(),
            ticket: message.ticket,
            from: message.from_address,
            subject: message.subject,
            message_id: message.message_id,
            received_at: message.internal_date.rfc3339(),
            kept_at: message.kept_at.rfc3339(),
            size: message.size,
            sha256: message.sha256.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}")),
            acknowledgement: message.acknowledgement.map(acknowledged),
            trouble: message.trouble,
        }
    }
}

/// All kept mail, newest first, with each one's acknowledgement decision.
#[utoipa::path(get, path = "/api/v1/messages", tag = "messages", params(Asked), security(("token" = [])),
    responses((status = 200, description = "A part of the list", body = Listing<Line>),
              (status = 401, description = "No token that holds"), (status = 403, description = "No right to read"),
              (status = 422, description = "A parameter cannot be used")))]
pub(in crate::web) async fn messages(
    visit: Visit,
    _may: Reader,
    Query(asked): Query<Asked>,
) -> WebResult<Json<Listing<Line>>> {
    let limit = limit(asked.limit);
    let before = key(asked.after.as_deref())?.map_or(i64::MAX, |[id]| id);
    let mut view = visit.web.store.read().await?;
    let mut filter = Filter {
        kind: word("kind", asked.kind.as_deref())?,
        outcome: word("outcome", asked.outcome.as_deref())?,
        quarantine: visit.rights.authorised_postmaster().is_some(),
        ..Filter::default()
    };
    if let Some(name) = asked.mailbox.filter(|name| !name.is_empty()) {
        let known = mailbox::all(&mut view).await?.into_iter().find(|mailbox| mailbox.name == name);
        let unknown = || WebError::Invalid(format!("mailbox: there is none called {name:?}."));
        filter.mailbox = Some(known.ok_or_else(unknown)?.id);
    }
    let rows = message::list(&mut view, &filter, before, limit + 1).await?;
    Ok(Json(Listing::of(rows, limit, |message| vec![message.id], Line::from)))
}
