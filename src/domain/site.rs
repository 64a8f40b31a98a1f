//! The site's own facts, as far as reading and deciding need them.

/// A configured partner: a CERT, a clearing house, a provider's feedback loop (D11).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Partner {
    /// Name shown to people.
    pub name: String,
    /// Exact addresses, folded.
    pub addresses: Vec<String>,
    /// Domains, folded; subdomains count.
    pub domains: Vec<String>,
    /// A feedback loop: its reports are recorded, never acknowledged by mail.
    pub feedback_loop: bool,
}

/// Limits that hold wherever mail is read. See `[limits]` in the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a whole message.
    pub message_bytes: u64,
    /// Header fields looked at in one part.
    pub header_fields: usize,
    /// MIME parts looked at.
    pub parts: usize,
    /// Depth of nested parts and messages looked at.
    pub depth: usize,
    /// Bytes of text looked at for phrases and shown.
    pub text_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { message_bytes: 30 << 20, header_fields: 2_000, parts: 1_000, depth: 20, text_bytes: 256 << 10 }
    }
}

/// The site's own facts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    /// Name of the organisation.
    pub name: String,
    /// Served domains, folded, the first being the main one.
    pub domains: Vec<String>,
    /// Own host names: an Authentication-Results by one of these may be believed.
    pub hostnames: Vec<String>,
    /// Own mailboxes' addresses, folded.
    pub mailboxes: Vec<String>,
    /// Configured partners.
    pub partners: Vec<Partner>,
    /// Logins, in their order, to whom reports about the sexual abuse of children go.
    pub child_protection: Vec<String>,
    /// Reading limits.
    pub limits: Limits,
    /// Addresses known to be valid, folded, in order: `[site] directory_file`.
    pub directory: Vec<String>,
}

impl Site {
    /// Whether the account of this login may have reports about the sexual abuse of children.
    #[must_use]
    pub fn protects(&self, login: &str) -> bool {
        self.child_protection.contains(&super::address::fold(login))
    }

    /// Whether `address` is known to be valid: a mailbox of ours, or in the directory.
    #[must_use]
    pub fn knows(&self, address: &str) -> bool {
        let folded = super::address::fold(address);
        self.directory.binary_search(&folded).is_ok() || self.mailboxes.contains(&folded)
    }

    /// Whether `address` is in a served domain.
    #[must_use]
    pub fn serves(&self, address: &str) -> bool {
        super::address::domain_of(address).is_some_and(|d| self.domains.contains(&d))
    }
}
