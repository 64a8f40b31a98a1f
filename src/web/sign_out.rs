//! `POST /sign-out`.

use super::{Form, See, Visit, WebResult};
use crate::domain::event::{Actor, NewEvent, What};

/// Ends this session. Who is not signed in any more has what they want.
pub(super) async fn leave(visit: Visit, form: WebResult<Form<Vec<(String, String)>>>) -> WebResult<See> {
    let Some(account) = visit.account.as_ref().or(visit.half.as_ref()) else { return Ok(See::other("/sign-in")) };
    form?;
    visit.session.flush().await?;
    let actor = Actor::Account { id: account.id, name: account.name.clone() };
    let mut work = visit.web.store.write().await?;
    work.event(NewEvent::new(visit.now, actor, What::SessionEnded, "signed out"));
    work.commit().await?;
    Ok(See::other("/sign-in"))
}
