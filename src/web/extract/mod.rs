//! What handlers ask for in their signature: the visit, rights, ids; and the proof that a password was typed for an act.

mod bearer;
mod fresh;
mod half;
mod path;
mod right;
mod standing;
mod visit;

#[cfg(test)]
pub(in crate::web) mod testing;

pub(in crate::web) use self::{
    fresh::{FIELD, WRONG},
    half::Half,
    standing::owes_factor,
};
pub use self::{path::Path, right::SignedIn, visit::Visit};
