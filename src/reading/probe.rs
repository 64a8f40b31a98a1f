//! Probes whether an address answers (D2): mail that says only that.

use super::finding::{Case, Finding};
use crate::domain::{evidence::Evidence, kind::Kind};

/// A probe says no more than this.
const PROBE_CHARS: usize = 400;

const MARKS: &[&str] = &[
    "address verification",
    "address probe",
    "testing whether this address",
    "to verify that this address",
    "postmaster test",
    "rfc-ignorant",
    "checking whether postmaster",
    "test message to postmaster",
    "please ignore this test",
    "verify that postmaster",
    "automated check of this address",
    "this is a test of the postmaster address",
    "mailbox verification",
    "ignore this probe",
    "prüfung der postmaster-adresse",
    "adressprüfung",
    "probe message",
];

pub(super) fn recognise(case: &Case<'_>) -> Option<Finding> {
    let said = case.folded.trim();
    if said.chars().count() > PROBE_CHARS || !case.letter.attachments().is_empty() {
        return None;
    }
    if let Some(mark) = MARKS.iter().find(|m| said.contains(**m) || case.subject.contains(**m)) {
        return Some(Finding::new(Kind::AddressProbe, Evidence::new("probe.words", "text", mark)));
    }
    let test = |text: &str| {
        matches!(
            text.trim_matches(['.', '!', ' ']),
            "test" | "testing" | "ping" | "probe" | "test mail" | "testmail" | "test message"
        )
    };
    ((said.is_empty() || test(said)) && test(&case.subject)).then(|| {
        Finding::new(Kind::AddressProbe, Evidence::new("probe.nothing-but-test", "Subject", &case.arrival.subject))
    })
}
