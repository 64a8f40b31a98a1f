//! Gmail.

use super::Form;

pub(super) const FORM: Form = Form {
    name: "gmail",
    text: &[
        "delivery to the following recipient failed permanently",
        "delivery to the following recipients failed permanently",
        "your message wasn't delivered to",
        "technical details of permanent failure",
        "message not delivered",
    ],
    begins: &["failed permanently", "wasn't delivered to"],
    ..Form::PLAIN
};

/// Still trying.
pub(super) const WARNING: Form = Form {
    name: "gmail-warning",
    text: &[
        "this is an automatically generated delivery status notification this is a warning message only",
        "delivery to the following recipient has been delayed",
    ],
    begins: &["has been delayed"],
    delay: true,
    ..Form::PLAIN
};
