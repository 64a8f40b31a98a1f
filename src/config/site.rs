//! `[site]`: the organisation itself.

use jiff::tz::TimeZone;

use super::{
    network::{Network, NotANetwork},
    section::Section,
    words,
};

/// `[site]`.
#[derive(Clone, Debug)]
pub struct SiteFacts {
    /// Name of the organisation.
    pub name: String,
    /// Served domains, lower case, the main one first. Never empty.
    pub domains: Vec<String>,
    /// Own networks.
    pub networks: Vec<Network>,
    /// Own host names, lower case.
    pub hostnames: Vec<String>,
    /// Language of the texts that people outside get.
    pub language: String,
    /// Time zone of what people read.
    pub time_zone: TimeZone,
    /// Address of the postmaster.
    pub postmaster: String,
    /// Addresses known to be valid, folded, in order.
    pub directory: Vec<String>,
}

impl SiteFacts {
    pub(super) fn read(mut section: Section<'_>) -> Option<Self> {
        let name = section.required("name", "Write the name of the organisation", Section::text);
        let domains =
            section.required("domains", "List the mail domains you serve, the main one first", |section, key| {
                let before = section.report.errors.borrow().len();
                let mut domains = section.list(key, words::domain);
                if domains.is_empty() && section.report.errors.borrow().len() == before {
                    section.lacks(key, "empty", "List the mail domains you serve, the main one first");
                }
                let mut seen = Vec::new();
                domains.retain(|domain| {
                    let new = !seen.contains(domain);
                    seen.push(domain.clone());
                    new
                });
                Some(domains)
            });
        let networks = section.networks("networks");
        let hostnames = section.list("hostnames", words::domain);
        let language = section.read("language", words::language).unwrap_or_else(|| "en".to_owned());
        let time_zone = section.read("time_zone", |name| {
            let wrong = |_| ("not a known time zone".to_owned(), "Write it like Europe/Berlin".to_owned());
            TimeZone::get(name).map_err(wrong)
        });
        let postmaster = section.read("postmaster", words::mail_address);
        let directory = section.directory("directory_file");
        section.finish();
        let domains = domains.filter(|domains| !domains.is_empty())?;
        Some(Self {
            name: name?,
            networks,
            hostnames,
            language,
            time_zone: time_zone.unwrap_or(TimeZone::UTC),
            postmaster: postmaster.unwrap_or_else(|| format!("postmaster@{}", domains[0])),
            domains,
            directory,
        })
    }
}

impl Section<'_> {
    /// A list of networks.
    pub(super) fn networks(&mut self, key: &str) -> Vec<Network> {
        self.list(key, |text| {
            text.parse().map_err(|error: NotANetwork| {
                let remedy = match error {
                    NotANetwork::Malformed => "Write it like 192.0.2.0/24 or 2001:db8::/32",
                    NotANetwork::HostBits => "Write the first address of the network, or a longer prefix",
                };
                (error.to_string(), remedy.to_owned())
            })
        })
    }
}
