//! Who has typed the password and owes the second factor.

use axum::{extract::FromRequestParts, http::request::Parts};

use super::Visit;
use crate::{
    domain::account::Account,
    web::{Web, WebError, WebResult},
};

/// Somebody in the middle of signing in. Opens the two pages of the second factor and nothing else.
#[derive(Clone, Debug)]
pub(in crate::web) struct Half(pub Account);

impl FromRequestParts<Web> for Half {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> WebResult<Self> {
        let visit = Visit::load(parts, web).await?;
        visit.half.clone().map(Self).ok_or_else(|| WebError::SignIn("/".to_owned()))
    }
}
