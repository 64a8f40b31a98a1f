//! What a feedback report (RFC 5965) says.

pub use super::report::Report;
use super::time::Moment;

/// A feedback report about one message.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
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
    /// Whether it keeps RFC 5965 (report-type, required fields, three parts).
    pub conforming: bool,
}
