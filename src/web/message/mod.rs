//! Kept mail: the list, one message, its bytes and parts.

mod attachment;
mod body;
mod disposition;
mod facts;
mod found;
mod kind;
mod list;
mod raw;
mod show;
mod standing;
mod ticket;

#[cfg(test)]
mod tests;

pub(super) use self::{
    attachment::attachment, body::body, disposition::attachment as attachment_header, found::found, kind::change_kind,
    list::list, raw::raw, show::show, ticket::make_ticket,
};
