//! Delivery reports in prose. Each mail system is a file with one [`Form`], data that says how its report is known
//! and where its recipients stand; the reading itself is one piece of code for all.
//!
//! To add a mail system: a file with its `FORM`, a line in [`FORMS`].

mod amazon;
mod domino;
mod dragonfly;
mod exchange;
mod exim;
mod extract;
mod generic;
mod gmail;
mod opensmtpd;
mod postfix;
mod qmail;
mod sendmail;
mod trendmicro;

use crate::{
    domain::{delivery::Delivery, evidence::Evidence},
    reading::finding::Case,
};

/// How one mail system's report is known, and where things stand in it. Phrases are folded.
pub(super) struct Form {
    /// Name in the evidence.
    pub(super) name: &'static str,
    /// Header fields of which one, with this beginning of its folded value, is enough to know it. Empty: any value.
    pub(super) header: &'static [(&'static str, &'static str)],
    /// Phrases of its text, of which one is enough.
    pub(super) text: &'static [&'static str],
    /// The list of recipients begins after the line with one of these. None: it begins at once.
    pub(super) begins: &'static [&'static str],
    /// The report ends before the line with one of these, besides [`ORIGINAL`].
    pub(super) ends: &'static [&'static str],
    /// Whether the mail must come from a mail system besides. Else it must only read like a report.
    pub(super) daemon_only: bool,
    /// Whether such a report is a warning that delivery is still tried.
    pub(super) delay: bool,
}

impl Form {
    /// What most forms share.
    pub(super) const PLAIN: Self =
        Self { name: "", header: &[], text: &[], begins: &[], ends: &[], daemon_only: true, delay: false };
}

/// Forms in the order of trial: certain marks first, generic words last.
const FORMS: &[&Form] = &[
    &exim::WARNING,
    &exim::FORM,
    &qmail::FORM,
    &postfix::FORM,
    &gmail::WARNING,
    &gmail::FORM,
    &opensmtpd::FORM,
    &dragonfly::FORM,
    &amazon::FORM,
    &exchange::FORM,
    &domino::FORM,
    &sendmail::FORM,
    &trendmicro::FORM,
    &generic::WARNING,
    &generic::FORM,
    &generic::ANYBODY,
];

/// Lines that begin the returned original, whatever the system.
const ORIGINAL: &[&str] = &[
    "below this line is a copy of the message",
    "this is a copy of the message",
    "this is a copy of your message",
    "below is a copy of the original message",
    "included is a copy of the message",
    "original message follows",
    "----- original message -----",
    "-----original message-----",
    "original message:",
    "original message headers",
    "message headers follow",
    "message header follows",
    "unsent message follows",
    "unsent message below",
    "message text follows",
    "returned message follows",
    "message follows:",
    "original message header",
    "undelivered message follows",
    "copy of the original message",
    "a copy of the original",
    "the header of the original message",
    "the headers of the original message",
    "-------original message",
    "------ the body of the message is",
    "received: from ",
    "received:from ",
    "-----original mail",
    "original mail as follows",
    "header of the original message is following",
    "-------original mail info",
    "the original message headers",
    "ursprüngliche nachricht",
    "message header:",
    "the following is a copy of",
];

pub(super) struct Prose {
    pub(super) deliveries: Vec<Delivery>,
    pub(super) evidence: Evidence,
}

/// Reads the text as a report, if it is one.
pub(super) fn read(case: &Case<'_>) -> Option<Prose> {
    let daemon = case.sent_by_daemon();
    if !(case.reads_like_report() || case.letter.header().has("x-failed-recipients")) {
        return None;
    }
    let Some((form, mark)) = FORMS.iter().find_map(|form| known(form, case, daemon).map(|mark| (form, mark))) else {
        return unknown_daemon(case);
    };
    let deliveries = extract::recipients(form, case);
    // A phrase alone, with no recipient to go with it, is no report unless a mail system wrote it.
    if deliveries.is_empty() && !daemon {
        return None;
    }
    Some(Prose { deliveries, evidence: Evidence::new(format!("prose.{}", form.name), "text", &mark) })
}

/// A mail system that no form describes: it calls itself a daemon and begins lines with addresses.
fn unknown_daemon(case: &Case<'_>) -> Option<Prose> {
    let local = case.arrival.from.address.split('@').next().unwrap_or_default();
    if !local.eq_ignore_ascii_case("mailer-daemon") || !extract::has_block(case) {
        return None;
    }
    let deliveries = extract::recipients(&generic::FORM, case);
    Some(Prose { deliveries, evidence: Evidence::new("prose.daemon", "From", &case.arrival.from.address) })
}

/// Recipients out of the text of what is known to be a report.
pub(super) fn read_anyhow(case: &Case<'_>) -> Prose {
    let form = FORMS.iter().find(|form| known(form, case, true).is_some()).copied().unwrap_or(&generic::FORM);
    let deliveries = extract::recipients(form, case);
    Prose { deliveries, evidence: Evidence::new(format!("prose.{}", form.name), "text", "") }
}

fn known(form: &Form, case: &Case<'_>, daemon: bool) -> Option<String> {
    if form.daemon_only && !daemon {
        return None;
    }
    let header = case.letter.header();
    for (name, beginning) in form.header {
        let value = if *name == "subject" { Some(case.subject.clone()) } else { header.text(name) };
        if let Some(value) = value.filter(|v| crate::reading::fold::words(v).starts_with(beginning)) {
            return Some(format!("{name}: {value}"));
        }
    }
    form.text.iter().find(|phrase| case.folded.contains(**phrase)).map(|phrase| (*phrase).to_owned())
}

/// The returned original below the report, where it stands in the text.
pub(super) fn original(text: &str) -> Option<&str> {
    let mut at = 0;
    for line in text.split_inclusive('\n').take(2_000) {
        let next = at + line.len();
        if is_original(line) {
            let from = if line.to_ascii_lowercase().starts_with("received:") { at } else { next };
            let rest = text.get(from..)?;
            // Rules of dashes below the heading belong to it.
            return Some(rest.trim_start_matches(['-', '=', '*', '\n', '\r', ' ']));
        }
        at = next;
    }
    None
}

fn is_original(line: &str) -> bool {
    let folded = crate::reading::fold::words(line);
    folded.len() < 120 && ORIGINAL.iter().any(|mark| folded.contains(mark))
}
