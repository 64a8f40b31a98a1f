//! Whether the process lives, and whether it can work. For supervisors and load balancers.

use std::time::Duration;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::Web;
use crate::{
    desk::outcome,
    domain::time::Moment,
    store::{Schema, StoreError, StoreResult, counter, mailbox, outbox},
};

/// A mail that is due for so long is stuck.
const OVERDUE: Duration = Duration::from_mins(10);
/// How long an answer may take: the database's, and a mailbox's second poll.
const ANSWER: Duration = Duration::from_secs(5);

/// What is bad.
#[derive(Debug, Serialize)]
struct Culprit {
    /// `database`, `schema`, `mailbox`, `outbox`.
    what: &'static str,
    /// Which mailbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    why: String,
}

impl Culprit {
    fn new(what: &'static str, why: impl Into<String>) -> Self {
        Self { what, name: None, why: why.into() }
    }
}

#[derive(Debug, Serialize)]
struct Readiness {
    ready: bool,
    culprits: Vec<Culprit>,
}

/// `GET /healthz`: the process answers.
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: database, schema, mailboxes, outbox.
pub(super) async fn readyz(State(web): State<Web>) -> Response {
    let culprits = culprits(&web).await;
    let status = if culprits.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Readiness { ready: culprits.is_empty(), culprits })).into_response()
}

/// A supervisor gets its answer also from a database that is silent.
async fn culprits(web: &Web) -> Vec<Culprit> {
    let found = tokio::time::timeout(ANSWER, look(web)).await;
    found.unwrap_or_else(|_| vec![unanswered(&StoreError::Late)])
}

async fn look(web: &Web) -> Vec<Culprit> {
    match web.store.schema().await {
        Ok(Schema::Current) => {}
        Ok(Schema::Older) => return vec![Culprit::new("schema", "older than this program: run postdesk migrate")],
        Ok(Schema::Newer) => return vec![Culprit::new("schema", "newer than this program: install a newer postdesk")],
        Err(error) => return vec![unanswered(&error)],
    }
    if let Some(ailment) = web.store.health().worst() {
        return vec![Culprit::new("database", ailment.words)];
    }
    work(web).await.unwrap_or_else(|error| vec![unanswered(&error)])
}

fn unanswered(error: &StoreError) -> Culprit {
    tracing::warn!(%error, "the database does not answer");
    Culprit::new("database", "does not answer; the log says why")
}

async fn work(web: &Web) -> StoreResult<Vec<Culprit>> {
    let now = web.clock.now();
    let mut view = web.store.read().await?;
    let mut culprits = Vec::new();
    for mailbox in mailbox::all(&mut view).await?.into_iter().filter(|mailbox| mailbox.configured) {
        // Before the first look there is nothing to measure from but our own start.
        let answered = mailbox.polled_at.map_or(web.started, Moment::from_millis).max(web.started);
        let silent = now.since(answered);
        if silent > web.settings.poll * 2 + ANSWER {
            let why = format!("no answer for {} seconds", silent.as_secs());
            culprits.push(Culprit { name: Some(mailbox.name), ..Culprit::new("mailbox", why) });
        }
    }
    if let Some((since, _)) = outcome::relay_trouble(&mut view).await?
        && now.since(since) >= OVERDUE
        && counter::get(&mut view, "outbox.queued").await? > 0
    {
        let why = format!("the mail server has not been reached for {} minutes", now.since(since).as_secs() / 60);
        culprits.push(Culprit::new("outbox", why));
    } else if let Some(due) = outbox::next_due(&mut view).await?
        && now.since(due) >= OVERDUE
    {
        culprits
            .push(Culprit::new("outbox", format!("mail has been due for {} minutes", now.since(due).as_secs() / 60)));
    }
    Ok(culprits)
}
