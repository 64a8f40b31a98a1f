//! `[[partner]]`: CERTs, clearing houses, providers' feedback loops.

use super::{section::Section, words};
use crate::domain::site::Partner;

/// Reads one partner.
pub(super) fn read(mut section: Section<'_>, name: String) -> Partner {
    let before = section.report.errors.borrow().len();
    let partner = Partner {
        name,
        addresses: section.list("addresses", words::mail_address),
        domains: section.list("domains", words::domain),
        feedback_loop: section.flag("feedback_loop").unwrap_or(false),
    };
    let sound = section.report.errors.borrow().len() == before;
    if sound && partner.addresses.is_empty() && partner.domains.is_empty() {
        section.lacks(
            "addresses",
            "missing, and so is domains",
            "List the partner's addresses or domains, or remove the partner",
        );
    }
    section.finish();
    partner
}
