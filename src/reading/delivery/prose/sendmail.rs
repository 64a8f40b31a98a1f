//! Sendmail of before RFC 3464, and its transcripts.

use super::Form;

pub(super) const FORM: Form = Form {
    name: "sendmail",
    header: &[("subject", "returned mail:")],
    text: &[
        "transcript of session follows",
        "the following addresses had permanent fatal errors",
        "the following addresses had delivery errors",
    ],
    begins: &["the following addresses had", "transcript of session follows"],
    ends: &["unsent message follows", "message header follows"],
    ..Form::PLAIN
};
