//! `POST /sign-in`. The same answer after the same work, whether the account does not exist, may not sign in, or the
//! password is wrong.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{
    device,
    next::{own, path_of_code},
    session::{from, half, whole},
    show::{Shown, page},
};
use crate::{
    domain::{
        account::Account,
        address,
        event::{Actor, NewEvent, What},
        secret::Secret,
    },
    password::Verdict,
    store::{StoreResult, Work, account, throttle},
    web::{Errors, Form, See, Visit, WebResult, client, error::span, extract::owes_factor},
};

/// Longest login.
const LONGEST: usize = 100;

/// What was typed.
#[derive(Deserialize)]
pub(in crate::web) struct Typed {
    login: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// Signs in, or says that it is wrong, or that it is too early for another try.
pub(in crate::web) async fn enter(visit: Visit, headers: HeaderMap, Form(typed): Form<Typed>) -> WebResult<Response> {
    let login = address::fold(&typed.login.chars().take(LONGEST).collect::<String>());
    let password = Secret::new(typed.password);
    let next = own(&typed.next).to_owned();
    let counted = Counted::of(&visit, &headers, &login);

    let mut work = visit.web.store.write().await?;
    let mut until = visit.now;
    for name in counted.names() {
        until = until.max(throttle::until(&mut work, name).await?.unwrap_or_default());
    }
    if until > visit.now {
        drop(work);
        let left = until.since(visit.now);
        let wait = format!("There were too many wrong tries. Try again in {}.", span(left));
        let shown = Shown { login, next, wait, status: StatusCode::TOO_MANY_REQUESTS, ..Shown::default() };
        let mut answer = page(&visit, shown).await?;
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(left.as_secs().max(1)));
        return Ok(answer);
    }
    // Counted before the password is looked at, so that a hundred tries at once are a hundred tries.
    for name in counted.names() {
        throttle::failed(&mut work, name, visit.now).await?;
    }
    let found = account::by_login(&mut work, &login).await?;
    let id = found.as_ref().filter(|account| !account.disabled).map_or(0, |account| account.id);
    let hash = account::password_hash(&mut work, id).await?;
    work.commit().await?;

    match visit.web.passwords.verify(hash.as_deref(), &password).await? {
        Verdict::Wrong => refuse(&visit, found.as_ref(), login, next).await,
        Verdict::Right { rehash } => {
            let Some(account) = found else { return refuse(&visit, None, login, next).await };
            accept(&visit, &account, &counted, rehash).await?;
            if owes_factor(&account, false, &visit.web) {
                half(&visit, &account).await?;
                return Ok(See::other(path_of_code(&next)).into_response());
            }
            let mut answer = See::other(next).into_response();
            whole(&visit, &account, false, &mut answer).await?;
            Ok(answer)
        }
    }
}

/// Under which names a try is counted.
struct Counted {
    /// A browser known for this login is counted by itself; all others by login
    who: String,
    /// and by address.
    address: Option<String>,
}

impl Counted {
    fn of(visit: &Visit, headers: &HeaderMap, login: &str) -> Self {
        if let Some(who) = device::throttled_as(&visit.web, headers, login) {
            return Self { who, address: None };
        }
        Self { who: format!("account {login}"), address: visit.client.map(client::throttled_as) }
    }

    fn names(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.who).chain(&self.address)
    }

    /// A good sign-in explains the wrong tries at its own account. Those that its address made at others stay counted:
    /// else whoever has an account tries four passwords at each of the others', with a sign-in of their own in between.
    async fn forgiven(&self, work: &mut Work) -> StoreResult<()> {
        let explained = throttle::failures(work, &self.who).await?;
        throttle::clear(work, &self.who).await?;
        if let Some(address) = &self.address {
            throttle::forgive(work, address, explained).await?;
        }
        Ok(())
    }
}

async fn refuse(visit: &Visit, known: Option<&Account>, login: String, next: String) -> WebResult<Response> {
    // People type passwords into the wrong field: a login we do not know is not written down.
    let as_whom = known.map_or_else(|| "an unknown login".to_owned(), |account| account.login.clone());
    let mut work = visit.web.store.write().await?;
    work.event(NewEvent::new(visit.now, Actor::Outside(from(visit)), What::SignInRefused, format!("as {as_whom}")));
    work.commit().await?;
    let errors = Errors::one("", "The login or the password is wrong.");
    page(visit, Shown { login, next, errors, status: StatusCode::UNPROCESSABLE_ENTITY, ..Shown::default() }).await
}

/// The password was right: what it explains is not counted any more, and a hash of older parameters is replaced.
async fn accept(visit: &Visit, account: &Account, counted: &Counted, rehash: Option<String>) -> WebResult<()> {
    let mut work = visit.web.store.write().await?;
    if let Some(hash) = rehash {
        account::set_password_hash(&mut work, account.id, &hash, false, visit.now).await?;
    }
    counted.forgiven(&mut work).await?;
    work.commit().await?;
    Ok(())
}
