//! `GET` and `POST /sign-in/enrolment`: a second factor is set up at the first sign-in that requires one.

use askama::Template;
use axum::{
    extract::Query,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{
    code::Typed,
    next::{own, path_of_code, path_of_enrolment},
    session::whole,
    show::Asked,
};
use crate::{
    desk::second_factor::{self, New},
    domain::{account::Account, second_factor::Key, secret::Secret},
    web::{
        Chrome, Errors, Form, Page, See, Visit, WebResult,
        extract::Half,
        second_factor::{KeyShown, codes_page, fresh_codes, pending, shown},
    },
};

#[derive(Template)]
#[template(path = "sign_in/enrolment.html")]
struct Enrolment {
    page: Chrome,
    login: String,
    next: String,
    key: KeyShown,
    errors: Errors,
}

/// The key as a picture and as text; on to the other page for who has a second factor.
pub(in crate::web) async fn show(visit: Visit, Half(account): Half, Query(asked): Query<Asked>) -> WebResult<Response> {
    if account.second_factor {
        return Ok(See::other(path_of_code(&asked.next)).into_response());
    }
    let Some(key) = pending(&visit, true).await? else { return Ok(See::other(path_of_enrolment("/")).into_response()) };
    page(&visit, &account, &key, &asked.next, Errors::default()).await
}

async fn page(visit: &Visit, account: &Account, key: &Key, next: &str, errors: Errors) -> WebResult<Response> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut view = visit.web.store.read().await?;
    let enrolment = Enrolment {
        page: visit.chrome(&mut view, "Set up a second factor").await?,
        login: account.login.clone(),
        next: own(next).to_owned(),
        key: shown(visit, key, &account.login)?,
        errors,
    };
    Ok(Page::new(enrolment).status(status).into_response())
}

/// Sets it up if the code shows that the authenticator holds the key, signs in, and shows the recovery codes.
pub(in crate::web) async fn enrol(visit: Visit, Half(account): Half, Form(typed): Form<Typed>) -> WebResult<Response> {
    if account.second_factor {
        return Ok(See::other(path_of_code(&typed.next)).into_response());
    }
    let Some(key) = pending(&visit, false).await? else {
        return Ok(See::other(path_of_enrolment(&typed.next)).into_response());
    };
    let code = Secret::new(typed.code);
    let Some(step) = key.step_of(code.expose(), visit.now) else {
        let errors = Errors::one(
            "code",
            "The code does not fit the key. Wait for the next one, and look at the clock of your telephone.",
        );
        return page(&visit, &account, &key, &typed.next, errors).await;
    };
    let codes = fresh_codes(&visit)?;
    let mut work = visit.web.store.write().await?;
    let new = New { key: &key, step, codes: &codes, but: None };
    if !second_factor::enrol(&mut work, &account, new, visit.now).await? {
        // Another browser was first: this one shows the code of that key.
        return Ok(See::other(path_of_code(&typed.next)).into_response());
    }
    work.commit().await?;
    let mut view = visit.web.store.read().await?;
    let mut answer = codes_page(&visit, &mut view, &codes, true, own(&typed.next)).await?;
    drop(view);
    whole(&visit, &account, true, &mut answer).await?;
    Ok(answer)
}
