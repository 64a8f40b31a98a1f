//! Known forms: what CERTs, clearing houses, providers and their programs send, and filters' notices. The forms are
//! data, read once: `reporters.txt` and `filters.txt` say how one is written down.
//!
//! To add one: a block in the table and a sample in `samples/`; a guard test proves each form by its sample.

mod condition;
mod table;

use super::{
    automatic, contact, feedback,
    finding::{Case, Finding},
    reported::Reported,
};
use crate::domain::{evidence::Evidence, kind::Kind};
use table::Found;
pub(super) use table::{FILTERS, REPORTERS};

/// A reporter's form. Whatever it says of its sender is a hint; that a partner wrote it, another rule proves.
pub(super) fn recognise(case: &Case<'_>) -> Option<Finding> {
    // What a partner writes is for the contact point, whatever its form.
    if contact::speaks(case) {
        return None;
    }
    let found = REPORTERS.first(case)?;
    // An answer of a machine to a report of ours carries our Subject.
    if automatic::recognise(case).is_some() {
        return None;
    }
    Some(feedback::finding(case, reported(&found, case), because(&found)))
}

/// The facts of a message that is known otherwise: by its form, if it has one.
pub(super) fn facts(case: &Case<'_>) -> Reported {
    REPORTERS.first(case).map_or_else(|| Reported::from_prose("text", "other", case), |found| reported(&found, case))
}

/// The forms of reports about the sexual abuse of children, asked for before everything else.
pub(super) fn recognise_sealed(case: &Case<'_>) -> Option<Finding> {
    let found = REPORTERS.first_sealed(case)?;
    if automatic::recognise(case).is_some() {
        return None;
    }
    Some(reported(&found, case).into_finding(Kind::Complaint, because(&found)))
}

fn reported(found: &Found<'_>, case: &Case<'_>) -> Reported {
    let form = found.form;
    let mut reported = Reported::from_prose(&form.name, &form.feedback_type, case);
    reported.feedback.feedback_loop = form.feedback_loop || feedback::is_loop_address(&case.arrival.from.address);
    reported.feedback.sealed = form.sealed;
    reported
}

fn because(found: &Found<'_>) -> Evidence {
    Evidence::new(format!("form.{}", found.form.name), found.place, found.excerpt)
}

/// A form in words, by its name.
pub(super) fn says(name: &str) -> Option<&'static str> {
    REPORTERS.says(name).or_else(|| FILTERS.says(name))
}

#[cfg(test)]
mod tests;
