//! Who takes part in a ticket.

use crate::{
    domain::ticket::{Channel, Ticket},
    store::{self, View},
    web::{
        WebResult,
        line::{line, line_or},
    },
};

/// Somebody who takes part.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) role: String,
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) note: String,
}

/// The reporter, whoever else takes part, and the mailbox.
pub(super) async fn people(view: &mut View, ticket: &Ticket) -> WebResult<Vec<Person>> {
    let mut people = vec![Person {
        role: "Reporter".to_owned(),
        name: line(&ticket.reporter_name),
        address: line_or(&ticket.reporter, "no address known"),
        note: note(ticket),
    }];
    let person = |role: &str, name: String, address: String| Person {
        role: role.to_owned(),
        name,
        address,
        note: String::new(),
    };
    let others = store::ticket::participants(view, ticket.number).await?;
    let others = others.into_iter().filter(|address| *address != ticket.reporter);
    people.extend(others.map(|address| person("Takes part", String::new(), line(&address))));
    if let Some(id) = store::ticket::mailbox(view, ticket.number).await?
        && let Some(mailbox) = store::mailbox::get(view, id).await?
    {
        let role = if ticket.channel == Channel::Mail { "Came to" } else { "We write from" };
        people.push(person(role, mailbox.name, mailbox.address));
    }
    Ok(people)
}

fn note(ticket: &Ticket) -> String {
    let channel = match ticket.channel {
        Channel::Mail => None,
        Channel::Telephone => Some("by telephone"),
        Channel::Letter => Some("by letter"),
        Channel::InPerson => Some("in person"),
    };
    let unreachable = ticket.unreachable.then_some("cannot be reached by mail");
    let notes: Vec<&str> = channel.into_iter().chain(unreachable).collect();
    notes.join(", ")
}
