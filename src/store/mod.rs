//! The only room that says sqlx. One text of SQL for `SQLite` and `PostgreSQL`; a statement lives in the file of its noun.
//!
//! To add a statement: find its noun's file, take `&mut View` if it reads and `&mut Work` if it writes, run it with
//! `on_db!`, and call it from the contract suite, which runs everything on both databases. Where the two databases
//! need different words, the difference goes to `dialect.rs` (or `search/`), nowhere else.
//!
//! Rules that keep one text valid on both: `$1 … $n`; times as unix milliseconds bound from the clock; `CAST(SUM(x) AS
//! BIGINT)`; `ON CONFLICT`, never catch-and-go-on; no `now()`, arrays or writable CTE; case and accents folded in Rust.

mod dialect;
mod error;
mod health;
mod later;
mod open;
mod wake;
mod work;

pub mod account;
pub mod acknowledged;
pub mod blob;
pub mod confirmation;
pub mod copy;
pub mod counter;
pub mod duty;
pub mod event;
pub mod lease;
pub mod ledger;
pub mod mailbox;
pub mod message;
pub mod outbox;
pub mod presence;
pub mod rereading;
pub mod restored;
pub mod saved_view;
pub mod search;
pub mod second_factor;
pub mod session;
pub mod setting;
pub mod sighting;
pub mod template;
pub mod throttle;
pub mod ticket;
pub mod token;

pub use error::{StoreError, StoreResult};
pub use health::{Ailment, Health};
pub use open::{Life, Schema, Store, Watch};
pub use wake::Wake;
pub use work::{View, Work};

/// Runs one body on whichever database is open; `$c` is the native connection.
macro_rules! on_db {
    ($view:expr, $c:ident => $body:expr) => {
        match $view.link() {
            $crate::store::work::Link::Sqlite(link) => {
                let $c = &mut **link;
                $body
            }
            $crate::store::work::Link::Postgres(link) => {
                let $c = &mut **link;
                $body
            }
        }
    };
}
pub(crate) use on_db;

use std::str::FromStr;

/// Reads a stored word back into its enum; a word we do not know is inconsistent data, not a panic.
fn word<T: FromStr>(text: &str, column: &'static str) -> StoreResult<T> {
    text.parse().map_err(|_| StoreError::Inconsistent { column, found: text.chars().take(40).collect() })
}

/// `PostgreSQL` refuses U+0000 in any text; mail may hold it.
fn clean(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains('\0') { text.replace('\0', "\u{fffd}").into() } else { text.into() }
}
