//! `Authorization: Bearer`: a token has the rights of its account, at most, and ends with it.

use std::time::Duration;

use axum::http::{header, request::Parts};

use crate::{
    domain::{account::Account, time::Moment, token::hashed},
    store::{account, token},
    web::{Web, WebResult},
};

/// How exactly use is noted: a write a minute is enough.
const NOTED: Duration = Duration::from_mins(1);

/// The account behind the token of a request, if both still hold.
pub(super) async fn account(parts: &Parts, web: &Web, now: Moment) -> WebResult<Option<Account>> {
    let sent = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some((scheme, token)) = sent.and_then(|value| value.split_once(' ')) else { return Ok(None) };
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Ok(None);
    }
    let mut view = web.store.read().await?;
    let Some(kept) = token::by_hash(&mut view, &hashed(token.trim()), now).await? else { return Ok(None) };
    let account = account::get(&mut view, kept.account_id).await?.filter(|account| !account.disabled);
    drop(view);
    if account.is_some() && kept.used_at.is_none_or(|used| now.since(Moment::from_millis(used)) > NOTED) {
        let mut work = web.store.write().await?;
        token::used(&mut work, kept.id, now).await?;
        work.commit().await?;
    }
    Ok(account)
}
