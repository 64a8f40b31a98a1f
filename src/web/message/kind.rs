//! `POST /messages/{m}/kind`: a person knows better what a message is.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{found::found, show::shown};
use crate::{
    access::Postmaster,
    desk::act::{self, ActError},
    domain::kind::Kind,
    web::{Errors, Form, Path, See, Visit, WebError, WebResult},
};

/// The form.
#[derive(Debug, Deserialize)]
#[serde(default)]
#[derive(Default)]
pub(in crate::web) struct NewKind {
    kind: String,
    reason: String,
}

/// Changes the kind. Who sees no quarantine notices cannot make one.
pub(in crate::web) async fn change_kind(
    visit: Visit,
    may: Postmaster,
    Path(id): Path<i64>,
    Form(new): Form<NewKind>,
) -> WebResult<Response> {
    let mut work = visit.web.store.write().await?;
    found(&mut work, &visit.rights, id).await?;
    let kind = new.kind.parse().ok();
    let kind = kind.filter(|kind| *kind != Kind::QuarantineNotice || visit.rights.authorised_postmaster().is_some());
    let Some(kind) = kind else {
        drop(work);
        return again(&visit, id, Errors::one("new-kind", "Choose one of the kinds.")).await;
    };
    match act::reclassify(&mut work, &may, &visit.web.head, id, kind, &new.reason, visit.now).await {
        Ok(ticket) => {
            work.commit().await?;
            let ticket = ticket.map(|number| format!(" Its ticket is #{number}.")).unwrap_or_default();
            visit.tell("done", format!("It is now: {}.{ticket} Nothing was sent.", kind.words())).await?;
            Ok(See::other(format!("/messages/{id}")).into_response())
        }
        Err(ActError::Refused { field, words }) => {
            drop(work);
            let field = match field {
                "kind" => "new-kind",
                "reason" => "kind-reason",
                other => other,
            };
            again(&visit, id, Errors::one(field, words)).await
        }
        Err(error) => Err(refused(error)),
    }
}

async fn again(visit: &Visit, id: i64, errors: Errors) -> WebResult<Response> {
    Ok(shown(visit, id, false, errors).await?.status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
}

/// An act that was not done, where no form can say why.
pub(super) fn refused(error: ActError) -> WebError {
    match error {
        ActError::Refused { words, .. } => WebError::Invalid(words),
        ActError::Conflict => {
            WebError::Conflict("Somebody changed this a moment ago. Look at it again before you change it.".into())
        }
        ActError::Gone => WebError::NotFound,
        ActError::Store(error) => error.into(),
    }
}
