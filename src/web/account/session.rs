//! `POST /account/sessions/{number}/revoke`.

use crate::{
    domain::event::{Actor, NewEvent, What},
    store::session,
    web::{Form, Path, See, SignedIn, Visit, WebError, WebResult, session::hashed},
};

/// Ends one of my sessions, perhaps this one.
pub(in crate::web) async fn revoke(
    visit: Visit,
    SignedIn(mine): SignedIn,
    Path(number): Path<i64>,
    _form: Form<Vec<(String, String)>>,
) -> WebResult<See> {
    let mut work = visit.web.store.write().await?;
    if !session::end(&mut work, mine.id, number).await? {
        return Err(WebError::NotFound);
    }
    let here = match visit.session.id() {
        Some(id) => session::load(&mut work, &hashed(&id), visit.now).await?.is_none(),
        None => true,
    };
    let actor = Actor::Account { id: mine.id, name: mine.name };
    work.event(NewEvent::new(visit.now, actor, What::SessionEnded, "by its owner, from the list"));
    work.commit().await?;
    if here {
        visit.session.flush().await?;
        return Ok(See::other("/sign-in"));
    }
    visit.tell("done", "That browser is signed out.").await?;
    Ok(See::other("/account"))
}
