//! The mail agent of `DragonFly` BSD.

use super::Form;

pub(super) const FORM: Form = Form {
    name: "dragonfly",
    text: &["this is the dragonfly mail agent"],
    ends: &["message headers follow"],
    daemon_only: false,
    ..Form::PLAIN
};
