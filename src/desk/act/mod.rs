//! What people do about tickets. Each act is domain rule, store writes and event in one transaction; page, API and
//! command line call the same function.
//!
//! To add an act: one file here, one `pub async fn` that takes `&mut Work` (the caller commits), the right that it needs
//! as a value from `access`, and the version that the person saw. Whether the person may see the ticket at all (D12) is
//! asked before, by whoever shows it.

mod acknowledge;
mod compose;
mod error;
mod held;
mod link;
mod note;
mod open;
mod owner;
mod priority;
mod reclassify;
mod reply;
mod state;
mod tag;
mod thread;

#[cfg(test)]
mod tests;

pub(in crate::desk) use self::open::open_for;
pub use self::{
    acknowledge::{acknowledge_now, may_acknowledge},
    error::{ActError, ActResult},
    link::{link, unlink},
    note::note,
    open::{ByHand, by_hand, ticket_from_message},
    owner::{assign, possible_owners},
    priority::set_priority,
    reclassify::reclassify,
    reply::{Composed, Draft, preview, reply},
    state::{change_state, steps},
    tag::{add_tag, remove_tag},
};
