//! The first page: what must be done now, whether the mail is healthy, what changed (D3).

mod change;
mod duty;
mod health;
mod now;
mod owed;
mod show;
mod since;

#[cfg(test)]
mod tests;

pub(super) use self::{duty::review, show::show};
