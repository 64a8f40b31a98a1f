//! Roles as boxes to tick, and `POST /accounts/{a}/roles`.

use axum::response::{IntoResponse, Response};

use super::{
    proof::{change, proven, told},
    show::{Typed, page, theirs},
};
use crate::{
    access::Administrator,
    desk::account::set_roles,
    domain::role::Role,
    store::StoreError,
    web::{
        Errors, Form, Path, See, Visit, WebResult,
        extract::{FIELD, WRONG},
    },
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

const fn meaning(role: Role) -> &'static str {
    match role {
        Role::Reader => "Sees tickets, messages and the ledger.",
        Role::Postmaster => "Reader, and acts on tickets.",
        Role::AuthorisedPostmaster => {
            "Postmaster, and quarantine and logs. Another authorised postmaster has to confirm it."
        }
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

/// Sets the roles of somebody else. That of authorised postmaster is only asked for.
pub(in crate::web) async fn set(
    visit: Visit,
    may: Administrator,
    Path(id): Path<i64>,
    Form(fields): Form<Vec<(String, String)>>,
) -> WebResult<Response> {
    let field = |wanted: &str| fields.iter().find(|(name, _)| name == wanted).map_or("", |(_, value)| value.as_str());
    let reason = field("reason").trim();
    let wanted = ticked(&fields);
    let typed = || Typed { roles: Some(wanted.clone()), roles_reason: reason.to_owned(), ..Typed::default() };
    if reason.is_empty() {
        let errors = Errors::one("reason", "Say why in a few words.");
        return Ok(page(&visit, &may, id, typed(), errors).await?.into_response());
    }
    let Some(fresh) = proven(&visit, field(FIELD).to_owned()).await? else {
        return Ok(page(&visit, &may, id, typed(), Errors::one("roles-password", WRONG)).await?.into_response());
    };
    let mut work = visit.web.store.write().await?;
    let account = theirs(&mut work, &may, id).await?;
    let outcome = match set_roles(&mut work, &account, &wanted, &change(&visit, &may, &fresh, reason)).await {
        Ok(outcome) => outcome,
        Err(StoreError::Conflict) => {
            drop(work);
            return Ok(page(&visit, &may, id, typed(), Errors::one("roles", LAST)).await?.into_response());
        }
        Err(error) => return Err(error.into()),
    };
    work.commit().await?;
    let (kind, words) = told(outcome, format!("The roles of {} are changed.", account.name));
    visit.tell(kind, words).await?;
    Ok(See::other(format!("/accounts/{id}")).into_response())
}

/// The last administrator stays.
pub(super) const LAST: &str = "This is the last administrator. Make another one first.";
