//! Mail that could not be handled, or is too large: listed with its reason, tried again, discarded.

mod discard;
mod list;
mod retry;

#[cfg(test)]
mod tests;

pub(super) use self::{discard::discard, list::list, retry::retry};
