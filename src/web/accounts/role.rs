//! Roles as boxes to tick, and `POST /accounts/{a}/roles`.

use axum::response::{IntoResponse, Response};

use super::show::{page, theirs};
use crate::{
    access::Administrator,
    desk::account::{Change, set_roles},
    domain::role::Role,
    store::StoreError,
    web::{Errors, Form, Path, See, Visit, WebResult},
};

/// A role to tick.
#[derive(Clone, Debug)]
pub(super) struct RoleChoice {
    /// Unique on the page: `role-reader`.
    pub id: String,
    pub value: String,
    pub label: String,
    pub meaning: String,
    pub held: bool,
}

/// Why the web does not grant it.
pub(super) const FROM_THE_SHELL: &str = "The web does not make anybody an authorised postmaster. On the server, run \
                                         postdesk account roles.";

const fn meaning(role: Role) -> &'static str {
    match role {
        Role::Reader => "Sees tickets, messages and the ledger.",
        Role::Postmaster => "Reader, and acts on tickets.",
        Role::AuthorisedPostmaster => "Postmaster, and quarantine and logs. Granted from the shell only.",
        Role::Administrator => "Accounts, settings and health. No mail by itself.",
    }
}

/// All roles as boxes.
pub(super) fn choices(held: &[Role]) -> Vec<RoleChoice> {
    let choice = |role: &Role| RoleChoice {
        id: format!("role-{role}"),
        value: role.to_string(),
        label: role.words().to_owned(),
        meaning: meaning(*role).to_owned(),
        held: held.contains(role),
    };
    Role::ALL.iter().map(choice).collect()
}

/// The ticked ones, in the order of the declaration.
pub(super) fn ticked(fields: &[(String, String)]) -> Vec<Role> {
    let is_ticked = |role: &&Role| fields.iter().any(|(name, value)| name == "roles" && value == role.as_str());
    Role::ALL.iter().filter(is_ticked).copied().collect()
}

/// Sets the roles of somebody else.
pub(in crate::web) async fn set(
    visit: Visit,
    may: Administrator,
    Path(id): Path<i64>,
    Form(fields): Form<Vec<(String, String)>>,
) -> WebResult<Response> {
    let reason = fields.iter().find(|(name, _)| name == "reason").map_or("", |(_, value)| value.trim());
    let wanted = ticked(&fields);
    let mut work = visit.web.store.write().await?;
    let account = theirs(&mut work, &may, id).await?;
    let mut errors = Errors::default();
    if wanted.contains(&Role::AuthorisedPostmaster) && !account.has(Role::AuthorisedPostmaster) {
        errors.add("roles", FROM_THE_SHELL);
    }
    if reason.is_empty() {
        errors.add("reason", "Say why in a few words.");
    }
    if errors.is_empty() {
        match set_roles(&mut work, &account, &wanted, &from_the_web(&visit, &may, reason)).await {
            Ok(()) => {}
            Err(StoreError::Conflict) => errors.add("roles", LAST),
            Err(error) => return Err(error.into()),
        }
    }
    if !errors.is_empty() {
        drop(work);
        return Ok(page(&visit, &may, id, errors).await?.into_response());
    }
    work.commit().await?;
    visit.tell("done", format!("The roles of {} are changed.", account.name)).await?;
    Ok(See::other(format!("/accounts/{id}")).into_response())
}

/// A change by an administrator of this console.
pub(super) fn from_the_web<'a>(visit: &Visit, may: &Administrator, reason: &'a str) -> Change<'a> {
    Change { actor: may.actor(), reason, now: visit.now, keep_administrator: true }
}

/// The last administrator stays.
pub(super) const LAST: &str = "This is the last administrator. Make another one first.";
