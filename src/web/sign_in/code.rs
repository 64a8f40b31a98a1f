//! `GET` and `POST /sign-in/code`: the code of the second factor, or a recovery code.

use askama::Template;
use axum::{
    extract::Query,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{
    device,
    next::{own, path_of_enrolment},
    session::{from, whole},
    show::Asked,
};
use crate::{
    desk::second_factor::{Used, use_code},
    domain::{
        account::Account,
        event::{Actor, NewEvent, What},
        secret::Secret,
    },
    store::throttle,
    web::{Chrome, Errors, Form, Page, See, Visit, WebResult, error::span, extract::Half},
};

#[derive(Template)]
#[template(path = "sign_in/code.html")]
struct AskForCode {
    page: Chrome,
    login: String,
    next: String,
    errors: Errors,
    wait: String,
}

/// A code as typed, here or at the enrolment.
#[derive(Deserialize)]
pub(in crate::web) struct Typed {
    pub(super) code: String,
    #[serde(default)]
    pub(super) next: String,
}

/// The form; on to the other page for who has no second factor yet.
pub(in crate::web) async fn show(visit: Visit, Half(account): Half, Query(asked): Query<Asked>) -> WebResult<Response> {
    if !account.second_factor {
        return Ok(See::other(path_of_enrolment(&asked.next)).into_response());
    }
    page(&visit, &account, &asked.next, Errors::default(), StatusCode::OK).await
}

async fn page(visit: &Visit, account: &Account, next: &str, errors: Errors, status: StatusCode) -> WebResult<Response> {
    let mut view = visit.web.store.read().await?;
    let page = visit.chrome(&mut view, "Second factor").await?;
    let shown =
        AskForCode { page, login: account.login.clone(), next: own(next).to_owned(), errors, wait: String::new() };
    Ok(Page::new(shown).status(status).into_response())
}

/// Signs in, or says that the code is wrong, or that it is too early for another try.
pub(in crate::web) async fn enter(
    visit: Visit,
    Half(account): Half,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> WebResult<Response> {
    if !account.second_factor {
        return Ok(See::other(path_of_enrolment(&typed.next)).into_response());
    }
    let code = Secret::new(typed.code);
    // As for passwords: a known browser is counted by itself, all others by account.
    let device = device::throttled_as(&visit.web, &headers, &account.login);
    let name = format!("code {}", device.unwrap_or_else(|| format!("account {}", account.id)));
    let mut work = visit.web.store.write().await?;
    let until = throttle::until(&mut work, &name).await?.unwrap_or_default();
    if until > visit.now {
        drop(work);
        return too_early(&visit, &account, &typed.next, until.since(visit.now)).await;
    }
    throttle::failed(&mut work, &name, visit.now).await?;
    let Some(used) = use_code(&mut work, &account, &code, visit.now).await? else {
        let who = format!("as {}, at the second factor", account.login);
        work.event(NewEvent::new(visit.now, Actor::Outside(from(&visit)), What::SignInRefused, who));
        work.commit().await?;
        let errors = Errors::one("code", "This code is wrong, or was used already. Wait for the next one.");
        return page(&visit, &account, &typed.next, errors, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    throttle::clear(&mut work, &name).await?;
    work.commit().await?;
    let mut answer = See::other(own(&typed.next)).into_response();
    whole(&visit, &account, true, &mut answer).await?;
    if let Used::RecoveryCode(left) = used {
        let words = format!("You used a recovery code; {left} are left. Make new ones under My account.");
        visit.tell("waiting", words).await?;
    }
    Ok(answer)
}

async fn too_early(visit: &Visit, account: &Account, next: &str, left: std::time::Duration) -> WebResult<Response> {
    let mut view = visit.web.store.read().await?;
    let shown = AskForCode {
        page: visit.chrome(&mut view, "Second factor").await?,
        login: account.login.clone(),
        next: own(next).to_owned(),
        errors: Errors::default(),
        wait: format!("There were too many wrong codes. Try again in {}.", span(left)),
    };
    let mut answer = Page::new(shown).status(StatusCode::TOO_MANY_REQUESTS).into_response();
    answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(left.as_secs().max(1)));
    Ok(answer)
}
