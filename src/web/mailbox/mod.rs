//! Mailboxes and outbox: does mail come in, and does it leave?

mod act;
mod condition;
mod outbox;
mod show;

#[cfg(test)]
mod tests;

pub(super) use self::{
    act::{discard, retry},
    condition::{Condition, of_mailbox, of_outbox},
    show::show,
};
