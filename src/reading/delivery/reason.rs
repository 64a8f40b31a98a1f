//! The fine reason, from a small table that people can read: phrases first, then the enhanced status code.
//!
//! A code that says exactly one thing beats phrases; vague codes (5.0.0, 5.7.1) are refined by them. The order of
//! the phrases is the order of trial: what is rare and certain stands above what is common and vague.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::domain::delivery::Reason;

/// Codes that leave nothing to the text, except to the phrases of [`ABOVE_CODES`].
const CERTAIN: &[(&str, Reason)] = &[
    ("x.1.1", Reason::UserUnknown),
    ("x.1.2", Reason::HostUnknown),
    ("x.1.6", Reason::HasMoved),
    ("x.1.7", Reason::Rejected),
    ("x.1.8", Reason::Rejected),
    ("x.1.9", Reason::Rejected),
    ("x.1.10", Reason::UserUnknown),
    ("x.2.2", Reason::MailboxFull),
    ("x.2.3", Reason::ExceedLimit),
    ("x.3.4", Reason::MesgTooBig),
    ("x.4.6", Reason::NetworkError),
    ("x.4.7", Reason::Expired),
    ("x.6.1", Reason::ContentError),
    ("x.7.13", Reason::Suspend),
    ("x.7.20", Reason::AuthFailure),
    ("x.7.21", Reason::AuthFailure),
    ("x.7.22", Reason::AuthFailure),
    ("x.7.23", Reason::AuthFailure),
    ("x.7.24", Reason::AuthFailure),
    ("x.7.25", Reason::RequirePtr),
    ("x.7.26", Reason::AuthFailure),
    ("x.7.27", Reason::NotAccept),
    ("x.7.28", Reason::Speeding),
    ("x.7.509", Reason::AuthFailure),
];

/// What codes mean where the text says nothing.
const VAGUE: &[(&str, Reason)] = &[
    ("x.1.0", Reason::Rejected),
    ("x.1.3", Reason::UserUnknown),
    ("x.1.4", Reason::Filtered),
    ("x.1.5", Reason::UserUnknown),
    ("x.2.0", Reason::Filtered),
    ("x.2.1", Reason::Suspend),
    ("x.2.4", Reason::Filtered),
    ("x.3.0", Reason::SystemError),
    ("x.3.1", Reason::SystemFull),
    ("x.3.2", Reason::NotAccept),
    ("x.3.3", Reason::SystemError),
    ("x.3.5", Reason::SystemError),
    ("x.4.0", Reason::NetworkError),
    ("x.4.1", Reason::NetworkError),
    ("x.4.2", Reason::NetworkError),
    ("x.4.3", Reason::SystemError),
    ("x.4.4", Reason::HostUnknown),
    ("x.4.5", Reason::TooManyConn),
    ("x.5.0", Reason::SyntaxError),
    ("x.5.1", Reason::SyntaxError),
    ("x.5.2", Reason::SyntaxError),
    ("x.5.3", Reason::ExceedLimit),
    ("x.5.4", Reason::SyntaxError),
    ("x.5.5", Reason::SystemError),
    ("x.6.0", Reason::ContentError),
    ("x.6.2", Reason::ContentError),
    ("x.6.3", Reason::ContentError),
    ("x.6.6", Reason::ContentError),
    ("x.6.9", Reason::ContentError),
    ("x.7.0", Reason::SecurityError),
    ("x.7.1", Reason::PolicyViolation),
    ("x.7.9", Reason::SecurityError),
    ("x.7.606", Reason::Blocked),
    ("x.7.", Reason::SecurityError),
];

/// Phrases that turn even a certain code: `550 5.1.1 … sent too many messages this hour` is about rate.
const ABOVE_CODES: &[Reason] = &[Reason::Speeding, Reason::TooManyConn, Reason::AuthFailure, Reason::MailboxFull];

/// Phrases of servers; the file says how it is written.
const PHRASES: &str = include_str!("reason/phrases.txt");

/// One automaton over all phrases, and the reason of each; the row of a reason is its rank.
struct Table {
    automaton: AhoCorasick,
    ranks: Vec<(usize, Reason)>,
}

static TABLE: LazyLock<Option<Table>> = LazyLock::new(|| {
    let rows = rows();
    let automaton = AhoCorasick::new(rows.iter().map(|(_, _, phrase)| phrase)).ok()?;
    Some(Table { automaton, ranks: rows.into_iter().map(|(rank, reason, _)| (rank, reason)).collect() })
});

