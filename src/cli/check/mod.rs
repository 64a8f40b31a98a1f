//! `postdesk check`: tries what the configuration names, and says what to do about each failure.

mod dns;
mod finding;

pub use dns::dns;
pub use finding::{Finding, exit_code, print};
