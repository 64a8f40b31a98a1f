//! A person who may sign in.

use super::{role::Role, time::Moment};

/// An account as stored. The password's hash stays in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Row id.
    pub id: i64,
    /// Name typed at sign-in, folded.
    pub login: String,
    /// The person's name, as colleagues see it.
    pub name: String,
    /// Where notices to this person go.
    pub email: String,
    /// Stored roles.
    pub roles: Vec<Role>,
    /// A disabled account can do nothing.
    pub disabled: bool,
    /// Whether a second factor is set up.
    pub second_factor: bool,
    /// From when on this person gives consents and releases, as an authorised postmaster.
    pub authorised_from: Moment,
    /// When it was made.
    pub created_at: Moment,
}

impl Account {
    /// Whether a role is among the stored ones.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether these roles are such that a second factor is required where the site asks for it.
    #[must_use]
    pub fn is_weighty(&self) -> bool {
        self.has(Role::AuthorisedPostmaster) || self.has(Role::Administrator)
    }
}

/// Whether a login has the form of one: 1 to 64 small letters, digits, dots, dashes or underscores, beginning with a
/// letter or digit.
#[must_use]
pub fn valid_login(login: &str) -> bool {
    (1..=64).contains(&login.len())
        && login.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && login.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-_".contains(&b))
}

/// Whether a text can stand as a person's name.
#[must_use]
pub fn valid_name(name: &str) -> bool {
    !name.trim().is_empty() && name.chars().count() <= 100 && !name.contains(char::is_control)
}

/// Whether a text can stand as a person's mail address.
#[must_use]
pub fn valid_email(email: &str) -> bool {
    email.len() <= 254
        && super::address::domain_of(email).is_some()
        && !email.contains(|c: char| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins() {
        for good in ["a", "ada", "ada.byron-2", "7up", "a_b"] {
            assert!(valid_login(good), "{good}");
        }
        for bad in ["", "Ada", ".ada", "ada byron", "a@b", "ä", &"a".repeat(65)] {
            assert!(!valid_login(bad), "{bad}");
        }
    }
}
