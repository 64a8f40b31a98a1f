//! Roles add up; an administrator is not thereby an authorised postmaster.

use super::text_enum::text_enum;

text_enum! {
    /// What an account may do.
    Role {
        /// Tickets, messages, ledger, reports. Nothing of quarantine.
        Reader = "reader",
        /// Reader, and acts on tickets.
        Postmaster = "postmaster",
        /// Postmaster, and quarantine and logs.
        AuthorisedPostmaster = "authorised_postmaster",
        /// Accounts, settings, health. No mail content by itself.
        Administrator = "administrator",
    }
}

impl Role {
    /// The role in words, for people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Reader => "Reader",
            Self::Postmaster => "Postmaster",
            Self::AuthorisedPostmaster => "Authorised postmaster",
            Self::Administrator => "Administrator",
        }
    }
}

/// Roles in words, for people: `postmaster, administrator`.
#[must_use]
pub fn words(roles: &[Role]) -> String {
    if roles.is_empty() {
        return "no role".to_owned();
    }
    roles.iter().map(|role| role.words().to_lowercase()).collect::<Vec<_>>().join(", ")
}
