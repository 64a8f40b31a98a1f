//! What is this message? Bytes → [`letter::Letter`] → [`Reading`]: kind, facts, evidence.
//!
//! Pure: a function of the bytes and of the site's own facts. It never gives up: at worst the kind is `other` and
//! the text is shown as it is.
//!
//! To add a recogniser: one file, one `pub(crate) fn recognise(case: &Case<'_>) -> Option<Finding>`, one line in
//! `RECOGNISERS`. The order of that table is the order of decision.

mod arrival;
mod automatic;
mod contact;
mod delivery;
mod feedback;
mod finding;
mod fold;
mod form;
mod identity;
pub mod letter;
mod list;
mod outlook;
mod probe;
mod prose;
mod protection;
mod quarantine_notice;
mod report;
mod reported;
mod seal;
mod xarf;

use finding::{Case, Finding};
use letter::Letter;

use crate::domain::{
    evidence::Evidence,
    reading::Reading,
    site::{Limits, Site},
};

/// Order of decision: what a machine wrote for machines, then what its prose gives away, then marks in the header,
/// then who wrote it, then what is written. The first that finds something decides.
const RECOGNISERS: &[fn(&Case<'_>) -> Option<Finding>] = &[
    form::recognise_sealed,
    xarf::recognise,
    feedback::recognise,
    report::recognise,
    delivery::recognise_machine,
    automatic::recognise_notification,
    form::recognise,
    delivery::recognise_prose,
    automatic::recognise,
    quarantine_notice::recognise,
    contact::recognise,
    prose::recognise_complaint,
    list::recognise,
    probe::recognise,
    prose::recognise_text,
];

/// Reads one message.
#[must_use]
pub fn read(bytes: &[u8], site: &Site) -> Reading {
    // The parsers below us are other people's code on hostile bytes: if one panics, the message is still shown.
    std::panic::catch_unwind(|| read_letter(bytes, site)).unwrap_or_else(|_| given_up(bytes))
}

fn read_letter(bytes: &[u8], site: &Site) -> Reading {
    let letter = Letter::new(bytes, site.limits);
    let mut evidence = Vec::new();
    let arrival = arrival::read(&letter, site, &mut evidence);
    let text = letter.text();
    let case = Case::new(&letter, arrival, &text, bytes, site);
    let mut found = RECOGNISERS.iter().find_map(|recognise| recognise(&case)).unwrap_or_else(Finding::other);
    let mut arrival = case.arrival;
    // A report that its sender's machine wrote came through no list for offering to be unsubscribed from.
    let of_a_form = found.feedback.as_ref().is_some_and(|feedback| feedback.form != "text");
    arrival.list &= !of_a_form || list::is_handed_round(letter.header());
    arrival.delivery_report |= found.kind == crate::domain::kind::Kind::DeliveryError;
    for id in found.enclosed_ids.drain(..) {
        if !arrival.enclosed_ids.contains(&id) {
            arrival.enclosed_ids.push(id);
        }
    }
    evidence.append(&mut found.evidence);
    evidence.append(&mut protection::read(&letter, &text));
    seal::close(Reading {
        kind: found.kind,
        arrival,
        deliveries: found.deliveries,
        returned_sender: found.returned_sender,
        feedback: found.feedback,
        report: found.report,
        matter: found.matter,
        evidence,
        attachments: letter.attachments(),
        identity: identity::of(&letter),
        text,
    })
}

/// Only the text a person reads of one message, for pages that show many. Empty if a parser broke on it.
#[must_use]
pub fn text(bytes: &[u8], limits: Limits) -> String {
    std::panic::catch_unwind(
        || if is_sealed(bytes, limits) { String::new() } else { Letter::new(bytes, limits).text() },
    )
    .unwrap_or_default()
}

/// Whether nothing of a message may be shown: by its form it concerns the sexual abuse of children. One on which a
/// parser breaks is sealed only if its reading says so.
#[must_use]
pub fn is_sealed(bytes: &[u8], limits: Limits) -> bool {
    std::panic::catch_unwind(|| seal::is_sealed(bytes, limits)).unwrap_or_default()
}

/// A form of reporters or filters in words, by its name; `None` if there is none of that name.
#[must_use]
pub fn form_in_words(name: &str) -> Option<&'static str> {
    form::says(name)
}

/// What is said of a message on which a parser broke: nothing but its identity.
fn given_up(bytes: &[u8]) -> Reading {
    Reading {
        kind: crate::domain::kind::Kind::Other,
        arrival: crate::domain::arrival::Arrival::default(),
        deliveries: Vec::new(),
        returned_sender: None,
        feedback: None,
        report: None,
        matter: Vec::new(),
        evidence: vec![Evidence::new(
            "reading.given-up",
            "message",
            "this message could not be read; see the raw mail",
        )],
        attachments: Vec::new(),
        text: String::new(),
        identity: identity::of_bytes(bytes),
    }
}

#[cfg(test)]
mod tests;
