//! What handlers ask for in their signature: the visit, rights, ids.

mod bearer;
mod path;
mod right;
mod visit;

pub use self::{path::Path, right::SignedIn, visit::Visit};
