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
    "to check that this address",
    "checking that this address",
    "checking if this address",
    "postmaster test",
    "postmaster check",
    "rfc-ignorant",
    "checking whether postmaster",
    "test message to postmaster",
    "test mail to postmaster",
    "test of your postmaster",
    "please ignore this test",
    "please ignore this message, it is a test",
    "verify that postmaster",
    "verify that your postmaster",
    "verify that your abuse",
    "check that your postmaster",
    "rfc 2142",
    "automated check of this address",
    "this is a test of the postmaster address",
    "mailbox verification",
    "ignore this probe",
    "prüfung der postmaster-adresse",
    "adressprüfung",
    "probe message",
    "delivery probe",
    "mail probe",
    "vérification de l'adresse",
    "message de test",
    "mensaje de prueba",
    "messaggio di prova",
    "testbericht",
    "mensagem de teste",
    "wiadomość testowa",
];

/// The whole of a mail that only tests.
const TESTS: &[&str] = &[
    "test",
    "testing",
    "ping",
    "probe",
    "test mail",
    "testmail",
    "test-mail",
    "test message",
    "test email",
    "this is a test",
    "this is a test message",
    "just a test",
    "dies ist ein test",
    "nur ein test",
    "essai",
    "prueba",
    "prova",
    "teste",
];

pub(super) fn recognise(case: &Case<'_>) -> Option<Finding> {
    let said = case.folded.trim();
    if said.chars().count() > PROBE_CHARS || !case.letter.attachments().is_empty() {
        return None;
    }
    if let Some(mark) = MARKS.iter().find(|m| said.contains(**m) || case.subject.contains(**m)) {
        return Some(Finding::new(Kind::AddressProbe, Evidence::new("probe.words", "text", mark)));
    }
    let test = |text: &str| TESTS.contains(&text.trim_matches(['.', '!', ' ', '1', '2', '3', ',']));
    ((said.is_empty() || test(said)) && (test(&case.subject) || (case.subject.is_empty() && test(said)))).then(|| {
        Finding::new(Kind::AddressProbe, Evidence::new("probe.nothing-but-test", "Subject", &case.arrival.subject))
    })
}
