//! `POST /account/tokens/{id}/revoke`.

use crate::{
    domain::event::{Actor, NewEvent, What},
    store::token,
    web::{Form, Path, See, SignedIn, Visit, WebError, WebResult},
};

/// Revokes one of my tokens.
pub(in crate::web) async fn revoke(
    visit: Visit,
    SignedIn(mine): SignedIn,
    Path(id): Path<i64>,
    _form: Form<Vec<(String, String)>>,
) -> WebResult<See> {
    let mut work = visit.web.store.write().await?;
    if !token::revoke(&mut work, id, Some(mine.id), visit.now).await? {
        return Err(WebError::NotFound);
    }
    let actor = Actor::Account { id: mine.id, name: mine.name };
    work.event(NewEvent::new(visit.now, actor, What::TokenRevoked, format!("token {id}, by its owner")));
    work.commit().await?;
    visit.tell("done", "The token is revoked. Programs that use it are refused from now on.").await?;
    Ok(See::other("/account"))
}
