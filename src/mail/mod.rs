//! Mail servers and mail bytes: fetching over IMAP, sending over SMTP, tokens for both, and hostile HTML.
//!
//! This room knows bytes and servers, never the store: jobs carry what is fetched to the desk and what is
//! queued to the relay. Only here are `async_imap` and `lettre` named.

mod line;
mod words;

pub mod inbox;
pub mod oauth;
pub mod outbox;
pub mod sanitise;
pub mod tls;
