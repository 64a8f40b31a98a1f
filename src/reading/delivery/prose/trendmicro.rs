//! Trend Micro `InterScan`.

use super::Form;

pub(super) const FORM: Form = Form {
    name: "trendmicro",
    text: &["sent <<< rcpt to:"],
    begins: &["sent <<< rcpt to:"],
    daemon_only: false,
    ..Form::PLAIN
};
