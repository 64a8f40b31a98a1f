//! Delivery reports in prose: which form it has, then recipients and the words about each. The forms are data
//! (`super::rules`); the reading is one piece of code for all.

mod address;
mod extract;
mod page;

pub(super) use extract::words_about;

use super::{
    assess::Assessed,
    rules::{Form, RULES, Rules, Writer},
};
use crate::{
    domain::evidence::Evidence,
    reading::{finding::Case, fold},
};

pub(super) struct Prose {
    pub(super) found: Vec<Assessed>,
    pub(super) evidence: Evidence,
}

/// A form that fits: its index, and the mark it is known by.
struct Known<'r> {
    at: usize,
    form: &'r Form,
    place: &'static str,
    mark: String,
}

/// Reads the text as a report, if it is one.
pub(super) fn read(case: &Case<'_>) -> Option<Prose> {
    let rules = RULES.as_ref()?;
    let daemon = case.sent_by_daemon();
    let Some(known) = known(rules, case, false) else { return unknown_daemon(rules, case) };
    // Absence notes come with the null path, too, and say that one could not be reached.
    if matches!(known.form.writer, Writer::Doubtful | Writer::Program) && crate::reading::automatic::is_marked(case) {
        return None;
    }
    let found = extract::recipients(rules, Some(known.at), case);
    // A phrase alone, with no recipient to go with it, is no report unless a mail system wrote it.
    if found.is_empty() && !daemon {
        return None;
    }
    Some(Prose { found, evidence: evidence(&known) })
}

/// Recipients out of the text of what is known to be a report.
pub(super) fn read_anyhow(case: &Case<'_>) -> Option<Prose> {
    let rules = RULES.as_ref()?;
    let known = known(rules, case, true);
    let found = extract::recipients(rules, known.as_ref().map(|k| k.at), case);
    let evidence = known.map_or_else(|| Evidence::new("prose.unknown", "text", ""), |k| evidence(&k));
    Some(Prose { found, evidence })
}

/// The form of a report that has a machine part as well: its own words may tell a reason.
pub(super) fn form_of(case: &Case<'_>) -> Option<usize> {
    known(RULES.as_ref()?, case, true).map(|k| k.at)
}

fn evidence(known: &Known<'_>) -> Evidence {
    Evidence::new(format!("prose.{}", known.form.name), known.place, &known.mark)
}

/// A mail system that no form describes: it calls itself a daemon and begins lines with addresses.
fn unknown_daemon(rules: &Rules, case: &Case<'_>) -> Option<Prose> {
    let local = case.arrival.from.address.split('@').next().unwrap_or_default();
    if !local.eq_ignore_ascii_case("mailer-daemon") || !extract::has_block(rules, case) {
        return None;
    }
    let found = extract::recipients(rules, None, case);
    Some(Prose { found, evidence: Evidence::new("prose.daemon", "From", &case.arrival.from.address) })
}

/// `sure`: other signs say that it is a report.
fn known<'r>(rules: &'r Rules, case: &Case<'_>, sure: bool) -> Option<Known<'r>> {
    let mut occurs = vec![false; rules.text_phrases.len()];
    for hit in rules.text.find_overlapping_iter(&case.folded) {
        if let Some(seen) = occurs.get_mut(hit.pattern().as_usize()) {
            *seen = true;
        }
    }
    let daemon = sure || case.sent_by_daemon();
    let program = sure || case.sent_by_program();
    let (may_be, says) = (case.may_be_report(), case.subject_reports());
    rules.forms.iter().enumerate().find_map(|(at, form)| {
        let allowed = match form.writer {
            Writer::Program => program,
            Writer::Doubtful => program || says,
            Writer::System => daemon || says,
            Writer::Anybody => daemon || says || may_be,
        };
        let (place, mark) = if allowed { mark(rules, case, at, form, &occurs)? } else { return None };
        Some(Known { at, form, place, mark })
    })
}

fn mark(rules: &Rules, case: &Case<'_>, at: usize, form: &Form, occurs: &[bool]) -> Option<(&'static str, String)> {
    for (name, beginning) in &form.fields {
        let value = case.letter.header().text(name);
        if let Some(value) = value.filter(|v| fold::words(v).starts_with(beginning.as_str())) {
            return Some(("header", format!("{name}: {value}")));
        }
    }
    let subject = rules.subjects.iter().find(|(beginning, of)| *of == at && case.subject.starts_with(beginning));
    if let Some((beginning, _)) = subject {
        return Some(("Subject", beginning.clone()));
    }
    let row = form.text.iter().find(|row| row.iter().all(|p| occurs.get(*p).copied().unwrap_or_default()))?;
    let words: Vec<&str> = row.iter().filter_map(|p| rules.text_phrases.get(*p).map(String::as_str)).collect();
    Some(("text", words.join(" … ")))
}

/// The returned original below the report, where it stands in the text.
pub(super) fn original(text: &str) -> Option<&str> {
    let rules = RULES.as_ref()?;
    let mut at = 0;
    for line in text.split_inclusive('\n').take(2_000) {
        let next = at + line.len();
        if page::is_original(rules, line) {
            let header = line.trim_start().to_ascii_lowercase();
            let from = if header.starts_with("received:") || header.starts_with("return-path:") { at } else { next };
            let rest = text.get(from..)?;
            // Rules of dashes below the heading belong to it.
            return Some(rest.trim_start_matches(['-', '=', '*', '\n', '\r', ' ']));
        }
        at = next;
    }
    None
}
