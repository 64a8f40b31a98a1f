//! Kept messages read again by newer rules: what would change, and the order to change it.
//!
//! For authorised postmasters: quarantine notices are among the messages.

mod act;
mod show;

#[cfg(test)]
mod tests;

pub(super) use self::{
    act::{begin, decide},
    show::show,
};
