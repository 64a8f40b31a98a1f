//! The session that a sign-in opens: first half of one, where a second factor is owed, then a whole one under a new id.

use axum::{http::header, response::Response};

use super::device;
use crate::{
    desk,
    domain::{
        account::Account,
        event::{Actor, NewEvent, What},
    },
    web::{Visit, WebResult, csrf, session},
};

/// Where the visitor comes from, in words.
pub(super) fn from(visit: &Visit) -> String {
    visit.client.map_or_else(|| "an unknown address".to_owned(), |ip| ip.to_string())
}

/// Opens the first half: whoever holds its cookie can show the second factor or leave, and nothing else.
pub(super) async fn half(visit: &Visit, account: &Account) -> WebResult<()> {
    open(visit, account, false).await
}

/// Opens the whole session, and marks the browser as one from which this account was used.
pub(super) async fn whole(visit: &Visit, account: &Account, factor: bool, answer: &mut Response) -> WebResult<()> {
    let mut work = visit.web.store.write().await?;
    let actor = Actor::Account { id: account.id, name: account.name.clone() };
    work.event(NewEvent::new(visit.now, actor, What::SignedIn, format!("from {}", from(visit))));
    desk::account::signed_in(&mut work, visit.now).await?;
    work.commit().await?;
    open(visit, account, factor).await?;
    if let Some(cookie) = device::cookie(&visit.web, &account.login)? {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(())
}

async fn open(visit: &Visit, account: &Account, factor: bool) -> WebResult<()> {
    // A new id at each step: one that was planted or seen before the step is worth nothing after it.
    if visit.session.id().is_some() {
        visit.session.flush().await?;
    }
    visit.session.insert(session::ACCOUNT, account.id).await?;
    visit.session.insert(session::FACTOR, factor).await?;
    visit.session.insert(session::PROVED, visit.now.millis()).await?;
    visit.session.insert(session::CSRF, csrf::fresh(&visit.web.clock)?).await?;
    visit.session.insert(session::BROWSER, &visit.browser).await?;
    visit.session.insert(session::ADDRESS, from(visit)).await?;
    Ok(())
}
