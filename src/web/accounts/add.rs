//! `POST /accounts`.

use axum::response::{IntoResponse, Response};

use super::{
    list::{AccountForm, page},
    proof::{change, proven, told},
    role::ticked,
};
use crate::{
    access::Administrator,
    desk,
    domain::{
        account::{valid_email, valid_login, valid_name},
        address,
        secret::Secret,
    },
    password,
    store::account::NewAccount,
    web::{
        Errors, Form, See, Visit, WebResult,
        extract::{FIELD, WRONG},
    },
};

/// Makes an account.
pub(in crate::web) async fn add(
    visit: Visit,
    may: Administrator,
    Form(mut fields): Form<Vec<(String, String)>>,
) -> WebResult<Response> {
    let roles = ticked(&fields);
    let mut take = |wanted: &str| {
        fields.iter_mut().find(|(name, _)| name == wanted).map(|(_, value)| std::mem::take(value)).unwrap_or_default()
    };
    let login = address::fold(&take("login"));
    let name = take("name").trim().to_owned();
    let email = address::fold(&take("email"));
    let password = Secret::new(take("password"));
    let own = take(FIELD);

    let mut errors = Errors::default();
    if !valid_login(&login) {
        errors.add("login", "Write 1 to 64 small letters, digits, dots or dashes.");
    }
    if !valid_name(&name) {
        errors.add("name", "Write the person's name, 100 characters at most.");
    }
    if !valid_email(&email) {
        errors.add("email", "Write a mail address, such as name@college.test.");
    }
    if roles.is_empty() {
        errors.add("roles", "Tick at least one role.");
    }
    if let Err(unfit) = password::check(&password, &login, &email) {
        errors.add("password", unfit.to_string());
    }
    let typed = AccountForm { login: login.clone(), name: name.clone(), email: email.clone() };
    if !errors.is_empty() {
        return Ok(page(&visit, typed, &roles, errors).await?.into_response());
    }
    let Some(fresh) = proven(&visit, own).await? else {
        return Ok(page(&visit, typed, &roles, Errors::one(FIELD, WRONG)).await?.into_response());
    };
    let hash = visit.web.passwords.hash(&password).await?;
    let mut work = visit.web.store.write().await?;
    let new =
        NewAccount { login: &login, name: &name, email: &email, roles: &roles, password_hash: &hash, now: visit.now };
    let added = desk::account::add(&mut work, &new, &change(&visit, &may, &fresh, "")).await?;
    let Some((id, outcome)) = added else {
        drop(work);
        let taken = Errors::one("login", "There is an account with this login already.");
        return Ok(page(&visit, typed, &roles, taken).await?.into_response());
    };
    work.commit().await?;
    let done = format!("The account {login} is made. Give {name} the password by another way than mail.");
    let (kind, words) = told(outcome, done);
    visit.tell(kind, words).await?;
    Ok(See::other(format!("/accounts/{id}")).into_response())
}
