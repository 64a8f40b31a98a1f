//! Outgoing mail: what it is for, where it stands, what is in it.

use super::{text_enum::text_enum, time::Moment};

text_enum! {
    /// What an outgoing mail is for.
    Purpose {
        /// The acknowledgement of a complaint, written by the console.
        Acknowledgement = "acknowledgement",
        /// A person's reply.
        Reply = "reply",
        /// A person's first mail in a ticket made by hand.
        First = "first",
    }
}

text_enum! {
    /// Where an outgoing mail stands.
    OutboxState {
        /// Waits for its time.
        Queued = "queued",
        /// A process has it in hand.
        Sending = "sending",
        /// A relay accepted it. Never said to be delivered.
        Accepted = "accepted",
        /// Refused for good.
        Refused = "refused",
        /// The connection broke after the whole text was given: nobody knows.
        Uncertain = "uncertain",
        /// Taken back by a person before it left.
        Discarded = "discarded",
    }
}

/// An outgoing mail before it is written as bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// From: the mailbox's address with the site's name, never a staff name.
    pub from_name: String,
    /// Address of From.
    pub from_address: String,
    /// The one recipient's display name; empty if none.
    pub to_name: String,
    /// The one recipient.
    pub to_address: String,
    /// Subject, without line ends.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// Our Message-ID, without angle brackets.
    pub message_id: String,
    /// Date.
    pub date: Moment,
    /// In-Reply-To, without angle brackets.
    pub in_reply_to: Option<String>,
    /// References, oldest first, without angle brackets.
    pub references: Vec<String>,
    /// Whether it leaves with `Auto-Submitted: auto-replied` and the null envelope sender.
    pub automatic: bool,
}
