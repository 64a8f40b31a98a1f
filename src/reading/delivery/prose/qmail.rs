//! qmail and netqmail.

use super::Form;

pub(super) const FORM: Form = Form {
    name: "qmail",
    text: &[
        "this is the qmail-send program",
        "i wasn't able to deliver your message",
        "wasn't able to deliver your message to the following addresses",
        "unable to deliver your message to the following address",
        "this is a permanent error; i've given up",
    ],
    begins: &["permanent error; i've given up", "to the following address"],
    ends: &["--- below this line is", "--- mensaje"],
    ..Form::PLAIN
};
