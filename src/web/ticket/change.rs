//! State, owner and priority of a ticket.

use axum::response::Response;
use serde::Deserialize;

use super::{
    again::{Typed, done, done_undoable, refused},
    seen,
};
use crate::{
    access::Postmaster,
    desk::act,
    domain::ticket::{Priority, State},
    web::{Form, Path, Visit, WebError, WebResult},
};

/// A wanted state.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct StateForm {
    version: i64,
    state: String,
    #[serde(default)]
    reason: String,
}

/// `POST /tickets/{n}/state`
pub(in crate::web) async fn state(
    visit: Visit,
    may: Postmaster,
    Path(n): Path<i64>,
    Form(form): Form<StateForm>,
) -> WebResult<Response> {
    let wanted: State = form.state.parse().map_err(|known| WebError::Invalid(format!("A state is {known}.")))?;
    let mut work = visit.web.store.write().await?;
    seen::ticket(&visit, &mut work, n).await?;
    let at = (n, form.version);
    match act::change_state(&mut work, &may, at, wanted, &form.reason, visit.now).await {
        Ok(state) => {
            work.commit().await?;
            done(&visit, n, format!("The ticket is now {state}.")).await
        }
        Err(error) => {
            drop(work);
            refused(&visit, at, error, Typed { state: form.state, reason: form.reason, ..Typed::default() }).await
        }
    }
}

/// A wanted owner: an account's id, or nothing.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct OwnerForm {
    version: i64,
    #[serde(default)]
    owner: String,
}

/// `POST /tickets/{n}/owner`
pub(in crate::web) async fn owner(
    visit: Visit,
    may: Postmaster,
    Path(n): Path<i64>,
    Form(form): Form<OwnerForm>,
) -> WebResult<Response> {
    // What is no number is no account's id.
    let wanted = if form.owner.is_empty() { None } else { Some(form.owner.parse().unwrap_or(0)) };
    let mut work = visit.web.store.write().await?;
    let before = seen::ticket(&visit, &mut work, n).await?;
    let at = (n, form.version);
    match act::assign(&mut work, &may, at, wanted, visit.now).await {
        Ok(name) => {
            let version = seen::ticket(&visit, &mut work, n).await?.version;
            work.commit().await?;
            let words =
                name.map_or("Nobody owns the ticket now.".to_owned(), |name| format!("The owner is now {name}."));
            let owner = before.owner.map_or_else(String::new, |id| id.to_string());
            done_undoable(&visit, (n, version), words, "owner", ("owner", owner)).await
        }
        Err(error) => {
            drop(work);
            refused(&visit, at, error, Typed::default()).await
        }
    }
}

/// A wanted priority.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct PriorityForm {
    version: i64,
    priority: String,
}

/// `POST /tickets/{n}/priority`
pub(in crate::web) async fn priority(
    visit: Visit,
    may: Postmaster,
    Path(n): Path<i64>,
    Form(form): Form<PriorityForm>,
) -> WebResult<Response> {
    let wanted: Priority =
        form.priority.parse().map_err(|known| WebError::Invalid(format!("A priority is {known}.")))?;
    let mut work = visit.web.store.write().await?;
    let before = seen::ticket(&visit, &mut work, n).await?;
    let at = (n, form.version);
    match act::set_priority(&mut work, &may, at, wanted, visit.now).await {
        Ok(()) => {
            let version = seen::ticket(&visit, &mut work, n).await?.version;
            work.commit().await?;
            let words = format!("The priority is now {wanted}.");
            done_undoable(&visit, (n, version), words, "priority", ("priority", before.priority.to_string())).await
        }
        Err(error) => {
            drop(work);
            refused(&visit, at, error, Typed::default()).await
        }
    }
}
