//! Exchange and Office 365 where no machine part came along.

use super::Form;

pub(super) const FORM: Form = Form {
    name: "exchange",
    header: &[("subject", "undeliverable:"), ("subject", "unzustellbar:"), ("subject", "nicht zustellbar:")],
    text: &[
        "did not reach the following recipient(s)",
        "did not reach some or all of the intended recipients",
        "delivery has failed to these recipients",
        "your message couldn't be delivered",
    ],
    begins: &[
        "did not reach the following recipient",
        "following recipient(s) could not be reached",
        "following recipient(s) cannot be reached",
        "delivery has failed to these recipients",
    ],
    ends: &["diagnostic information for administrators"],
    ..Form::PLAIN
};
