//! Feedback reports (RFC 5965) and their relatives: RFC 6430 (not spam), RFC 6591 (failed authentication), RFC 9477
//! (complaint feedback loops by address). Read also where they break the rules, and then said to.

mod conduct;
mod machine;

pub(super) use conduct::is_loop_address;

use super::{
    finding::{Case, Finding},
    reported::Reported,
};
use crate::domain::{address::domain_of, evidence::Evidence, feedback::Report, kind::Kind};

pub(super) fn recognise(case: &Case<'_>) -> Option<Finding> {
    machine::recognise(case)
}

/// `not-spam` and `auth-failure` complain of nobody: they are statistics for the operator.
pub(super) fn finding(case: &Case<'_>, reported: Reported, because: Evidence) -> Finding {
    let feedback = &reported.feedback;
    let statistic = matches!(feedback.feedback_type.as_str(), "not-spam" | "auth-failure");
    let report = (feedback.feedback_type == "auth-failure").then(|| Report {
        report_type: "dmarc-failure".to_owned(),
        organisation: domain_of(&case.arrival.from.address),
        domain: feedback.domains.first().cloned(),
        begin: feedback.arrival,
        end: feedback.arrival,
        id: case.arrival.message_id.clone(),
        records: 1,
        conforming: feedback.conforming,
        ..Report::default()
    });
    let mut finding = reported.into_finding(if statistic { Kind::Report } else { Kind::Complaint }, because);
    finding.report = report;
    finding
}

#[cfg(test)]
mod tests;
