//! HCL (Lotus) Domino.

use super::Form;

pub(super) const FORM: Form = Form {
    name: "domino",
    header: &[("subject", "delivery failure:")],
    text: &["not listed in domino directory", "was not delivered to:"],
    begins: &["was not delivered to"],
    ..Form::PLAIN
};
