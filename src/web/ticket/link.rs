//! Links of a ticket.

use axum::response::Response;
use serde::Deserialize;

use super::{
    again::{Typed, done, refused},
    facts, seen,
};
use crate::{
    access::Postmaster,
    desk::act::{self, ActError},
    domain::ticket::LinkKind,
    web::{Form, Path, Visit, WebError, WebResult},
};

/// A link to make, or one to take back.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct LinkForm {
    version: i64,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    number: String,
    #[serde(default)]
    remove: Option<String>,
}

/// `POST /tickets/{n}/links`
pub(in crate::web) async fn links(
    visit: Visit,
    may: Postmaster,
    Path(n): Path<i64>,
    Form(form): Form<LinkForm>,
) -> WebResult<Response> {
    let mut work = visit.web.store.write().await?;
    seen::ticket(&visit, &mut work, n).await?;
    let at = (n, form.version);
    let changed = if let Some(id) = &form.remove {
        let (kind, outward, other) = facts::link_of(id).ok_or(WebError::NotFound)?;
        // What this person may not see is not linked for them, so there is no link to take back (D12).
        seen::ticket(&visit, &mut work, other).await?;
        let gone = act::unlink(&mut work, &may, at, other, (kind, outward), visit.now).await;
        gone.map(|()| format!("The link to #{other} is removed."))
    } else {
        let kind = form.kind.parse().unwrap_or(LinkKind::Related);
        let other = form.number.trim().trim_start_matches('#').parse().unwrap_or(0);
        // What this person may not see is not there to link to (D12).
        let other = if seen::ticket(&visit, &mut work, other).await.is_ok() { other } else { 0 };
        if other == 0 {
            let words = format!("There is no ticket {}. Look at the number again.", form.number.trim());
            Err(ActError::Refused { field: "number", words })
        } else {
            let made = act::link(&mut work, &may, at, other, kind, visit.now).await;
            made.map(|()| format!("Linked to #{other}."))
        }
    };
    match changed {
        Ok(words) => {
            work.commit().await?;
            done(&visit, n, words).await
        }
        Err(error) => {
            drop(work);
            refused(&visit, at, error, Typed::default()).await
        }
    }
}
