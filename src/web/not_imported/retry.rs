//! `POST /not-imported/{m}/retry`: reads and applies kept bytes again.

use std::sync::Arc;

use super::list::named;
use crate::{
    access::Postmaster,
    desk::retry as act,
    domain::message::Stage,
    store::{StoreError, blob, message},
    web::{Form, Path, See, Visit, WebError, WebResult, message::found},
};

const LIST: &str = "/not-imported";

/// Tries again, and says how it went.
pub(in crate::web) async fn retry(
    visit: Visit,
    may: Postmaster,
    Path(id): Path<i64>,
    Form(_): Form<Vec<(String, String)>>,
) -> WebResult<See> {
    let place = visit.web.place().await?;
    let (message, bytes) = {
        let mut view = visit.web.store.read().await?;
        let message = found(&mut view, &visit.rights, id).await?;
        let bytes = blob::load(&mut view, &message.sha256).await?.unwrap_or_default();
        (message, bytes)
    };
    if message.stage != Stage::NotImported {
        visit.tell("info", "It is not on the list any more: somebody, or the console itself, was first.").await?;
        return Ok(See::other(LIST));
    }
    let head = Arc::clone(&visit.web.head);
    let reading = place.work(move || act::read(&bytes, &head.site)).await?;
    let mut work = visit.web.store.write().await?;
    let done = match act::retry(&mut work, &visit.web.head, &may, &message, &reading, visit.now).await {
        Ok(()) => work.commit().await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => {
            let mut view = visit.web.store.read().await?;
            let now = message::get(&mut view, id).await?;
            let ticket = now.and_then(|m| m.ticket).map(|n| format!(" Its ticket is #{n}.")).unwrap_or_default();
            drop(view);
            let words = format!("Imported: {}, read as {}.{ticket}", named(&message), reading.kind.words());
            visit.tell("done", words).await?;
        }
        Err(StoreError::Conflict) => {
            visit.tell("info", "It is not on the list any more: somebody, or the console itself, was first.").await?;
        }
        Err(error) if error.may_pass() => return Err(WebError::from(error)),
        Err(error) => {
            tracing::error!(message = id, %error, "a message could not be handled again");
            let words = "It still cannot be handled, and stays on the list. The log of the server says why.";
            visit.tell("late", words).await?;
        }
    }
    Ok(See::other(LIST))
}
