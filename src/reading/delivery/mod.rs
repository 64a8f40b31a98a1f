//! Delivery reports: RFC 3464 parts first, then the prose of known mail systems, then generic phrases.
//!
//! The words and codes of mail systems are data in `rules/`, one file a system; to add one, see `rules/README.md`.

mod assess;
mod code;
mod machine;
mod notification;
mod prose;
mod reason;
mod returned;
mod rules;

use assess::Assessed;

use super::finding::{Case, Finding};
use crate::domain::{evidence::Evidence, kind::Kind};

/// Reasons explained in the evidence of one report.
const EXPLAINED: usize = 3;

/// A report with a machine part, even a broken one.
pub(super) fn recognise_machine(case: &Case<'_>) -> Option<Finding> {
    let report = machine::read(case)?;
    let mut finding = Finding::new(Kind::DeliveryError, report.evidence);
    finding.enclosed_ids = report.envelope_ids;
    let mut found = report.found;
    if found.is_empty()
        && let Some(prose) = prose::read_anyhow(case)
    {
        finding.evidence.push(prose.evidence);
        found = prose.found;
    }
    conclude(&mut finding, found);
    Some(returned::complete(finding, case))
}

/// A report in prose alone.
pub(super) fn recognise_prose(case: &Case<'_>) -> Option<Finding> {
    if let Some(finding) = notification::read(case) {
        return Some(finding);
    }
    let prose = prose::read(case)?;
    let mut finding = Finding::new(Kind::DeliveryError, prose.evidence);
    conclude(&mut finding, prose.found);
    let finding = returned::complete(finding, case);
    Some(finding)
}

/// Deliveries, and what told the reasons of the first of them.
fn conclude(finding: &mut Finding, found: Vec<Assessed>) {
    for one in found {
        let explained = finding.evidence.iter().filter(|e| e.rule.starts_with("reason.")).count();
        finding.evidence.extend(one.evidence.filter(|_| explained < EXPLAINED));
        finding.deliveries.push(one.delivery);
    }
    if finding.deliveries.is_empty() {
        finding.evidence.push(Evidence::new("delivery.no-recipient", "text", ""));
    }
}
