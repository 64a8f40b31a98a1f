//! Rules of the domain under arbitrary use.

mod message_id;
mod moment;
mod ticket;
