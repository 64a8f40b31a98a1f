//! The words and rules of the postmaster's job. Pure: no database, no web, no clock, no input or output.
//!
//! Words that several rooms share (a message's kind, the evidence for it, what a delivery report says,
//! what was decided about an acknowledgement) live here, so that `reading`, `store` and `desk` need not
//! know one another.

mod text_enum;

pub mod account;
pub mod acknowledgement;
pub mod address;
pub mod arrival;
pub mod confirmation;
pub mod delivery;
pub mod direction;
pub mod event;
pub mod evidence;
pub mod feedback;
pub mod kind;
pub mod message;
pub mod our_message_id;
pub mod outgoing;
pub mod reading;
pub mod recovery_code;
pub mod rereading;
pub mod role;
pub mod second_factor;
pub mod secret;
pub mod site;
pub mod ticket;
pub mod time;
pub mod token;
