//! `POST /confirmations/{c}/decision`.

use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::list::page;
use crate::{
    access::AuthorisedPostmaster,
    desk::confirmation::{NotConfirmed, confirm, refuse},
    domain::secret::Secret,
    web::{Errors, Form, Path, See, Visit, WebError, WebResult, extract::WRONG},
};

/// What was sent.
#[derive(Deserialize)]
pub(in crate::web) struct Sent {
    decision: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    own_password: String,
}

/// Confirms or refuses.
pub(in crate::web) async fn decide(
    visit: Visit,
    may: AuthorisedPostmaster,
    Path(id): Path<i64>,
    Form(sent): Form<Sent>,
) -> WebResult<Response> {
    let confirms = match sent.decision.as_str() {
        "confirm" => true,
        "refuse" => false,
        _ => return Err(WebError::Invalid("Choose confirm or refuse.".into())),
    };
    let reason = sent.reason.trim();
    if reason.is_empty() {
        let errors = Errors::one(&format!("{}-{id}-reason", sent.decision), "Say why in a few words.");
        return Ok(page(&visit, &may, (id, reason), errors).await?.into_response());
    }
    let Some(fresh) = visit.prove(&Secret::new(sent.own_password)).await? else {
        let errors = Errors::one(&format!("{}-{id}-password", sent.decision), WRONG);
        return Ok(page(&visit, &may, (id, reason), errors).await?.into_response());
    };
    let mut work = visit.web.store.write().await?;
    let decided = if confirms {
        let consent = match may.consent(&fresh, visit.now) {
            Ok(consent) => consent,
            Err(not_yet) => return Err(WebError::Conflict(capital(&not_yet.to_string()))),
        };
        confirm(&mut work, id, &consent, reason, visit.now, visit.web.settings.accounts.waiting).await
    } else {
        refuse(&mut work, id, &may, &fresh, reason, visit.now).await
    };
    let found = match decided {
        Ok(found) => found,
        Err(NotConfirmed::Store(error)) => return Err(error.into()),
        Err(words) => return Err(WebError::Conflict(capital(&words.to_string()))),
    };
    work.commit().await?;
    let done = if confirms { "confirmed" } else { "refused" };
    visit.tell("done", format!("You have {done} {} for {}.", found.change.words(), found.login)).await?;
    Ok(See::other("/confirmations").into_response())
}

/// A sentence of these words.
fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).chain(['.']).collect()).unwrap_or_default()
}
