//! What `reading` found in one message: kind, facts, evidence.

use super::{
    arrival::Arrival,
    delivery::Delivery,
    evidence::Evidence,
    feedback::{Feedback, Report},
    kind::Kind,
};

/// An attachment by its outside.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Attachment {
    /// Number of the part in the parsed message; names it in addresses of pages.
    pub part: u32,
    /// File name as given, cut to 200 characters; empty if none.
    pub name: String,
    /// Media type as given, lower case.
    pub media_type: String,
    /// Decoded size in bytes.
    pub size: u64,
}

/// What was found in one message. Pure function of its bytes and of the site's facts.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Reading {
    /// What it is.
    pub kind: Kind,
    /// Its outside.
    pub arrival: Arrival,
    /// Per recipient, what a delivery report says.
    pub deliveries: Vec<Delivery>,
    /// Sender of the returned message: its Return-Path, else its From.
    pub returned_sender: Option<String>,
    /// A feedback report's facts.
    pub feedback: Option<Feedback>,
    /// A statistic's facts.
    pub report: Option<Report>,
    /// Source address of the reported message and its Message-ID, to join reports of one matter.
    pub matter: Vec<String>,
    /// Which rules fired.
    pub evidence: Vec<Evidence>,
    /// Attachments, at most 100.
    pub attachments: Vec<Attachment>,
    /// The text a person reads, plain, at most 256 KiB. Not kept with the reading: it is in the bytes.
    #[serde(skip)]
    pub text: String,
    /// SHA-256 over From, Date, Message-ID, Subject and body: the same mail in another mailbox has the same.
    #[serde(skip)]
    pub identity: [u8; 32],
}
