//! What a feedback report (RFC 5965) says.

pub use super::report::Report;
use super::time::Moment;

/// The message that a report is about, as far as the report tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct ReportedMessage {
    /// Message-ID, without angle brackets.
    pub message_id: Option<String>,
    /// Address in From.
    pub from: Option<String>,
    /// Subject, decoded, one line.
    pub subject: Option<String>,
}

/// A report about one message, one address or one site.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Feedback {
    /// Feedback-Type: `abuse`, `fraud`, `virus`, `not-spam`, `auth-failure`, `other` …
    #[serde(rename = "type")]
    pub feedback_type: String,
    /// Source-IP.
    pub source_ip: Option<String>,
    /// Original-Mail-From.
    pub mail_from: Option<String>,
    /// Original-Rcpt-To, each.
    pub rcpt_to: Vec<String>,
    /// Arrival-Date or Received-Date.
    pub arrival: Option<Moment>,
    /// Reported-Domain, each.
    pub domains: Vec<String>,
    /// Reported-URI, each.
    pub uris: Vec<String>,
    /// Whether it keeps its standard: RFC 5965 and its relatives, XARF. Other forms have none to keep.
    pub conforming: bool,
    /// In which form it came: `rfc5965`, `xarf-4`, the name of a reporter's form, `text`.
    pub form: String,
    /// The reported message.
    pub message: ReportedMessage,
    /// CFBL-Feedback-ID of the reported message, which names its recipient to us alone (RFC 9477).
    pub feedback_id: Option<String>,
    /// A feedback loop's robot sent it: nobody reads an answer (RFC 6449, RFC 6650).
    pub feedback_loop: bool,
    /// It concerns the sexual abuse of children: only its type, source address and time are kept with the reading, and
    /// nothing of its text or its attachments is shown.
    pub sealed: bool,
}
