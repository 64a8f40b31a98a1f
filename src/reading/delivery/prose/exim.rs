//! Exim, and what was built on it.

use super::Form;

pub(super) const FORM: Form = Form {
    name: "exim",
    header: &[("x-failed-recipients", "")],
    text: &[
        "this message was created automatically by mail delivery software",
        "a message that you sent was rejected by the local scanning code",
    ],
    begins: &["the following address(es) failed", "the following address failed", "this is a permanent error"],
    daemon_only: false,
    ..Form::PLAIN
};

/// Still trying.
pub(super) const WARNING: Form = Form {
    name: "exim-warning",
    text: &[
        "has not been delivered to all of its recipients after",
        "has not yet been delivered to the following recipients after",
    ],
    begins: &["the address to which the message has not yet been delivered", "to which the message has not yet been"],
    ends: &["no action is required on your part"],
    delay: true,
    ..Form::PLAIN
};
