//! `Acknowledge now`.

use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::{
    again::{Typed, done, refused},
    seen,
};
use crate::{
    access::Postmaster,
    desk::act,
    domain::acknowledgement::Decision,
    web::{Form, Path, See, Visit, WebResult},
};

/// A reason, if the person gives one.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct AcknowledgementForm {
    version: i64,
    #[serde(default)]
    reason: String,
}

/// `POST /tickets/{n}/acknowledgement`
pub(in crate::web) async fn acknowledgement(
    visit: Visit,
    may: Postmaster,
    Path(n): Path<i64>,
    Form(form): Form<AcknowledgementForm>,
) -> WebResult<Response> {
    let mut work = visit.web.store.write().await?;
    seen::ticket(&visit, &mut work, n).await?;
    let at = (n, form.version);
    match act::acknowledge_now(&mut work, &may, &visit.web.head, at, &form.reason, visit.now).await {
        Ok(decided) => {
            work.commit().await?;
            if decided.decision == Decision::Send {
                let words =
                    "The acknowledgement is on its way. The ticket is acknowledged once the relay has accepted it.";
                return done(&visit, n, words).await;
            }
            visit.tell("late", format!("Nothing was sent: {}.", decided.reason)).await?;
            Ok(See::other(format!("/tickets/{n}")).into_response())
        }
        Err(error) => {
            drop(work);
            refused(&visit, at, error, Typed::default()).await
        }
    }
}
