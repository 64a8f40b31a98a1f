//! Who works on a ticket.

use super::{ActError, ActResult, held};
use crate::{
    access::Postmaster,
    domain::{account::Account, event::What, role::Role, time::Moment},
    store::{self, StoreResult, View, Work, ticket::Change},
};

/// Accounts that may own a ticket: enabled, and with a role that acts.
///
/// # Errors
/// When the database does not answer.
pub async fn possible_owners(view: &mut View) -> StoreResult<Vec<Account>> {
    let mut all = store::account::all(view).await?;
    all.retain(may_own);
    Ok(all)
}

fn may_own(account: &Account) -> bool {
    !account.disabled && (account.has(Role::Postmaster) || account.has(Role::AuthorisedPostmaster))
}

/// Gives a ticket to somebody, or to nobody; gives their name.
///
/// # Errors
/// [`ActError`]: that account cannot act, somebody was first.
pub async fn assign(
    work: &mut Work,
    may: &Postmaster,
    (number, version): (i64, i64),
    owner: Option<i64>,
    now: Moment,
) -> ActResult<Option<String>> {
    let ticket = held::held(work, number, version).await?;
    let account = match owner {
        Some(id) => {
            let found = store::account::get(work, id).await?.filter(may_own);
            Some(found.ok_or_else(|| {
                ActError::refused("owner", "That account cannot own tickets. Choose somebody from the list.")
            })?)
        }
        None => None,
    };
    let name = account.map(|account| account.name);
    if ticket.owner == owner {
        return Ok(name);
    }
    let called = |name: Option<&str>| name.unwrap_or("nobody").to_owned();
    let why = format!("{} → {}", called(ticket.owner_name.as_deref()), called(name.as_deref()));
    held::write(work, may, &ticket, Change { owner, ..(&ticket).into() }, (What::OwnerChanged, why), now).await?;
    Ok(name)
}
