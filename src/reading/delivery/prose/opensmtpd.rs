//! `OpenSMTPD`.

use super::Form;

pub(super) const FORM: Form = Form {
    name: "opensmtpd",
    text: &["this is the mailer-daemon, please do not reply"],
    begins: &["the following list of recipients"],
    ..Form::PLAIN
};
