//! Changes of a ticket's facts: state, owner, priority, tags, links, and the acknowledgement that a person asks for.

use axum::response::Response;
use serde::Deserialize;

use super::{
    again::{Typed, done, refused},
    facts, seen,
};
use crate::{
    access::Postmaster,
    desk::act::{self, ActError},
    domain::{
        acknowledgement::Decision,
        ticket::{LinkKind, Priority, State},
    },
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
    seen::ticket(&visit, &mut work, n).await?;
    let at = (n, form.version);
    match act::assign(&mut work, &may, at, wanted, visit.now).await {
        Ok(name) => {
            work.commit().await?;
            let words =
                name.map_or("Nobody owns the ticket now.".to_owned(), |name| format!("The owner is now {name}."));
            done(&visit, n, words).await
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
    seen::ticket(&visit, &mut work, n).await?;
    let at = (n, form.version);
    match act::set_priority(&mut work, &may, at, wanted, visit.now).await {
        Ok(()) => {
            work.commit().await?;
            done(&visit, n, format!("The priority is now {wanted}.")).await
        }
        Err(error) => {
            drop(work);
            refused(&visit, at, error, Typed::default()).await
        }
    }
}

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
    let changed = match &form.remove {
        Some(tag) => {
            act::remove_tag(&mut work, &may, at, tag, visit.now).await.map(|()| format!("The tag {tag} is removed."))
        }
        None => {
            let tag = act::add_tag(&mut work, &may, at, &form.add, visit.now).await;
            tag.map(|tag| format!("The ticket has the tag {tag}."))
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
                return done(&visit, n, "The acknowledgement is on its way. The ticket becomes acknowledged when the relay has accepted it.").await;
            }
            visit.tell("late", format!("Nothing was sent: {}.", decided.reason)).await?;
            Ok(axum::response::IntoResponse::into_response(crate::web::See::other(format!("/tickets/{n}"))))
        }
        Err(error) => {
            drop(work);
            refused(&visit, at, error, Typed::default()).await
        }
    }
}
