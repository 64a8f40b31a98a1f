//! What handlers ask for in their signature: the visit, rights, ids.

mod bearer;
mod path;
mod right;
mod visit;

pub use self::{bearer::token_hash, path::Path, right::SignedIn, visit::Visit};
