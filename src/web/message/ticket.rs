//! `POST /messages/{m}/ticket`: a ticket of a message that has none.

use super::{found::found, kind::refused};
use crate::{
    access::Postmaster,
    desk::act,
    web::{Form, Path, See, Visit, WebResult},
};

/// Makes the ticket and goes to it.
pub(in crate::web) async fn make_ticket(
    visit: Visit,
    may: Postmaster,
    Path(id): Path<i64>,
    Form(_): Form<Vec<(String, String)>>,
) -> WebResult<See> {
    let mut work = visit.web.store.write().await?;
    found(&mut work, &visit.rights, id).await?;
    let number = act::ticket_from_message(&mut work, &may, id, visit.now).await.map_err(refused)?;
    work.commit().await?;
    visit.tell("done", format!("Ticket #{number} was made. Nothing was sent.")).await?;
    Ok(See::other(format!("/tickets/{number}")))
}
