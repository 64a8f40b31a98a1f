//! What the outside of a received message says: the header fields that decide where it goes and whether it may be answered.

use super::time::Moment;

/// A name and an address from a header field.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Correspondent {
    /// Display name; empty if none.
    pub name: String,
    /// Address as written.
    pub address: String,
}

/// The verdict of an Authentication-Results field that may be believed (RFC 8601 §5), for the From domain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Authenticated {
    /// No field that may be believed, or it says nothing of use.
    #[default]
    Unknown,
    /// DMARC passed: the From domain is proved.
    Pass,
    /// The sender is called forged: DMARC failed.
    Forged,
}

/// The outside of a received message.
#[expect(clippy::struct_excessive_bools, reason = "independent facts of one header, each asked for by name")]
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Arrival {
    /// First From.
    pub from: Correspondent,
    /// First Reply-To.
    pub reply_to: Option<Correspondent>,
    /// To and Cc, at most 50.
    pub recipients: Vec<Correspondent>,
    /// Subject, decoded, one line.
    pub subject: String,
    /// Message-ID without angle brackets.
    pub message_id: Option<String>,
    /// Date.
    pub date: Option<Moment>,
    /// Return-Path as our server wrote it (topmost): `Some("")` is the null path.
    pub return_path: Option<String>,
    /// Auto-Submitted keyword, lower case, without parameters (RFC 3834 §5).
    pub auto_submitted: Option<String>,
    /// Precedence, lower case.
    pub precedence: Option<String>,
    /// Whether it came through a list (List-Id, List-Post, List-Unsubscribe with Precedence list …).
    pub list: bool,
    /// Whether it is a delivery report (multipart/report; report-type=delivery-status, or read as one).
    pub delivery_report: bool,
    /// Whether it is a disposition notification (RFC 8098).
    pub disposition_notification: bool,
    /// In-Reply-To, without angle brackets.
    pub in_reply_to: Vec<String>,
    /// References, without angle brackets, the newest last; at most 100.
    pub references: Vec<String>,
    /// Message-IDs of attached originals (message/rfc822, text/rfc822-headers), and Original-Envelope-Id.
    pub enclosed_ids: Vec<String>,
    /// What a believed Authentication-Results says.
    pub authenticated: Authenticated,
    /// Name of the configured partner this came from, if any.
    pub partner: Option<String>,
    /// Whether it comes from a configured feedback loop (a partner marked so).
    pub feedback_loop: bool,
}

impl Arrival {
    /// The address that an answer goes to: Reply-To, else From (a chosen departure from RFC 3834 §4).
    #[must_use]
    pub fn answer_to(&self) -> &Correspondent {
        self.reply_to.as_ref().filter(|r| !r.address.is_empty()).unwrap_or(&self.from)
    }
}
