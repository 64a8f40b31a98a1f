//! What every outgoing mail of this site has in common, and how it is written.

use std::time::Duration;

use crate::domain::{
    our_message_id::MessageIdKey, outgoing::Outgoing, persistence::Persistence, site::Site, surge::Thresholds,
    time::Moment,
};

/// Writes an outgoing mail as bytes. The room that knows how to write mail hands this function in, so that the desk
/// need not know that room.
pub type Compose = fn(&Outgoing) -> Result<Vec<u8>, String>;

/// Whether mail can be addressed to an address at all.
pub type Writable = fn(&str) -> bool;

/// The caps and switches of acknowledgements (`[acknowledge]`).
#[derive(Clone, Copy, Debug)]
pub struct AcknowledgementPolicy {
    /// Whether any leaves at all.
    pub enabled: bool,
    /// A message older than this is not acknowledged any more.
    pub max_age: Duration,
    /// When the database was last restored from a copy; what arrived before is not acknowledged by itself.
    pub restored_at: Option<Moment>,
    /// Acknowledgements to one address in one day.
    pub per_address_per_day: i64,
    /// The same, to a partner whose domain is proved.
    pub per_partner_per_day: i64,
    /// Acknowledgements in one hour; more wait for the next.
    pub per_hour: i64,
}

/// What follows from delivery errors (`[delivery_errors]`).
#[derive(Clone, Copy, Debug, Default)]
pub struct DeliveryErrorPolicy {
    /// From when on a sender persists.
    pub persistence: Persistence,
    /// From where on there is a surge.
    pub surge: Thresholds,
}

/// What every outgoing mail has in common.
#[derive(Clone, Debug)]
pub struct Letterhead {
    /// The site's facts.
    pub site: Site,
    /// Two letters; texts are looked up in it.
    pub language: String,
    /// Address named as the postmaster's in texts.
    pub postmaster: String,
    /// Zone in which times stand in texts.
    pub zone: jiff::tz::TimeZone,
    /// Caps and switches.
    pub policy: AcknowledgementPolicy,
    /// What follows from delivery errors.
    pub delivery_errors: DeliveryErrorPolicy,
    /// Secret under which our Message-IDs are made.
    pub key: MessageIdKey,
    /// Writes mail.
    pub compose: Compose,
    /// Tells whether mail can be addressed so.
    pub writable: Writable,
}

impl Letterhead {
    /// The main served domain: Message-IDs and subject tokens carry it.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.site.domains.first().map_or("localhost", String::as_str)
    }
}
