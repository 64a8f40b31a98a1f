//! Delivery reports: RFC 3464 parts first, then the prose of known mail systems, then generic phrases.

mod assess;
mod code;
mod machine;
mod notification;
mod prose;
mod reason;
mod returned;

use super::finding::{Case, Finding};
use crate::domain::{evidence::Evidence, kind::Kind};

/// A report with a machine part, even a broken one.
pub(super) fn recognise_machine(case: &Case<'_>) -> Option<Finding> {
    let report = machine::read(case)?;
    let mut finding = Finding::new(Kind::DeliveryError, report.evidence);
    finding.deliveries = report.deliveries;
    finding.enclosed_ids = report.envelope_ids;
    if finding.deliveries.is_empty() {
        let prose = prose::read_anyhow(case);
        finding.deliveries = prose.deliveries;
        finding.evidence.push(prose.evidence);
    }
    Some(returned::complete(finding, case))
}

/// A report in prose alone.
pub(super) fn recognise_prose(case: &Case<'_>) -> Option<Finding> {
    if let Some(finding) = notification::read(case) {
        return Some(finding);
    }
    let prose = prose::read(case)?;
    let mut finding = Finding::new(Kind::DeliveryError, prose.evidence);
    finding.deliveries = prose.deliveries;
    if finding.deliveries.is_empty() {
        finding.evidence.push(Evidence::new("delivery.no-recipient", "text", ""));
    }
    Some(returned::complete(finding, case))
}
