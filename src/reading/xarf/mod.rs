//! Reports in XARF's form: JSON (versions 3 and 4) in an attachment, or the YAML of X-ARF 0.1 and 0.2.

mod json;
mod yaml;

use super::{
    finding::{Case, Finding},
    reported::Reported,
};
use crate::domain::{evidence::Evidence, kind::Kind};

pub(super) fn recognise(case: &Case<'_>) -> Option<Finding> {
    json::recognise(case).or_else(|| yaml::recognise(case))
}

/// A report by its type. One that concerns the sexual abuse of children is sealed by its form alone.
fn finding(mut reported: Reported, rule: &str, place: &str) -> Finding {
    reported.feedback.sealed = is_sealed(&reported.feedback.feedback_type);
    let because = Evidence::new(rule, place, &reported.feedback.feedback_type);
    reported.into_finding(Kind::Complaint, because)
}

/// Types that name the sexual abuse of children: XARF's `csam` and `csem`, and their older names.
fn is_sealed(report_type: &str) -> bool {
    let word: String = report_type.chars().filter(char::is_ascii_alphanumeric).collect();
    ["csam", "csem", "childabuse", "childporn", "childsex", "childexploit"].iter().any(|name| word.contains(name))
}

#[cfg(test)]
mod tests;
