//! One IMAP session of one mailbox: sign in, list, fetch, mark, move, wait for news.
//!
//! Mail is named by UID only, never by sequence number. `async-imap` does the stream and the sign-in; the
//! exchange of commands is ours, because its own helpers take a clean close for an answer, swallow a tagged
//! NO after FETCH, and lose news that arrives before IDLE's `+`.

mod account;
mod error;
mod exchange;
mod fetching;
mod folder;
mod gate;
mod idle;
mod listing;
mod marking;
mod name;
mod session;
mod sign_in;
mod uid_set;
mod wire;

pub mod backoff;

pub use account::{Account, After, Pace};
pub use error::InboxError;
pub use fetching::{Fetched, Fetching};
pub use folder::Selected;
pub use idle::Woken;
pub use listing::{Listed, Listing, batch};
pub use session::{Abilities, Inbox};

#[cfg(test)]
mod tests;
