//! What happens when an act is refused: the ticket's page once more, with the typed text kept.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::show;
use crate::{
    desk::act::ActError,
    web::{Errors, See, Undo, Visit, WebError, WebResult},
};

/// What was typed into a form of the page.
#[derive(Clone, Debug, Default)]
pub(super) struct Typed {
    pub(super) errors: Errors,
    /// The version that the form was made from, if another person was first.
    pub(super) seen: Option<i64>,
    pub(super) note: String,
    /// To, subject, body.
    pub(super) reply: Option<(String, String, String)>,
    /// The wanted state, and the reason for it.
    pub(super) state: String,
    pub(super) reason: String,
}

/// The page once more, with why; or the error's own page where there is no ticket to show.
pub(super) async fn refused(
    visit: &Visit,
    (number, version): (i64, i64),
    error: ActError,
    typed: Typed,
) -> WebResult<Response> {
    let (typed, status) = match error {
        ActError::Gone => return Err(WebError::NotFound),
        ActError::Store(error) => return Err(error.into()),
        ActError::Conflict => (Typed { seen: Some(version), ..typed }, StatusCode::CONFLICT),
        ActError::Refused { field, words } => {
            // The reason's field has its own name in each dialog.
            let field = match field {
                "reason" if !typed.state.is_empty() => format!("to-{}-reason", typed.state),
                other => other.to_owned(),
            };
            (Typed { errors: Errors::one(&field, words), ..typed }, StatusCode::UNPROCESSABLE_ENTITY)
        }
    };
    show::again(visit, number, &typed, status).await
}

/// Back to the ticket, with a word about what was done.
pub(super) async fn done(visit: &Visit, number: i64, words: impl Into<String>) -> WebResult<Response> {
    visit.tell("done", words).await?;
    Ok(See::other(format!("/tickets/{number}")).into_response())
}

/// The same, of something that can be taken back by the same form with what was there before. `version` is the ticket's
/// after the act: if somebody changes it in between, taking back is refused like any other late act.
pub(super) async fn done_undoable(
    visit: &Visit,
    (number, version): (i64, i64),
    words: impl Into<String>,
    noun: &str,
    before: (&str, String),
) -> WebResult<Response> {
    let fields = vec![("version".to_owned(), version.to_string()), (before.0.to_owned(), before.1)];
    let undo = Undo { action: format!("/tickets/{number}/{noun}"), fields };
    visit.tell_undoable(words, undo).await?;
    Ok(See::other(format!("/tickets/{number}")).into_response())
}
