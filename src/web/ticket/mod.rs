//! Tickets: the list, one ticket with its timeline, and everything people do there.
//!
//! An act is one `POST` to a noun below the ticket. Each handler opens one work, asks [`seen::ticket`] whether this person
//! may see the ticket at all, calls the act of the desk, commits, and goes back to the ticket with a word about it; what
//! was refused is shown on the ticket's page with the typed text kept (`again`).

mod acknowledgement;
mod again;
mod change;
mod conflict;
mod entry;
mod event_words;
mod facts;
mod filters;
mod key;
mod letter;
mod link;
mod list;
mod new;
mod note;
mod offer;
mod people;
mod pick;
mod presence;
mod query;
mod reply;
mod reply_form;
mod row;
mod saved_view;
mod seen;
mod show;
mod tag;
mod timeline;

#[cfg(test)]
mod tests;

pub(super) use self::{
    acknowledgement::acknowledgement,
    change::{owner, priority, state},
    link::links,
    list::list,
    new::{form, open},
    note::note,
    pick::changes,
    presence::presence,
    reply::{preview, send},
    row::TicketRow,
    saved_view::{forget as forget_view, save as save_view},
    show::show,
    tag::tags,
};
