//! Whether a report keeps RFC 5965, and whether a robot sent it for whom nobody reads.

use crate::reading::{
    finding::Case,
    letter::{Fields, Letter, Shape, field},
    reported::Reported,
};

/// Fields that must be there, once (§3.1).
const REQUIRED: &[&str] = &["feedback-type", "user-agent", "version"];
/// Fields that may be there, once (§3.2).
const AT_MOST_ONCE: &[&str] = &[
    "original-envelope-id",
    "original-mail-from",
    "arrival-date",
    "received-date",
    "reporting-mta",
    "source-ip",
    "incidents",
    "cfbl-feedback-id",
];
/// Registered types (§7.3; RFC 6430, RFC 6591), and `opt-out`, which was dropped.
const TYPES: &[&str] = &["abuse", "fraud", "virus", "other", "not-spam", "auth-failure", "opt-out", "opt-out-list"];

/// RFC 5965 §2 and §3; of a failed authentication RFC 6591 §3.1 as well.
pub(super) fn keeps_the_standard(letter: &Letter<'_>, machine: usize, fields: Fields<'_>) -> bool {
    let second = letter.part(0).is_some_and(|root| root.children.len() == 3 && root.children.get(1) == Some(&machine));
    let once = REQUIRED.iter().all(|name| fields.all(name).count() == 1)
        && AT_MOST_ONCE.iter().all(|name| fields.all(name).count() <= 1);
    let feedback_type = fields.keyword("feedback-type").unwrap_or_default();
    let version = fields.raw("version").map(field::plain).unwrap_or_default();
    letter.media_type() == "multipart/report"
        && letter.report_type() == Some("feedback-report")
        && second
        && letter.parts().any(|(id, part)| id > machine && !part.enclosed && part.shape == Shape::Enclosure)
        && once
        && TYPES.contains(&feedback_type.as_str())
        && matches!(version.trim(), "1" | "1.0" | "0.1")
        && (feedback_type != "auth-failure" || fields.all("auth-failure").count() == 1)
}

/// What loops that we subscribed to call themselves, in User-Agent or in the name in From, folded. Their senders read no
/// answer.
const LOOP_NAMED: &[&str] = &[
    "feedback loop",
    "feedback-loop",
    "feedbackloop",
    "scomp",
    "yahoo!-mail-feedback",
    "yahoo-mail-feedback",
    "returnpath",
    "return path",
    "amazon ses",
    "junk mail reporting",
    "jmrp",
];
/// The same as a word by itself.
const LOOP_WORD: &str = "fbl";

/// Local parts of their addresses.
const LOOP_NAMES: &[&str] = &["scomp", "fbl", "feedbackloop", "feedback-loop", "fblreports", "jmrp"];
/// Local parts of their addresses at these providers only; elsewhere people have them.
const LOOP_NAMES_AT: &[(&str, &str)] =
    &[("staff", "hotmail"), ("complaints", "amazonses"), ("feedback", "yahoo"), ("feedback", "arf.")];
/// First labels of hosts that only robots write from.
const LOOP_HOSTS: &[&str] = &["arf", "fbl", "feedbackloop", "email-abuse"];

/// A robot of a feedback loop: it says so in its User-Agent or its own address, or the report went to the address that
/// our mail asks to be reported to (RFC 9477).
pub(super) fn is_loop(case: &Case<'_>, fields: Fields<'_>, reported: &Reported) -> bool {
    let agent = fields.text("user-agent").unwrap_or_default();
    [&agent, &case.arrival.from.name].into_iter().any(|name| is_loop_name(name))
        || reported.feedback.feedback_id.is_some()
        || is_loop_address(&case.arrival.from.address)
}

fn is_loop_name(name: &str) -> bool {
    let name = name.to_lowercase();
    LOOP_NAMED.iter().any(|named| name.contains(named))
        || name.split(|c: char| !c.is_alphanumeric()).any(|word| word == LOOP_WORD || word.ends_with(LOOP_WORD))
}

/// Whether an address is one that only a loop's robot writes from.
pub(in crate::reading) fn is_loop_address(address: &str) -> bool {
    let address = address.to_lowercase();
    let Some((local, domain)) = address.split_once('@') else { return false };
    let host = domain.split('.').next().unwrap_or_default();
    LOOP_NAMES.contains(&local)
        || LOOP_NAMES_AT.iter().any(|(name, at)| local == *name && domain.contains(at))
        || LOOP_HOSTS.contains(&host)
        || ["feedbackloop", "feedback-loop"].iter().any(|name| local.contains(name))
        || local.starts_with("fbl-")
        || local.ends_with("-fbl")
}