/// Rank, reason and phrase of every phrase in the file.
fn rows() -> Vec<(usize, Reason, String)> {
    let mut rows = Vec::new();
    let mut section = None;
    for (number, line) in PHRASES.lines().enumerate().filter(|(_, l)| !l.is_empty() && !l.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            section = name.parse().ok();
        } else if let Some(reason) = section {
            rows.extend(line.split(" | ").map(|phrase| (number, reason, blank_ends(phrase))));
        }
    }
    rows
}

fn blank_ends(phrase: &str) -> String {
    let start = if phrase.starts_with('_') { " " } else { "" };
    let end = if phrase.ends_with('_') { " " } else { "" };
    format!("{start}{}{end}", phrase.trim_matches('_'))
}

/// The reason for a failure. `text` is folded.
pub(super) fn of(status: Option<&str>, reply_code: Option<u16>, text: &str) -> Reason {
    let stage = stage(text);
    let text = without_addresses(text);
    let said = reply_code.and_then(|code| phrase(after_code(&text, code))).or_else(|| phrase(&text));
    let code = status.and_then(|s| s.get(1..)).map(|detail| format!("x{detail}"));
    if let Some(certain) = code.as_deref().and_then(|code| exact(CERTAIN, code)) {
        return said.filter(|s| ABOVE_CODES.contains(s)).unwrap_or(certain);
    }
    if let Some(said) = said {
        // An unknown user that came to light only after the content was sent is a filter's doing (RFC 3463 X.2.0);
        // one that came to light before the recipient was named is the sender.
        let filtered = code.as_deref() == Some("x.2.0") || stage == Stage::Content;
        return match said {
            Reason::UserUnknown if stage == Stage::Sender => Reason::Rejected,
            Reason::UserUnknown if filtered => Reason::Filtered,
            said => said,
        };
    }
    if let Some(vague) = code.as_deref().and_then(|code| exact(VAGUE, code)) {
        return vague;
    }
    match reply_code {
        Some(550 | 553) => Reason::UserUnknown,
        Some(552) => Reason::MailboxFull,
        Some(551) => Reason::HasMoved,
        Some(521 | 556) => Reason::NotAccept,
        Some(421) => Reason::Expired,
        _ if text.trim().is_empty() => Reason::Undefined,
        _ => Reason::OnHold,
    }
}

/// Where in the SMTP dialogue the server refused, if the report says so.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Unknown,
    Sender,
    Content,
}

fn stage(text: &str) -> Stage {
    if text.contains("after mail from:") {
        Stage::Sender
    } else if text.contains("after end of data:") {
        Stage::Content
    } else {
        Stage::Unknown
    }
}

/// Local parts are people's words, not the server's: `virus@` and `quota.full@` must tell nothing.
fn without_addresses(text: &str) -> String {
    text.split(' ').filter(|word| !word.contains('@')).collect::<Vec<_>>().join(" ")
}

/// The server's own words begin at its reply code; what stands before is the reporting system's form.
fn after_code(text: &str, code: u16) -> &str {
    text.find(&code.to_string()).and_then(|at| text.get(at..)).unwrap_or(text)
}

fn exact(table: &[(&str, Reason)], code: &str) -> Option<Reason> {
    table.iter().find(|(c, _)| *c == code || (c.ends_with('.') && code.starts_with(c))).map(|(_, reason)| *reason)
}

/// The phrase of the highest rank that occurs.
fn phrase(text: &str) -> Option<Reason> {
    let table = TABLE.as_ref()?;
    let found = table.automaton.find_overlapping_iter(text).filter_map(|m| table.ranks.get(m.pattern().as_usize()));
    found.min_by_key(|(rank, _)| *rank).map(|(_, reason)| *reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_names_a_reason() {
        let sections = PHRASES.lines().filter_map(|l| l.strip_prefix('[')?.strip_suffix(']'));
        for name in sections {
            assert!(name.parse::<Reason>().is_ok(), "{name}");
        }
        assert!(rows().iter().all(|(_, _, phrase)| phrase.len() > 2 && !phrase.contains('|')));
        assert!(TABLE.is_some());
    }

    #[test]
    fn rate_beats_a_certain_code() {
        assert_eq!(of(Some("5.1.1"), Some(550), "550 5.1.1 user unknown"), Reason::UserUnknown);
        assert_eq!(of(Some("5.1.1"), Some(550), "550 5.1.1 sent to too many recipients this hour"), Reason::Speeding);
    }

    #[test]
    fn vague_codes_are_refined() {
        assert_eq!(
            of(Some("5.7.1"), Some(554), "554 5.7.1 service unavailable; blocked using dnsbl.test"),
            Reason::Blocked
        );
        assert_eq!(of(Some("5.0.0"), None, ""), Reason::Undefined);
        assert_eq!(of(Some("5.7.1"), None, ""), Reason::PolicyViolation);
    }
}
