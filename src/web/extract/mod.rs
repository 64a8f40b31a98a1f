//! What handlers ask for in their signature: the visit, rights, ids.

mod bearer;
mod path;
mod right;
mod visit;

#[cfg(test)]
pub(in crate::web) mod testing;

pub use self::{path::Path, right::SignedIn, visit::Visit};
