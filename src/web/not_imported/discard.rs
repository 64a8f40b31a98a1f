//! `POST /not-imported/{m}/discard`: off the list, with a reason. The bytes stay.

use serde::Deserialize;

use super::list::named;
use crate::{
    access::Postmaster,
    desk::retry as act,
    web::{Form, Path, See, Visit, WebResult, message::found, reason},
};

/// The form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Discard {
    reason: String,
}

/// Discards.
pub(in crate::web) async fn discard(
    visit: Visit,
    may: Postmaster,
    Path(id): Path<i64>,
    Form(form): Form<Discard>,
) -> WebResult<See> {
    let why = reason::needed(&form.reason)?;
    let mut work = visit.web.store.write().await?;
    let message = found(&mut work, &visit.rights, id).await?;
    act::discard(&mut work, &may, &message, &why, visit.now).await?;
    work.commit().await?;
    visit.tell("done", format!("Discarded: {}. Its bytes and your reason are kept.", named(&message))).await?;
    Ok(See::other("/not-imported"))
}
