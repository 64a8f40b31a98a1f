//! Signing in.

mod device;
mod enter;
mod next;
mod show;

#[cfg(test)]
mod tests;

pub(super) use self::{enter::enter, next::path, show::show};
