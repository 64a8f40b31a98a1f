//! Reports that concern the sexual abuse of children. They are known by their form alone, and nothing of what they hold
//! is kept with the reading, searched, or shown.

use super::{Letter, arrival, finding::Case, form, xarf};
use crate::domain::{
    reading::Reading,
    site::{Limits, Site},
};

/// Takes out of a reading what is shown of a message, if it is such a report. Type, source address and header stay.
pub(super) fn close(mut reading: Reading) -> Reading {
    if reading.feedback.as_ref().is_some_and(|feedback| feedback.sealed) {
        reading.text.clear();
        reading.attachments.clear();
    }
    reading
}

/// Asks the recognisers whose forms seal, by the bytes alone: whoever opens kept bytes may not have their reading.
pub(super) fn is_sealed(bytes: &[u8], limits: Limits) -> bool {
    let site = Site { limits, ..Site::default() };
    let letter = Letter::new(bytes, limits);
    let arrival = arrival::read(&letter, &site, &mut Vec::new());
    let case = Case::new(&letter, arrival, "", bytes, &site);
    let found = form::recognise_sealed(&case).or_else(|| xarf::recognise(&case));
    found.and_then(|found| found.feedback).is_some_and(|feedback| feedback.sealed)
}
