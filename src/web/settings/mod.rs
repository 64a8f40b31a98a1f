//! Settings that are edited in the console.

mod list;
mod save;
mod show;
mod text;

#[cfg(test)]
mod tests;

pub(super) use self::{list::list, save::save, show::show};
