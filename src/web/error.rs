//! Everything a page can fail with. Causes go to the log, never to the page.

use std::{fmt, sync::Arc, time::Duration};

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::See;
use crate::{password::PasswordError, store::StoreError};

/// Result of a handler.
pub type WebResult<T> = Result<T, WebError>;

/// Why there is no page. It says what a person should know; `dress` puts it on a page or into problem+json.
#[derive(Debug)]
pub enum WebError {
    /// Nothing here. Also for what this person may not see: the page is the same.
    NotFound,
    /// The role is lacking. Looks the same whatever exists.
    Forbidden,
    /// Not signed in: go to sign-in, and come back to this path of ours.
    SignIn(String),
    /// The password was right, and the second factor is owed: go there, and come back to this path of ours.
    Code(String),
    /// The API was asked without a token that holds.
    Token,
    /// A form that did not come from our own page, or from one that is too old.
    Foreign,
    /// Another person was first. The words say what to do.
    Conflict(String),
    /// What was sent cannot be used; the words say why.
    Invalid(String),
    /// Too often; come back later.
    Throttled(Duration),
    /// Too much at once.
    TooLarge,
    /// The body did not come in time.
    TooSlow,
    /// This address does not take this method.
    Method,
    /// The database, or something else we need, does not answer at this moment.
    Unavailable(Cause),
    /// Our own mistake.
    Unexpected(Cause),
}

/// What really happened, for the log only.
pub struct Cause(Box<dyn std::error::Error + Send + Sync>);

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Words for a person: title, text.
pub(super) type Words = (&'static str, String);

impl WebError {
    /// Our own mistake, with its cause for the log.
    pub fn unexpected(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unexpected(Cause(cause.into()))
    }

    /// Something we need does not answer, with the cause for the log.
    pub fn unavailable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unavailable(Cause(cause.into()))
    }

    /// The status of the answer.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden | Self::Foreign => StatusCode::FORBIDDEN,
            Self::SignIn(_) | Self::Code(_) => StatusCode::SEE_OTHER,
            Self::Token => StatusCode::UNAUTHORIZED,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Throttled(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Unexpected(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What really happened, where it is worth a line in the log.
    pub(super) const fn cause(&self) -> Option<&Cause> {
        match self {
            Self::Unavailable(cause) | Self::Unexpected(cause) => Some(cause),
            _ => None,
        }
    }

    /// What to say to a person.
    pub(super) fn words(&self) -> Words {
        match self {
            Self::NotFound => ("There is nothing here", "The address is wrong, or what was here has gone.".into()),
            Self::Forbidden => (
                "This is not open to you",
                "Your account has no role for this page. If you need it, ask an administrator.".into(),
            ),
            Self::SignIn(_) | Self::Code(_) => ("Sign in", "Sign in first.".into()),
            Self::Token => (
                "A token is needed",
                "Send Authorization: Bearer with a token made by `postdesk token add`, not expired and not revoked."
                    .into(),
            ),
            Self::Foreign => (
                "This form was not accepted",
                "It came from another site, or its page is too old. Open the page again and send it from there. \
                 Nothing was changed."
                    .into(),
            ),
            Self::Conflict(words) => ("Another person was first", words.clone()),
            Self::Invalid(words) => ("This cannot be used", words.clone()),
            Self::Throttled(wait) => ("Too many tries", format!("Try again in {}.", span(*wait))),
            Self::TooLarge => ("Too much at once", "Send less, or split it. Nothing was changed.".into()),
            Self::TooSlow => {
                ("That took too long", "The form did not arrive in time. Nothing was changed; send it again.".into())
            }
            Self::Method => ("This address does not take that", "Go back and use the buttons of the page.".into()),
            Self::Unavailable(_) => (
                "Not available at this moment",
                "Something the console needs does not answer. Nothing you sent was kept; try again in a minute.".into(),
            ),
            Self::Unexpected(_) => (
                "Something went wrong on our side",
                "It is in the log of the server under the code below. Nothing you sent was kept.".into(),
            ),
        }
    }
}

/// A span as a person says it.
pub(super) fn span(span: Duration) -> String {
    match span.as_secs() {
        0..=1 => "a second".to_owned(),
        s @ 2..120 => format!("{s} seconds"),
        s => format!("{} minutes", s.div_ceil(60)),
    }
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        if let Self::SignIn(next) = &self {
            return See::other(super::sign_in::path(next)).into_response();
        }
        if let Self::Code(next) = &self {
            return See::other(super::sign_in::path_of_code(next)).into_response();
        }
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

impl From<StoreError> for WebError {
    fn from(error: StoreError) -> Self {
        if matches!(error, StoreError::Conflict) {
            return Self::Conflict("Somebody changed this a moment ago. Look at it again before you change it.".into());
        }
        if error.may_pass() { Self::unavailable(error) } else { Self::unexpected(error) }
    }
}

impl From<PasswordError> for WebError {
    fn from(error: PasswordError) -> Self {
        if matches!(error, PasswordError::Busy) { Self::unavailable(error) } else { Self::unexpected(error) }
    }
}

impl From<crate::clock::NoEntropy> for WebError {
    fn from(error: crate::clock::NoEntropy) -> Self {
        Self::unexpected(error)
    }
}

impl From<tower_sessions::session::Error> for WebError {
    fn from(error: tower_sessions::session::Error) -> Self {
        Self::unavailable(error)
    }
}
