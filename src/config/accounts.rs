//! `[accounts]`: what the site asks of people who sign in.

use std::time::Duration;

use super::{section::Section, words};

/// `[accounts]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accounts {
    /// Whether authorised postmasters and administrators need a second factor.
    pub second_factor: bool,
    /// How long somebody newly confirmed gives no consent and no release.
    pub waiting: Duration,
    /// Logins to whom reports about the sexual abuse of children go, and who alone may download them.
    pub child_protection: Vec<String>,
}

impl Default for Accounts {
    fn default() -> Self {
        Self { second_factor: true, waiting: Duration::from_hours(24), child_protection: Vec::new() }
    }
}

impl Accounts {
    pub(super) fn read(mut section: Section<'_>) -> Self {
        let default = Self::default();
        let accounts = Self {
            second_factor: section.flag("second_factor").unwrap_or(default.second_factor),
            waiting: section.whole("waiting_hours", &(0..=720)).map_or(default.waiting, Duration::from_hours),
            child_protection: section.list("child_protection", words::login),
        };
        if !accounts.second_factor {
            section.report.note(
                "accounts.second_factor is false: authorised postmasters and administrators sign in with a password \
                 alone"
                    .to_owned(),
            );
        }
        section.finish();
        accounts
    }
}
