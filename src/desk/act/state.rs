//! Moving a ticket through its states.

use super::{ActResult, held};
use crate::{
    access::Postmaster,
    domain::{
        event::What,
        ticket::{State, Step},
        time::Moment,
    },
    store::{Work, ticket::Change},
};

/// The states that a person may move a ticket to from here, and whether that wants a reason.
#[must_use]
pub fn steps(from: State) -> Vec<(State, bool)> {
    let reason = || "a reason".to_owned();
    State::ALL
        .iter()
        .filter(|to| **to != from)
        .filter(|to| step(from, **to, reason()).is_some_and(|step| from.after(&step).is_ok()))
        .map(|to| (*to, step(from, *to, String::new()).is_some_and(|step| from.after(&step).is_err())))
        .collect()
}

/// What a person means who asks for a state.
fn step(from: State, to: State, reason: String) -> Option<Step> {
    match (from, to) {
        (_, State::New) => None,
        (_, State::Acknowledged) => Some(Step::DeclareAcknowledged(reason)),
        (State::Closed, State::Investigating) => Some(Step::Reopen(reason)),
        (_, State::Investigating) => Some(Step::Investigate),
        (_, State::Closed) => Some(Step::Close(reason)),
    }
}

/// Moves a ticket to a state; `Acknowledged` declares that the reporter was answered by another way.
///
/// # Errors
/// [`super::ActError`]: not from this state, a reason is missing, somebody was first.
pub async fn change_state(
    work: &mut Work,
    may: &Postmaster,
    (number, version): (i64, i64),
    to: State,
    reason: &str,
    now: Moment,
) -> ActResult<State> {
    let ticket = held::held(work, number, version).await?;
    let reason = held::reason(reason)?;
    let refused = crate::domain::ticket::Refused::NotFrom { from: ticket.state, to };
    let step = step(ticket.state, to, reason.clone()).ok_or(refused)?;
    let state = ticket.state.after(&step)?.ok_or(refused)?;
    let declared = if state == State::Acknowledged { "by another way than mail: " } else { "" };
    let tail = if reason.is_empty() { String::new() } else { format!(": {declared}{reason}") };
    let why = format!("{} → {state}{tail}", ticket.state);
    held::write(work, may, &ticket, Change { state, ..(&ticket).into() }, (What::StateChanged, why), now).await?;
    Ok(state)
}
