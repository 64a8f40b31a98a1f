//! JSON for programs, under `/api/v1`: the same calls as the pages, the rights of the token's account.

mod delivery_error;
mod document;
mod domain;
mod list;
mod message;
mod not_imported;
mod ticket;
mod tickets;
mod words;

#[cfg(test)]
mod tests;

pub(super) use self::{
    delivery_error::delivery_errors,
    document::openapi,
    domain::{domain, domains},
    message::messages,
    not_imported::not_imported,
    ticket::ticket,
    tickets::tickets,
};
