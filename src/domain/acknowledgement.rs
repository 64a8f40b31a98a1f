//! Whether a message is acknowledged by mail at once: sent, recorded without mail, or never (D9).

use super::text_enum::text_enum;

text_enum! {
    /// The three outcomes.
    Decision {
        /// A mail leaves at once.
        Send = "send",
        /// No mail; the reason is shown to the postmaster, who may write.
        Record = "record",
        /// Never a mail: it would loop or answer nobody.
        Never = "never",
    }
}

/// A decision with its reason, in words that a postmaster reads.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Acknowledgement {
    /// The outcome.
    pub decision: Decision,
    /// Why.
    pub reason: String,
}

impl Acknowledgement {
    /// A decision with its reason.
    #[must_use]
    pub fn new(decision: Decision, reason: impl Into<String>) -> Self {
        Self { decision, reason: reason.into() }
    }
}
