//! Amazon's mail services.

use super::Form;

pub(super) const FORM: Form = Form {
    name: "amazon",
    text: &["an error occurred while trying to deliver the mail to the following recipients"],
    begins: &["to the following recipients"],
    ends: &["technical report"],
    ..Form::PLAIN
};
