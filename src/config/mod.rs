//! The configuration: typed, checked at start, every error at once with key, value and remedy.
//!
//! One TOML file, environment variables over it, secrets in files of their own. Each section is a file here;
//! `section.rs` reads keys and collects what is wrong.

mod accounts;
mod acknowledge;
mod database;
mod delivery_errors;
mod directory;
mod environment;
mod error;
mod file;
mod limits;
mod mailbox;
mod nearest;
mod network;
mod oauth;
mod partner;
mod place;
mod quarantine;
mod reports;
mod scanner;
mod secret_file;
mod section;
mod server;
mod site;
mod smtp;
mod web;
mod words;

#[cfg(test)]
mod tests;

use std::path::Path;

use crate::domain::site::{Limits, Partner, Site};

pub use self::{
    accounts::Accounts,
    acknowledge::Acknowledge,
    database::{Database, DatabaseUrl},
    delivery_errors::DeliveryErrors,
    environment::machine_environment,
    error::{ConfigError, ConfigErrors},
    limits::WebLimits,
    mailbox::{After, Login, Mailbox},
    network::{Network, NotANetwork},
    oauth::OAuth,
    quarantine::{Door, Quarantine},
    reports::Reports,
    scanner::{Asked, Scanner},
    server::{Server, Tls},
    site::SiteFacts,
    smtp::Smtp,
    web::Web,
};

/// The whole configuration, checked. `Debug` shows no secret.
#[derive(Clone, Debug)]
pub struct Config {
    /// `[site]`.
    pub site: SiteFacts,
    /// `[database]`.
    pub database: Database,
    /// `[web]`.
    pub web: Web,
    /// `[accounts]`.
    pub accounts: Accounts,
    /// `[[mailbox]]`.
    pub mailboxes: Vec<Mailbox>,
    /// `[smtp]`.
    pub smtp: Smtp,
    /// `[acknowledge]`.
    pub acknowledge: Acknowledge,
    /// `[delivery_errors]`.
    pub delivery_errors: DeliveryErrors,
    /// `[[partner]]`.
    pub partners: Vec<Partner>,
    /// `[reports]`.
    pub reports: Reports,
    /// `[limits]` of reading.
    pub limits: Limits,
    /// `[limits]` of the web door.
    pub web_limits: WebLimits,
    /// `[quarantine]`; not used by this version.
    pub quarantine: Option<Quarantine>,
    /// `[[scanner]]`; not used by this version.
    pub scanners: Vec<Scanner>,
    /// What the administrator should know at start, though nothing is wrong.
    pub notes: Vec<String>,
}

impl Config {
    /// Reads the file at `path`, lays the environment over it, reads the secrets' files, checks everything.
    ///
    /// `environment` is [`machine_environment`], but in tests; `credentials_dir` is `$CREDENTIALS_DIRECTORY`.
    ///
    /// # Errors
    /// Everything that is wrong, each with key, value and remedy.
    pub fn load(
        path: &Path,
        environment: impl Iterator<Item = (String, String)>,
        credentials_dir: Option<&Path>,
    ) -> Result<Self, ConfigErrors> {
        file::load(path, environment, credentials_dir)
    }
}

impl From<&Config> for Site {
    fn from(config: &Config) -> Self {
        Self {
            name: config.site.name.clone(),
            domains: config.site.domains.clone(),
            hostnames: config.site.hostnames.clone(),
            mailboxes: config.mailboxes.iter().map(|mailbox| mailbox.address.clone()).collect(),
            partners: config.partners.clone(),
            child_protection: config.accounts.child_protection.clone(),
            limits: config.limits,
            directory: config.site.directory.clone(),
        }
    }
}
