//! `POST /rereading`, `POST /rereading/{id}/state`.

use serde::Deserialize;

use crate::{
    access::AuthorisedPostmaster,
    desk::reread,
    domain::rereading::State,
    store::{StoreError, StoreResult, rereading},
    web::{Form, Path, See, Visit, WebError, WebResult},
};

const PAGE: &str = "/rereading";

/// Begins to compare.
pub(in crate::web) async fn begin(
    visit: Visit,
    may: AuthorisedPostmaster,
    Form(_): Form<Vec<(String, String)>>,
) -> WebResult<See> {
    let mut work = visit.web.store.write().await?;
    let begun = reread::begin(&mut work, &visit.web.head, &may.actor(), visit.now).await.map(drop);
    told(&visit, begun, "Kept messages are read again in the background. Nothing changes yet.", work).await
}

/// What was pressed.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct Pressed {
    state: String,
}

/// Orders that what differs is changed, or leaves everything as it is.
pub(in crate::web) async fn decide(
    visit: Visit,
    may: AuthorisedPostmaster,
    Path(id): Path<i64>,
    Form(pressed): Form<Pressed>,
) -> WebResult<See> {
    let to: State = pressed.state.parse().map_err(|_| WebError::Invalid("Choose to change or to leave.".into()))?;
    let mut work = visit.web.store.write().await?;
    let found = rereading::newest(&mut work).await?.filter(|newest| newest.id == id).ok_or(WebError::NotFound)?;
    let (decided, words) = match to {
        State::Changing => (
            reread::order(&mut work, id, &may.actor(), visit.now).await,
            "What differs is changed in the background. Nothing is sent.",
        ),
        State::Dropped => (
            reread::leave(&mut work, &found, &may.actor(), visit.now).await,
            "Everything that had not changed stays as it is.",
        ),
        _ => return Err(WebError::Invalid("Choose to change or to leave.".into())),
    };
    told(&visit, decided, words, work).await
}

/// Commits what could be done, and says so, or that somebody was first.
async fn told(visit: &Visit, done: StoreResult<()>, words: &str, work: crate::store::Work) -> WebResult<See> {
    match done {
        Ok(()) => {
            work.commit().await?;
            visit.tell("done", words).await?;
        }
        Err(StoreError::Conflict) => {
            drop(work);
            visit.tell("info", "Somebody else was first; the page shows how it stands now.").await?;
        }
        Err(error) => return Err(error.into()),
    }
    Ok(See::other(PAGE))
}
