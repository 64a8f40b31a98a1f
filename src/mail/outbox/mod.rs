//! Outgoing mail: written as bytes, then handed to the relay.

pub mod compose;
pub mod send;

pub use compose::{ComposeError, compose, writable};
pub use send::{Relay, RelayError, Sent, Smarthost};
