//! `postdesk check`: tries what the configuration names, and says what to do about each failure.

mod database;
mod dns;
mod finding;
mod mailbox;
mod relay;

use std::process::ExitCode;

pub use finding::{Finding, exit_code, print};

use crate::{clock::Clock, config::Config};

/// Tries everything, prints what was found; 0 if everything is in order.
pub async fn run(config: &Config) -> ExitCode {
    let clock = Clock::of_process();
    let mut findings: Vec<Finding> = vec![Finding::good("configuration", "it is complete and fits together")];
    findings.extend(config.notes.iter().map(|note| Finding::good("configuration", note.as_str())));
    findings.extend(database::database(config).await);
    findings.extend(mailbox::mailboxes(config, &clock).await);
    findings.push(relay::relay(config).await);
    findings.extend(dns::dns(config).await);
    print!("{}", print(&findings));
    exit_code(&findings).into()
}
