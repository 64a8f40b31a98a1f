//! What a delivery report says of one recipient (RFC 3464 §2.3), and who must act on it.

use super::text_enum::text_enum;

text_enum! {
    /// RFC 3464 §2.3.3. Only `failed` is an error.
    Action { Failed = "failed", Delayed = "delayed", Delivered = "delivered", Relayed = "relayed", Expanded = "expanded" }
}

text_enum! {
    /// Our own coarse grouping of why delivery failed; the fine reason stands beside it.
    Group {
        Recipient = "recipient", Host = "host", Full = "full", Size = "size", Content = "content", Policy = "policy",
        Rate = "rate", Network = "network", System = "system", Unknown = "unknown",
    }
}

text_enum! {
    /// Who can do something about it.
    Acts { Sender = "sender", Remote = "remote", Us = "us", Nobody = "nobody" }
}

text_enum! {
    /// The fine reason, in the field's most used taxonomy (Sisimai 5.1).
    Reason {
        AuthFailure = "authfailure", BadReputation = "badreputation", Blocked = "blocked", ContentError = "contenterror",
        ExceedLimit = "exceedlimit", Expired = "expired", Filtered = "filtered", HasMoved = "hasmoved", HostUnknown = "hostunknown",
        MailboxFull = "mailboxfull", MailerError = "mailererror", MesgTooBig = "mesgtoobig", NetworkError = "networkerror",
        NoRelaying = "norelaying", NotAccept = "notaccept", NotCompliantRfc = "notcompliantrfc", OnHold = "onhold",
        PolicyViolation = "policyviolation", Rejected = "rejected", RequirePtr = "requireptr", SecurityError = "securityerror",
        SpamDetected = "spamdetected", Speeding = "speeding", Suspend = "suspend", SyntaxError = "syntaxerror",
        SystemError = "systemerror", SystemFull = "systemfull", TooManyConn = "toomanyconn", Undefined = "undefined",
        UserUnknown = "userunknown", VirusDetected = "virusdetected",
    }
}

impl Reason {
    /// The group of a reason.
    #[must_use]
    pub const fn group(self) -> Group {
        match self {
            Self::UserUnknown | Self::HasMoved | Self::Filtered | Self::Suspend => Group::Recipient,
            Self::HostUnknown | Self::NotAccept => Group::Host,
            Self::MailboxFull | Self::SystemFull => Group::Full,
            Self::MesgTooBig | Self::ExceedLimit => Group::Size,
            Self::SpamDetected
            | Self::VirusDetected
            | Self::ContentError
            | Self::NotCompliantRfc
            | Self::SyntaxError => Group::Content,
            Self::PolicyViolation
            | Self::Rejected
            | Self::Blocked
            | Self::BadReputation
            | Self::AuthFailure
            | Self::RequirePtr
            | Self::SecurityError
            | Self::NoRelaying => Group::Policy,
            Self::TooManyConn | Self::Speeding => Group::Rate,
            Self::NetworkError | Self::Expired => Group::Network,
            Self::SystemError | Self::MailerError => Group::System,
            Self::Undefined | Self::OnHold => Group::Unknown,
        }
    }
}

impl Group {
    /// The group in words, for people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Recipient => "No such recipient",
            Self::Host => "No such host",
            Self::Full => "Mailbox full",
            Self::Size => "Too large",
            Self::Content => "Content refused",
            Self::Policy => "Refused by policy",
            Self::Rate => "Too much at once",
            Self::Network => "Network trouble",
            Self::System => "Server trouble",
            Self::Unknown => "Not said",
        }
    }
}

/// What one delivery report says of one recipient.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Delivery {
    /// Final-Recipient (RFC 3464 §2.3.2), lower-cased domain, without the type.
    pub recipient: String,
    /// Original-Recipient (§2.3.1): the address the sender knows.
    pub original_recipient: Option<String>,
    /// What happened.
    pub action: Action,
    /// Enhanced status code (RFC 3463), such as `5.1.1`.
    pub status: Option<String>,
    /// SMTP reply code, such as 550.
    pub reply_code: Option<u16>,
    /// Fine reason.
    pub reason: Reason,
    /// Its group.
    pub group: Group,
    /// True for a permanent failure, false for a temporary one.
    pub permanent: bool,
    /// Who must act.
    pub acts: Acts,
    /// The remote server's own words, as it gave them.
    pub diagnostic: Option<String>,
    /// Remote-MTA, or Reporting-MTA where the failure was local.
    pub remote_mta: Option<String>,
}
