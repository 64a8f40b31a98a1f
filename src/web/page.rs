//! One way to answer with a page, and what every page knows.

use askama::Template;
use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::WebError;

/// One line of the navigation. A count of 0 is not shown.
#[derive(Clone, Debug)]
pub struct NavItem {
    /// Where it leads.
    pub href: String,
    /// Its words.
    pub label: String,
    /// Whether the page is in it.
    pub current: bool,
    /// How many need attention there.
    pub count: i64,
}

/// What the last act did. `kind` is `done`, `info`, `waiting` or `late`.
#[derive(Clone, Debug)]
pub struct Notice {
    /// How it went.
    pub kind: &'static str,
    /// What to say.
    pub text: String,
    /// How to take it back, if that can be done.
    pub undo: Option<Undo>,
}

/// A form that takes the last act back.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Undo {
    /// Where it is sent.
    pub action: String,
    /// Its fields: name, value.
    pub fields: Vec<(String, String)>,
}

/// What every page knows; called `page` in every template. Made by [`Visit::chrome`](super::Visit::chrome).
#[derive(Clone, Debug, Default)]
pub struct Chrome {
    /// The page's own title, without the site.
    pub title: String,
    /// The site's name.
    pub site_name: String,
    /// What this person may go to.
    pub nav: Vec<NavItem>,
    /// Login and name of who is signed in.
    pub account: Option<(String, String)>,
    /// The form token.
    pub csrf: String,
    /// `/static/<build>`.
    pub assets: String,
    /// How many tickets need attention.
    pub waiting: i64,
    /// Whether this person may search tickets.
    pub search: bool,
    /// What the last act did.
    pub notice: Option<Notice>,
}

/// A page to answer with.
#[derive(Debug)]
pub struct Page<T> {
    view: T,
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl<T: Template> Page<T> {
    /// The page, as 200.
    pub const fn new(view: T) -> Self {
        Self { view, status: StatusCode::OK, headers: Vec::new() }
    }

    /// The same page with another status: 422 for a form with mistakes, 409 when another person was first.
    #[must_use]
    pub const fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The same page with one more header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }
}

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        let html = match self.view.render() {
            Ok(html) => html,
            Err(error) => return WebError::unexpected(error).into_response(),
        };
        let kind = HeaderValue::from_static("text/html; charset=utf-8");
        let mut response = (self.status, [(header::CONTENT_TYPE, kind)], html).into_response();
        for (name, value) in self.headers {
            response.headers_mut().append(name, value);
        }
        response
    }
}

/// `303 See other`: the answer to every change.
#[derive(Debug)]
pub struct See(String);

impl See {
    /// Go to a path of ours.
    #[must_use]
    pub fn other(path: impl Into<String>) -> Self {
        Self(path.into())
    }
}

impl IntoResponse for See {
    fn into_response(self) -> Response {
        let place = HeaderValue::from_str(&self.0).unwrap_or(HeaderValue::from_static("/"));
        (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response()
    }
}
