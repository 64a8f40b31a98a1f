//! Ids in paths.

use axum::{
    extract::{FromRequestParts, Path as AxumPath},
    http::request::Parts,
};
use serde::de::DeserializeOwned;

use crate::web::WebError;

/// The variable parts of the path. What cannot be read is not there: 404.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(
    /// The parts.
    pub T,
);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, WebError> {
        let AxumPath(found) = AxumPath::from_request_parts(parts, state).await.map_err(|_| WebError::NotFound)?;
        Ok(Self(found))
    }
}
