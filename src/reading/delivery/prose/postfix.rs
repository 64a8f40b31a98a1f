//! Postfix whose machine part was lost.

use super::Form;

pub(super) const FORM: Form = Form {
    name: "postfix",
    text: &[
        "this is the mail system at host",
        "this is the postfix program at host",
        "your message could not be delivered to one or more recipients",
    ],
    begins: &["the mail system"],
    ..Form::PLAIN
};
