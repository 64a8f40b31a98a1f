//! Rights as arguments. A handler that names one is only ever called with it; the domain calls it makes ask for the same.

use axum::{extract::FromRequestParts, http::request::Parts};

use super::Visit;
use crate::{
    access::{Administrator, AuthorisedPostmaster, Postmaster, Reader, Rights},
    domain::account::Account,
    web::{Web, WebError, WebResult},
};

/// Somebody is signed in, whatever their roles.
#[derive(Clone, Debug)]
pub struct SignedIn(
    /// Who.
    pub Account,
);

impl FromRequestParts<Web> for Visit {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> WebResult<Self> {
        Self::load(parts, web).await
    }
}

impl FromRequestParts<Web> for SignedIn {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> WebResult<Self> {
        let visit = Visit::load(parts, web).await?;
        visit.account.clone().map(Self).ok_or_else(|| visit.to_sign_in())
    }
}

async fn right<T: Clone>(parts: &mut Parts, web: &Web, pick: impl Fn(&Rights) -> Option<&T>) -> WebResult<T> {
    let visit = Visit::load(parts, web).await?;
    if visit.account.is_none() {
        return Err(visit.to_sign_in());
    }
    pick(&visit.rights).cloned().ok_or(WebError::Forbidden)
}

impl FromRequestParts<Web> for Reader {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> WebResult<Self> {
        right(parts, web, Rights::reader).await
    }
}

impl FromRequestParts<Web> for Postmaster {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> WebResult<Self> {
        right(parts, web, Rights::postmaster).await
    }
}

impl FromRequestParts<Web> for AuthorisedPostmaster {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> WebResult<Self> {
        right(parts, web, Rights::authorised_postmaster).await
    }
}

impl FromRequestParts<Web> for Administrator {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> WebResult<Self> {
        right(parts, web, Rights::administrator).await
    }
}
