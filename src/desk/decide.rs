//! What to do about a message: pure, from its reading and what is already known.

use crate::domain::{
    acknowledgement::{Acknowledgement, Decision},
    arrival::Authenticated,
    delivery::Action,
    kind::Kind,
    reading::Reading,
    ticket::Priority,
};

/// What is already known about a message when it is decided on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// The same mail is known from elsewhere: its ticket, if it made one.
    pub twin: Option<Option<i64>>,
    /// Ticket of our own mail that this one answers or reports on, found by our Message-ID.
    pub ours: Option<i64>,
    /// Ticket that the subject's token claims.
    pub claimed: Option<Claim>,
    /// Open ticket in which the same reporter lately wrote of the same matter.
    pub same_matter: Option<i64>,
}

/// A ticket named in the subject. Anybody can write a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The ticket.
    pub ticket: i64,
    /// Whether the message's sender takes part in it.
    pub takes_part: bool,
}

/// Where a message goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// It opens a ticket, which may claim to belong to another.
    Open {
        /// How much it presses.
        priority: Priority,
        /// Ticket that it claims to belong to.
        claims: Option<i64>,
    },
    /// It joins a ticket.
    Join {
        /// The ticket.
        ticket: i64,
        /// Why, in words for the timeline.
        why: &'static str,
        /// Whether a closed ticket opens again.
        reopens: bool,
    },
    /// It becomes an event on our own ticket: a bounce or automatic answer to our mail.
    Event {
        /// The ticket.
        ticket: i64,
        /// Whether our correspondent cannot be reached.
        unreachable: bool,
    },
    /// Its errors go to the ledger.
    Ledger,
    /// It is kept and listed; nothing to do.
    File,
    /// It is a second copy of known mail.
    SecondCopy {
        /// That mail's ticket.
        ticket: Option<i64>,
    },
}

/// What to do about a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Where it goes.
    pub destination: Destination,
    /// Whether it is acknowledged. Caps may still turn `send` into `record`.
    pub acknowledgement: Acknowledgement,
}

/// Decides. `by_arrival` is what the arrival rules say of an acknowledgement.
#[must_use]
pub fn decide(reading: &Reading, context: &Context, by_arrival: Acknowledgement) -> Plan {
    let never = |reason: &str| Acknowledgement::new(Decision::Never, reason);
    if let Some(ticket) = context.twin {
        return Plan { destination: Destination::SecondCopy { ticket }, acknowledgement: never("known mail") };
    }
    match reading.kind {
        Kind::DeliveryError => Plan { destination: returned(reading, context.ours), acknowledgement: by_arrival },
        Kind::AutomaticReply => {
            let destination =
                context.ours.map_or(Destination::File, |ticket| Destination::Event { ticket, unreachable: false });
            Plan { destination, acknowledgement: by_arrival }
        }
        kind if kind.opens_ticket() => conversation(reading, context, by_arrival),
        _ => Plan { destination: Destination::File, acknowledgement: by_arrival },
    }
}

fn returned(reading: &Reading, ours: Option<i64>) -> Destination {
    let failed = reading.deliveries.iter().any(|d| d.action == Action::Failed);
    match ours {
        Some(ticket) => Destination::Event {
            ticket,
            unreachable: reading.deliveries.iter().any(|d| d.action == Action::Failed && d.permanent),
        },
        None if failed => Destination::Ledger,
        None => Destination::File,
    }
}

fn conversation(reading: &Reading, context: &Context, by_arrival: Acknowledgement) -> Plan {
    let join = |ticket, why, reopens| Plan {
        destination: Destination::Join { ticket, why, reopens },
        acknowledgement: Acknowledgement::new(Decision::Never, why),
    };
    if let Some(ticket) = context.ours {
        return join(ticket, "answers our mail", true);
    }
    // A number is believed for its sender, so not of a sender that is called forged.
    let forged = reading.arrival.authenticated == Authenticated::Forged;
    if let (Some(Claim { ticket, takes_part: true }), false) = (context.claimed, forged) {
        return join(ticket, "carries the ticket's number, from somebody who takes part", true);
    }
    if let Some(ticket) = context.same_matter {
        return join(ticket, "the same reporter about the same matter within a day", false);
    }
    let priority = if reading.kind == Kind::ContactPoint { Priority::High } else { Priority::Normal };
    let claims = context.claimed.map(|claim| claim.ticket);
    Plan { destination: Destination::Open { priority, claims }, acknowledgement: by_arrival }
}

#[cfg(test)]
mod tests;
