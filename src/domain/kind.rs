//! What a message is, and what each kind opens on the desk.

use super::text_enum::text_enum;

text_enum! {
    /// The kind of a received message.
    Kind {
        /// A report about the delivery of some message: failed, delayed or done (RFC 3464).
        DeliveryError = "delivery_error",
        /// An automatic answer: absence note, read receipt (RFC 3834, RFC 8098).
        AutomaticReply = "automatic_reply",
        /// Somebody complains about mail from here (D9, D19).
        Complaint = "complaint",
        /// A configured partner writes to us as contact point (D11).
        ContactPoint = "contact_point",
        /// Somebody looks for a person or a role (D7, D8).
        Assistance = "assistance",
        /// The content filter tells of something it holds (D12).
        QuarantineNotice = "quarantine_notice",
        /// A machine's statistics: DMARC, TLS reports.
        Report = "report",
        /// List mail and newsletters.
        Newsletter = "newsletter",
        /// Unsolicited mail to the role address.
        Spam = "spam",
        /// A probe whether the address answers (D2).
        AddressProbe = "address_probe",
        /// None of these: a person reads it.
        Other = "other",
    }
}

impl Kind {
    /// Whether a message of this kind opens a ticket of its own.
    #[must_use]
    pub const fn opens_ticket(self) -> bool {
        matches!(self, Self::Complaint | Self::ContactPoint | Self::Assistance | Self::Other)
    }

    /// Whether a message of this kind is owed an acknowledgement at once (D9, D11).
    #[must_use]
    pub const fn is_acknowledged(self) -> bool {
        matches!(self, Self::Complaint | Self::ContactPoint)
    }

    /// The kind in words, for people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::DeliveryError => "Delivery error",
            Self::AutomaticReply => "Automatic reply",
            Self::Complaint => "Complaint",
            Self::ContactPoint => "Contact point",
            Self::Assistance => "Assistance",
            Self::QuarantineNotice => "Quarantine notice",
            Self::Report => "Report",
            Self::Newsletter => "Newsletter",
            Self::Spam => "Spam",
            Self::AddressProbe => "Address probe",
            Self::Other => "Other",
        }
    }
}
