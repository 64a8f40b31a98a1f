//! Tags of a ticket.

use axum::response::Response;
use serde::Deserialize;

use super::{
    again::{Typed, done_undoable, refused},
    seen,
};
use crate::{
    access::Postmaster,
    desk::act,
    web::{Form, Path, Visit, WebResult},
};

/// A tag to add or to remove.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct TagForm {
    version: i64,
    #[serde(default)]
    add: String,
    #[serde(default)]
    remove: Option<String>,
}

/// `POST /tickets/{n}/tags`
pub(in crate::web) async fn tags(
    visit: Visit,
    may: Postmaster,
    Path(n): Path<i64>,
    Form(form): Form<TagForm>,
) -> WebResult<Response> {
    let mut work = visit.web.store.write().await?;
    seen::ticket(&visit, &mut work, n).await?;
    let at = (n, form.version);
    let changed = if let Some(tag) = &form.remove {
        act::remove_tag(&mut work, &may, at, tag, visit.now)
            .await
            .map(|()| (format!("The tag {tag} is removed."), ("add", tag.clone())))
    } else {
        let tag = act::add_tag(&mut work, &may, at, &form.add, visit.now).await;
        tag.map(|tag| (format!("The ticket has the tag {tag}."), ("remove", tag)))
    };
    match changed {
        Ok((words, back)) => {
            let version = seen::ticket(&visit, &mut work, n).await?.version;
            work.commit().await?;
            done_undoable(&visit, (n, version), words, "tags", back).await
        }
        Err(error) => {
            drop(work);
            refused(&visit, at, error, Typed::default()).await
        }
    }
}
