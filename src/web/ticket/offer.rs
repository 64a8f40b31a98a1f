//! What can be done about the state of a ticket now.

use super::again::Typed;
use crate::{
    desk::act,
    domain::{
        acknowledgement::Decision,
        ticket::{State, Ticket},
    },
    store::View,
    web::{Visit, WebResult},
};

/// A step that the state machine permits now.
#[derive(Clone, Debug)]
pub(crate) struct StateAction {
    /// Unique on the page.
    pub(crate) id: String,
    pub(crate) to: &'static str,
    pub(crate) label: String,
    pub(crate) title: String,
    pub(crate) action: String,
    pub(crate) consequence: String,
    pub(crate) needs_reason: bool,
    pub(crate) danger: bool,
    /// Key that opens it, empty for none.
    pub(crate) key: &'static str,
    /// What was typed before the page had to be shown again.
    pub(crate) reason: String,
}

/// An acknowledgement that can leave by a click.
#[derive(Clone, Debug)]
pub(crate) struct AcknowledgeOffer {
    pub(crate) action: String,
    pub(crate) consequence: String,
}

/// The steps, in the order of a ticket's life.
pub(super) fn actions(ticket: &Ticket, acknowledges: bool, typed: &Typed) -> Vec<StateAction> {
    let action = |(to, needs_reason): (State, bool)| {
        let (label, title, consequence) = words(ticket.state, to);
        StateAction {
            id: format!("to-{to}"),
            to: to.as_str(),
            label: label.to_owned(),
            title: title.to_owned(),
            action: format!("/tickets/{}/state", ticket.number),
            consequence: consequence.to_owned(),
            needs_reason,
            danger: false,
            // `a` belongs to the acknowledgement by mail where there is one.
            key: if to == State::Acknowledged && !acknowledges { "a" } else { "" },
            reason: if typed.state == to.as_str() { typed.reason.clone() } else { String::new() },
        }
    };
    act::steps(ticket.state).into_iter().map(action).collect()
}

/// Label, title and consequence of a step.
const fn words(from: State, to: State) -> (&'static str, &'static str, &'static str) {
    match (from, to) {
        (_, State::New | State::Acknowledged) => (
            "Mark as acknowledged",
            "The reporter was answered by another way",
            "Nothing is sent. Say how they were answered: by telephone, in person, by a colleague.",
        ),
        (State::Closed, State::Investigating) => {
            ("Open again", "Open this ticket again", "It goes back to what is being investigated. Nothing is sent.")
        }
        (_, State::Investigating) => ("Investigate", "Begin to investigate", "Nothing is sent."),
        (State::New | State::Acknowledged, State::Closed) => (
            "Close",
            "Close without an investigation",
            "Nothing is sent. Say why nothing needs to be done. A reply opens it again.",
        ),
        (_, State::Closed) => ("Close", "Close this ticket", "Nothing is sent. A reply opens it again."),
    }
}

/// The offer of `Acknowledge now`.
pub(super) async fn acknowledgement(
    visit: &Visit,
    view: &mut View,
    ticket: &Ticket,
) -> WebResult<Option<AcknowledgeOffer>> {
    let Some((to, decided)) = act::may_acknowledge(view, &visit.web.head, ticket, visit.now).await? else {
        return Ok(None);
    };
    let doubt = if decided.decision == Decision::Record {
        format!(" By itself nothing is sent here, because of: {}.", decided.reason)
    } else {
        String::new()
    };
    let consequence =
        format!("An acknowledgement goes to {to}. Nothing of ours has been sent on this ticket yet.{doubt}");
    Ok(Some(AcknowledgeOffer { action: format!("/tickets/{}/acknowledgement", ticket.number), consequence }))
}
