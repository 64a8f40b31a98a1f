//! Reports about the sexual abuse of children go to the accounts named for them, never to whoever comes first.

use crate::{
    domain::{event::What, reading::Reading, role::Role, site::Site, time::Moment},
    store::{self, StoreResult, Work, ticket::Change},
};

/// Gives the ticket of such a report to the first of the named accounts that can act. Where none can, it stays with
/// nobody and says why: it is urgent all the same.
pub(super) async fn assign(
    work: &mut Work,
    site: &Site,
    reading: &Reading,
    number: i64,
    now: Moment,
) -> StoreResult<()> {
    if !reading.feedback.as_ref().is_some_and(|feedback| feedback.sealed) {
        return Ok(());
    }
    for login in &site.child_protection {
        let Some(account) = store::account::by_login(work, login).await? else { continue };
        let acts = account.has(Role::Postmaster) || account.has(Role::AuthorisedPostmaster);
        let (true, Some(ticket)) = (acts && !account.disabled, store::ticket::get(work, number).await?) else {
            continue;
        };
        store::ticket::change(work, &ticket, Change { owner: Some(account.id), ..(&ticket).into() }, now).await?;
        let why = format!("nobody → {}: named for child protection", account.name);
        work.event(super::system(now, What::OwnerChanged, why).ticket(number));
        return Ok(());
    }
    let why = "no account is named for child protection that can act: see accounts.child_protection";
    work.event(super::system(now, What::OwnerChanged, why).ticket(number));
    Ok(())
}
