//! What waits for another authorised postmaster.

mod decide;
mod list;

#[cfg(test)]
mod tests;

pub(super) use self::{decide::decide, list::list};
