//! Outgoing mail: written as bytes, then handed to the relay.

mod dial;

pub mod compose;
pub mod send;

pub use compose::{ComposeError, compose, writable};
pub use send::{Patience, Relay, Sent, Smarthost};
