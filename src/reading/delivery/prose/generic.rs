//! The words that reports of all systems have in common, and Subjects that only reports have.

use super::Form;

pub(super) const FORM: Form = Form {
    name: "generic",
    header: &[
        ("subject", "undelivered mail"),
        ("subject", "undeliverable"),
        ("subject", "delivery status notification"),
        ("subject", "mail delivery failed"),
        ("subject", "mail delivery failure"),
        ("subject", "delivery failure"),
        ("subject", "delivery failed"),
        ("subject", "failure notice"),
        ("subject", "failed mail"),
        ("subject", "mail system error"),
        ("subject", "mail failure"),
        ("subject", "delivery error"),
        ("subject", "delivery notification"),
        ("subject", "returned mail"),
        ("subject", "mail error"),
        ("subject", "mail failed"),
        ("subject", "returning to sender"),
        ("subject", "user unknown"),
        ("subject", "non remis"),
        ("subject", "unzustellbar"),
        ("subject", "onbestelbaar"),
        ("subject", "error mail"),
        ("subject", "message delivery failure"),
        ("subject", "mail could not be delivered"),
        ("subject", "message couldn't be delivered"),
        ("subject", "warning--could not send"),
        ("subject", "message you sent blocked"),
        ("subject", "mail was not delivered"),
        ("subject", "message status - undeliverable"),
        ("subject", "warning: could not send message"),
    ],
    text: &[
        "could not be delivered",
        "couldn't be delivered",
        "was not delivered",
        "were not able to deliver your message",
        "unable to deliver your message",
        "unable to deliver the message",
        "unable to deliver message to",
        "no such user here",
        "there is no user by that name",
        "could not deliver message",
        "encountered an error while being processed",
        "undeliverable message",
        "delivery failed for the following",
        "delivery to the following recipients failed",
        "delivery to the following recipient failed",
        "the following recipients could not be reached",
        "the user(s) account is temporarily over quota",
        "message could not be sent",
        "failed recipient",
        "failed addresses follow",
        "konnte nicht zugestellt werden",
        "nicht zustellen",
        "n'a pas pu être",
        "no se pudo entregar",
    ],
    begins: &[
        "following address",
        "following recipient",
        "could not be delivered to",
        "couldn't be delivered to",
        "was not delivered to",
        "delivery failed for",
        "following error",
    ],
    ..Form::PLAIN
};

/// Reports from ordinary addresses: gateways and filters that write as somebody.
pub(super) const ANYBODY: Form = Form {
    name: "anybody",
    text: &[
        "could not be delivered",
        "couldn't be delivered",
        "was not delivered to",
        "unable to deliver",
        "could not deliver message",
        "failed recipient",
        "returned mail",
    ],
    begins: FORM.begins,
    daemon_only: false,
    ..Form::PLAIN
};

/// Still trying.
pub(super) const WARNING: Form = Form {
    name: "generic-warning",
    header: &[
        ("subject", "warning: message delayed"),
        ("subject", "delivery delayed"),
        ("subject", "delayed mail"),
        ("subject", "delayed:"),
    ],
    text: &[
        "this is a warning message only",
        "you do not need to resend your message",
        "will keep trying",
        "has not yet been delivered",
        "has been postponed",
        "continue to attempt delivery",
        "continue to try to deliver",
        "delivery attempts will continue",
    ],
    begins: &["following address", "following recipient"],
    delay: true,
    ..Form::PLAIN
};
