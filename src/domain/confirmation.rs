//! What takes effect only after another authorised postmaster confirms it, so that one person cannot become two.

use super::{text_enum::text_enum, time::Moment};

text_enum! {
    /// What waits.
    Waiting {
        /// The role of authorised postmaster.
        Role = "role",
        /// A password that somebody else set.
        Password = "password",
        /// The removal of a second factor by somebody else.
        SecondFactor = "second_factor",
    }
}

impl Waiting {
    /// What is to be confirmed, in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Role => "the role of authorised postmaster",
            Self::Password => "a new password",
            Self::SecondFactor => "the removal of the second factor",
        }
    }
}

/// Something that waits for a confirmation. Holds no password and no hash of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmation {
    /// Row id.
    pub id: i64,
    /// Whose account changes.
    pub account: i64,
    /// Its login.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// What changes.
    pub change: Waiting,
    /// The account of who asked; none from the shell.
    pub asked_by: Option<i64>,
    /// Who asked, by name.
    pub asker: String,
    /// Why, in their words.
    pub reason: String,
    /// When.
    pub asked_at: Moment,
}
