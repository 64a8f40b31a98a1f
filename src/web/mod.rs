//! The web door: pages, live stream, API, health. The only room that says axum.
//!
//! To add a page:
//! 1. Put its URL into [`router`](self::router()), which shows the whole URL space on one screen, and decide for everybody
//!    who may ask for it: a line in `router/rights.txt`, without which a test fails.
//! 2. Make `web/<noun>/<act>.rs` with one handler. Its signature says what it needs: [`Visit`] (the request's context),
//!    a right such as [`Reader`](crate::access::Reader), a [`Path`], and for a change a [`Form`], which cannot be had
//!    unverified. A dangerous act asks for the person's password in its form (`form::own_password`) and hands it to
//!    [`Visit::prove`]; the `Fresh` that comes back is what the desk's call needs.
//! 3. Put the view struct beside the handler, deriving `askama::Template`, with `page: Chrome` from [`Visit::chrome`];
//!    answer `Ok(Page::new(view))`, or [`See::other`] after a change, with a word to the person by [`Visit::tell`].
//! 4. Return [`WebError`] for everything else; a `StoreError` becomes one by `?`. Causes go to the log, never to the page.
//!
//! ```text
//! async fn note(visit: Visit, may: Postmaster, Path(n): Path<i64>, Form(note): Form<Note>) -> WebResult<See> { … }
//! ```

mod account;
mod accounts;
mod api;
mod assets;
mod chart;
mod client;
mod confirmation;
mod connections;
mod cookie;
mod csp;
mod csrf;
mod delivery_error;
mod dress;
mod error;
mod evidence;
mod extract;
mod form;
mod hard;
mod health;
mod line;
mod link;
mod list;
mod live;
mod mailbox;
mod message;
mod metrics;
mod not_imported;
mod origin;
mod outdated;
mod page;
mod qr;
mod quoted;
mod raw_source;
mod reason;
mod reference;
mod rereading;
mod router;
mod second_factor;
mod serve;
mod session;
mod settings;
mod sign_in;
mod sign_out;
mod state;
mod taking;
mod ticket;
mod timeline;
mod today;
mod when;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use self::{
    csp::mail_body_headers,
    csrf::Form,
    error::{WebError, WebResult},
    extract::{Path, SignedIn, Visit},
    form::{Choice, Errors},
    list::{FilterGroup, FilterLink, Pager},
    page::{Chrome, NavItem, Notice, Page, See, Undo},
    raw_source::{Pieces, RawSource, Sighted},
    router::router,
    serve::serve,
    state::{Settings, StartError, Web},
    timeline::{Entry, TextPart},
    when::When,
};
