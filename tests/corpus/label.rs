//! The labels beside the corpus, and what a label's words stand for.

use std::path::Path;

/// One line of `labels.tsv`.
pub(super) struct Label {
    pub(super) path: String,
    pub(super) class: String,
    /// Lower case, in the order of the report.
    pub(super) recipients: Vec<String>,
    pub(super) status: Vec<String>,
    pub(super) reply_codes: Vec<String>,
    pub(super) reasons: Vec<String>,
    /// What another release of the labelling project says instead.
    pub(super) other_reasons: Vec<String>,
    /// The report itself says that delivery is still tried. The labelling project calls such warnings failures.
    pub(super) delay: bool,
}

impl Label {
    /// Recipients as a set.
    pub(super) fn recipient_set(&self) -> Vec<String> {
        let mut set = self.recipients.clone();
        set.sort();
        set.dedup();
        set
    }

    /// The reason of one recipient, and the other opinion on it; empty where unknown.
    pub(super) fn reason(&self, at: usize) -> (&str, &str) {
        (at_or_empty(&self.reasons, at), at_or_empty(&self.other_reasons, at))
    }

    /// Enhanced status code of one recipient, unless it is the labelling project's own number for `none`.
    pub(super) fn status(&self, at: usize) -> &str {
        let status = at_or_empty(&self.status, at);
        if status.contains(".0.9") { "" } else { status }
    }

    /// Reply code of one recipient.
    pub(super) fn reply_code(&self, at: usize) -> &str {
        at_or_empty(&self.reply_codes, at)
    }
}

fn at_or_empty(list: &[String], at: usize) -> &str {
    list.get(at).map_or("", String::as_str)
}

/// Every label of a folder.
pub(super) fn labels(folder: &Path) -> Vec<Label> {
    let text = std::fs::read_to_string(folder.join("labels.tsv")).expect("labels");
    text.lines()
        .skip(1)
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let list = |at: usize| -> Vec<String> { fields[at].split(';').map(str::to_lowercase).collect() };
            Label {
                path: fields[0].to_owned(),
                class: fields[1].to_owned(),
                recipients: list(2).into_iter().filter(|r| !r.is_empty()).collect(),
                status: list(3),
                reply_codes: list(4),
                reasons: list(5),
                other_reasons: list(6),
                delay: says_delay(&folder.join(fields[0])),
            }
        })
        .collect()
}

/// By the bytes alone, not by our own reading.
fn says_delay(path: &Path) -> bool {
    let bytes = std::fs::read(path).expect("a message");
    let text = String::from_utf8_lossy(&bytes).to_lowercase();
    text.lines().any(|line| line.trim_start().starts_with("action: delayed"))
        || [
            "this is a warning message only",
            "has not yet been delivered",
            "only a temporary failure report",
            "subject: warning--could not send",
        ]
        .iter()
        .any(|words| text.contains(words))
}

/// The group of a reason, by the contract.
pub(super) fn group_of(reason: &str) -> &'static str {
    match reason {
        "userunknown" | "hasmoved" | "filtered" | "suspend" => "recipient",
        "hostunknown" | "notaccept" => "host",
        "mailboxfull" | "systemfull" => "full",
        "mesgtoobig" | "exceedlimit" => "size",
        "spamdetected" | "virusdetected" | "contenterror" | "notcompliantrfc" | "syntaxerror" => "content",
        "policyviolation" | "rejected" | "blocked" | "badreputation" | "authfailure" | "requireptr"
        | "securityerror" | "norelaying" => "policy",
        "toomanyconn" | "speeding" => "rate",
        "networkerror" | "expired" => "network",
        "systemerror" | "mailererror" => "system",
        "undefined" | "onhold" => "unknown",
        _ => "",
    }
}

/// The kind that a label's class stands for; `None` where several would do.
pub(super) fn kind_of(class: &str) -> Option<&'static str> {
    match class {
        "arf" => Some("complaint"),
        "bounce" | "delay" | "dsn-delivered" => Some("delivery_error"),
        "autoreply" | "mdn" | "challenge" => Some("automatic_reply"),
        "auth-failure" | "dmarc-aggregate" | "dmarc-failure" | "tlsrpt" | "not-spam" => Some("report"),
        _ => None,
    }
}
