//! Notices and digests of the content filter about mail that it holds (D12). The forms are in `form/filters.txt`.

use super::{
    finding::{Case, Finding},
    form,
};
use crate::domain::{evidence::Evidence, kind::Kind};

/// Local parts that only filters write from.
const FILTERS: &[&str] = &[
    "virusalert",
    "amavis",
    "content-filter",
    "contentfilter",
    "quarantine",
    "quarantaene",
    "mailscanner",
    "clamav",
    "rspamd",
    "spamd",
    "spamfilter",
    "spam-filter",
    "spamadmin",
    "antispam",
    "mailgateway",
    "emailgateway",
    "spam-digest",
    "spamdigest",
    "pmm",
];

pub(super) fn recognise(case: &Case<'_>) -> Option<Finding> {
    let header = case.letter.header();
    if header.has("x-postdesk-class") || header.has("x-quarantine-id") {
        let excerpt = header.text("x-quarantine-id").unwrap_or_default();
        return Some(Finding::new(
            Kind::QuarantineNotice,
            Evidence::new("quarantine.header-field", "header", &excerpt),
        ));
    }
    // Somebody who asks after a held mail, or who answers a notice, is a person with a question.
    if case.passed_on() || !case.arrival.in_reply_to.is_empty() || !is_programs(case) {
        return None;
    }
    let found = form::FILTERS.first(case)?;
    // A notice from elsewhere is somebody else's, or bait; a hosted filter says of itself who it is.
    let ours = case.site.domains.is_empty() || case.site.serves(&case.arrival.from.address) || found.form.is_hosted();
    if !ours {
        return None;
    }
    let rule = format!("form.{}", found.form.name);
    Some(Finding::new(Kind::QuarantineNotice, Evidence::new(rule, found.place, found.excerpt)))
}

/// Whether a program wrote it.
fn is_programs(case: &Case<'_>) -> bool {
    let local = case.arrival.from.address.split('@').next().unwrap_or_default().to_ascii_lowercase();
    case.arrival.auto_submitted.as_deref().is_some_and(|w| w != "no")
        || case.sent_by_daemon()
        || FILTERS.iter().any(|name| local.contains(name))
        || matches!(local.as_str(), "no-reply" | "noreply" | "donotreply" | "do-not-reply")
}
