//! `POST /tickets/{n}/notes`

use axum::response::Response;
use serde::Deserialize;

use super::{
    again::{Typed, done, refused},
    seen,
};
use crate::{
    access::Postmaster,
    desk::act,
    web::{Form, Path, Visit, WebResult},
};

/// A note. It overwrites nothing, so it comes through whoever was first.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct NoteForm {
    #[serde(default)]
    version: i64,
    note: String,
}

/// Adds a note to the timeline.
pub(in crate::web) async fn note(
    visit: Visit,
    may: Postmaster,
    Path(n): Path<i64>,
    Form(form): Form<NoteForm>,
) -> WebResult<Response> {
    let mut work = visit.web.store.write().await?;
    seen::ticket(&visit, &mut work, n).await?;
    match act::note(&mut work, &may, n, &form.note, visit.now).await {
        Ok(()) => {
            work.commit().await?;
            done(&visit, n, "The note is in the timeline.").await
        }
        Err(error) => {
            drop(work);
            refused(&visit, (n, form.version), error, Typed { note: form.note, ..Typed::default() }).await
        }
    }
}
