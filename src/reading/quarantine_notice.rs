//! Notices of the content filter about mail that it holds (D12).

use super::finding::{Case, Finding};
use crate::domain::{evidence::Evidence, kind::Kind};

/// Subjects and first words of filters' notices, folded. They are looked for only where a program wrote the mail.
const MARKS: &[&str] = &[
    "has been quarantined",
    "was quarantined",
    "quarantine notification",
    "quarantined message",
    "quarantine digest",
    "quarantine summary",
    "banned contents from you",
    "banned from you",
    "virus in mail",
    "virus found in",
    "virus (",
    "content filter has",
    "spam quarantine",
    "your virus checker found",
    "our content checker found",
    "in quarantäne",
    "quarantäne-benachrichtigung",
    "mail in quarantine",
    "quarantine:",
    "messages in quarantine",
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
    let local = case.arrival.from.address.split('@').next().unwrap_or_default().to_ascii_lowercase();
    let program = case.arrival.auto_submitted.as_deref().is_some_and(|w| w != "no")
        || case.sent_by_daemon()
        || [
            "virusalert",
            "amavis",
            "content-filter",
            "contentfilter",
            "quarantine",
            "mailscanner",
            "clamav",
            "rspamd",
            "spamd",
        ]
        .iter()
        .any(|name| local.contains(name));
    let ours = case.site.domains.is_empty() || case.site.serves(&case.arrival.from.address);
    if !program || !ours {
        return None;
    }
    let head = super::letter::field_cut(&case.folded, 600);
    let mark = MARKS.iter().find(|mark| case.subject.contains(**mark) || head.contains(**mark))?;
    Some(Finding::new(Kind::QuarantineNotice, Evidence::new("quarantine.words", "text", mark)))
}
