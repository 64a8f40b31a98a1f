//! Whether a message is acknowledged by mail at once: three outcomes, each with its reason in fixed words (D9, D11).
//!
//! Caps are not asked here: they are counted inside the transaction that applies the decision.

use std::time::Duration;

use crate::domain::{
    acknowledgement::{Acknowledgement, Decision},
    address::{domain_of, fold, within},
    arrival::{Arrival, Authenticated},
    reading::Reading,
    site::Site,
    time::Moment,
};

/// Local parts that say of themselves that nobody reads them.
const NO_REPLY: &[&str] = &[
    "noreply",
    "no-reply",
    "no_reply",
    "donotreply",
    "do-not-reply",
    "do_not_reply",
    "nicht-antworten",
    "keine-antwort",
    "nobody",
];

/// Why nothing is sent by itself for what arrived before the database went back to a copy.
pub const BEFORE_RESTORE: &str =
    "it came before the database was restored from a copy, and may have been acknowledged already";

/// What the decision needs to know besides the message and the site.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// The present.
    pub now: Moment,
    /// When the server received the message, if it says so.
    pub internal_date: Option<Moment>,
    /// Older mail is not acknowledged.
    pub max_age: Duration,
    /// When the database was last restored from a copy: what came before may have been acknowledged already.
    pub restored_at: Option<Moment>,
    /// Whether the site acknowledges at all.
    pub enabled: bool,
    /// Whether the address that an answer goes to can be written to.
    pub writable: bool,
}

/// Decides on one message.
#[must_use]
pub fn decide(reading: &Reading, site: &Site, facts: &Facts) -> Acknowledgement {
    let arrival = &reading.arrival;
    if let Some(reason) = never(reading, arrival, site) {
        return Acknowledgement::new(Decision::Never, reason);
    }
    if let Some(reason) = record(reading, arrival, facts) {
        return Acknowledgement::new(Decision::Record, reason);
    }
    Acknowledgement::new(Decision::Send, reading.kind.as_str().replace('_', " "))
}

/// Mail that would loop or answer nobody, and mail that no acknowledgement is owed to.
fn never(reading: &Reading, arrival: &Arrival, site: &Site) -> Option<&'static str> {
    if arrival.return_path.as_deref() == Some("") {
        Some("null return path")
    } else if arrival.delivery_report {
        Some("delivery report")
    } else if arrival.disposition_notification {
        Some("disposition notification")
    } else if arrival.auto_submitted.as_deref() == Some("auto-replied") {
        Some("automatic reply")
    } else if is_ours(&arrival.from.address, site) || is_ours(&arrival.answer_to().address, site) {
        Some("our own address")
    } else if !reading.kind.is_acknowledged() {
        Some("not a complaint")
    } else {
        None
    }
}

fn is_ours(address: &str, site: &Site) -> bool {
    let folded = fold(address);
    !folded.is_empty() && site.mailboxes.contains(&folded)
}

/// Mail that deserves an answer but does not get one by itself.
fn record(reading: &Reading, arrival: &Arrival, facts: &Facts) -> Option<&'static str> {
    let answer_to = &arrival.answer_to().address;
    if !facts.enabled {
        Some("acknowledgements are switched off")
    } else if arrival.list {
        Some("list mail")
    } else if arrival.authenticated == Authenticated::Forged {
        Some("sender is called forged")
    } else if is_no_reply(answer_to) {
        Some("no-reply address")
    } else if arrival.feedback_loop || reading.feedback.as_ref().is_some_and(|feedback| feedback.feedback_loop) {
        Some("feedback loop")
    } else if facts.internal_date.is_some_and(|at| facts.now.since(at) > facts.max_age) {
        Some("too old")
    } else if facts.internal_date.is_some_and(|at| facts.restored_at.is_some_and(|restored| at <= restored)) {
        Some(BEFORE_RESTORE)
    } else if arrival.authenticated != Authenticated::Pass && elsewhere(arrival) {
        Some("reply address of another domain")
    } else if !facts.writable {
        Some("cannot be written to")
    } else {
        None
    }
}

fn is_no_reply(address: &str) -> bool {
    let local = address.rsplit_once('@').map_or(address, |(local, _)| local).to_lowercase();
    NO_REPLY.iter().any(|word| {
        local == *word || local.strip_prefix(word).is_some_and(|rest| rest.starts_with(['-', '+', '.', '_']))
    }) || local.ends_with("-noreply")
        || local.ends_with("-no-reply")
        || local.ends_with(".noreply")
}

/// Whether Reply-To leads to another domain than From: an unproved sender could have us write to anybody.
fn elsewhere(arrival: &Arrival) -> bool {
    let Some(reply_to) = arrival.reply_to.as_ref().filter(|r| !r.address.is_empty()) else { return false };
    match (domain_of(&reply_to.address), domain_of(&arrival.from.address)) {
        (Some(reply), Some(from)) => !within(&reply, &from) && !within(&from, &reply),
        _ => true,
    }
}

#[cfg(test)]
mod tests;
