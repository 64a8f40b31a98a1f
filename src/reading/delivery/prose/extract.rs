//! Takes recipients and the words about each out of a report's text.

use std::collections::HashSet;

use super::{
    address::{self, Own},
    page::{Line, Page, page},
};
use crate::{
    domain::delivery::Action,
    reading::{
        delivery::{
            assess::{Assessed, Found, assess},
            rules::{Form, Rules},
        },
        finding::Case,
        letter::field,
    },
};

/// Recipients taken from one report.
const RECIPIENTS: usize = 100;
/// Words kept about one recipient.
const WORDS_BYTES: usize = 2_000;
/// Lines after the beginning in which recipients may stand anywhere.
const NEAR: usize = 12;

/// Recipients of the report with the words about each.
pub(super) fn recipients(rules: &Rules, at: Option<usize>, case: &Case<'_>) -> Vec<Assessed> {
    let form = at.and_then(|at| rules.forms.get(at));
    let page = page(rules, at, case.text);
    let named = named(case);
    let own = own_addresses(case);
    let leads = leads(rules, form);
    let (mut found, mut lead) = blocks(&page, &leads, &own);
    if !named.is_empty() {
        return finish(by_name(&named, found), &lead, &before(&page), at, form);
    }
    if found.is_empty() {
        found = anywhere(&page, form, &own);
    }
    if found.is_empty() {
        // Those who write to themselves fail to reach themselves.
        (found, lead) = blocks(&page, &leads, &Own::new());
    }
    if found.is_empty() {
        // The original may still name it: see `returned`.
        found.push(Found::default());
    }
    finish(found, &lead, &before(&page), at, form)
}

/// Whether a line of the report begins with an address that is not the report's own.
pub(super) fn has_block(rules: &Rules, case: &Case<'_>) -> bool {
    let (own, leads) = (own_addresses(case), leads(rules, None));
    let page = page(rules, None, case.text);
    page.lines.iter().any(|line| address::at_beginning(line.text, &leads, &own).is_some())
}

/// What the text for people says about each recipient, for reports whose machine part says nothing of it.
pub(in crate::reading::delivery) fn words_about(rules: &Rules, case: &Case<'_>) -> Vec<(String, String)> {
    let (page, leads) = (page(rules, None, case.text), leads(rules, None));
    let (found, _) = blocks(&page, &leads, &Own::new());
    found.into_iter().map(|f| (f.recipient.to_lowercase(), f.diagnostic.unwrap_or_default())).collect()
}

fn leads<'r>(rules: &'r Rules, form: Option<&'r Form>) -> Vec<&'r str> {
    rules.leads.iter().chain(form.into_iter().flat_map(|f| &f.leads)).map(String::as_str).collect()
}

/// Blocks that begin with an address, and the words before the first of them.
fn blocks(page: &Page<'_>, leads: &[&str], own: &Own) -> (Vec<Found>, String) {
    let mut found: Vec<Found> = Vec::new();
    let mut seen = HashSet::new();
    let mut lead = String::new();
    let begin = page.begin.unwrap_or_default();
    let lines = page.lines.get(begin..).unwrap_or_default();
    for (at, line) in lines.iter().enumerate() {
        let block = address::at_beginning(line.text, leads, own).or_else(|| behind(lines, at, own));
        match block {
            Some((address, rest)) if seen.insert(address.to_lowercase()) => {
                if found.len() < RECIPIENTS {
                    found.push(Found { recipient: address, diagnostic: Some(rest), ..Found::default() });
                }
            }
            _ => {
                let words = found.last_mut().and_then(|f| f.diagnostic.as_mut()).unwrap_or(&mut lead);
                if words.len() < WORDS_BYTES {
                    words.push(' ');
                    words.push_str(line.text.trim());
                }
            }
        }
    }
    (found, lead)
}

/// A recipient behind a phrase of the form, in this line or the next with words in it.
fn behind(lines: &[Line<'_>], at: usize, own: &Own) -> Option<(String, String)> {
    let line = lines.get(at)?;
    let phrase = line.behind.as_deref()?;
    let (lower, words) = (line.text.to_lowercase(), line.text);
    // Blanks inside the line may differ from the folded phrase: the last word of it is enough to find the place.
    let last = phrase.rsplit(' ').next().unwrap_or(phrase);
    let rest = lower.find(phrase).map(|n| n + phrase.len()).or_else(|| lower.rfind(last).map(|n| n + last.len()));
    let rest = rest.and_then(|n| words.get(n..)).unwrap_or(words);
    if let Some(address) = address::inside(rest, own).next() {
        return Some((address, words.trim().to_owned()));
    }
    let next = lines.get(at + 1..)?.iter().take(3).find(|l| !l.text.trim().is_empty())?;
    let address =
        if rest.trim_matches([':', ' ', '.', '-']).is_empty() { address::inside(next.text, own).next() } else { None };
    address.map(|a| (a, words.trim().to_owned()))
}

/// Addresses anywhere near the beginning of the list; else the first one in the whole report.
fn anywhere(page: &Page<'_>, form: Option<&Form>, own: &Own) -> Vec<Found> {
    let found = |recipient: String| Found { recipient, ..Found::default() };
    if let Some(begin) = page.begin {
        let near = page.lines.get(begin..).unwrap_or_default().iter().take(NEAR);
        if let Some(domain) = form.and_then(|f| f.bare.as_deref()) {
            return bare(near.skip(1), domain);
        }
        let mut out: Vec<Found> = Vec::new();
        for line in near {
            if line.text.trim().is_empty() && !out.is_empty() {
                break;
            }
            for address in address::inside(line.text, own).take(RECIPIENTS) {
                if !out.iter().any(|f| f.recipient.eq_ignore_ascii_case(&address)) {
                    out.push(found(address));
                }
            }
        }
        if !out.is_empty() {
            return out;
        }
    }
    page.lines.iter().find_map(|line| address::inside(line.text, own).next()).map(found).into_iter().collect()
}

/// Names alone on their lines, which a provider gives without their domain.
fn bare<'t>(lines: impl Iterator<Item = &'t Line<'t>>, domain: &str) -> Vec<Found> {
    let names = lines.map(|l| l.text.trim()).filter(|w| {
        !w.is_empty() && w.len() <= 64 && w.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
    });
    names.map(|name| Found { recipient: format!("{name}@{domain}"), ..Found::default() }).collect()
}

/// Exim and its kin name the recipients in the header; the text only adds the words.
fn by_name(named: &[String], mut found: Vec<Found>) -> Vec<Found> {
    let only = (named.len() == 1 && found.len() == 1).then(|| found.pop()).flatten();
    let mut out: Vec<Found> = Vec::new();
    for address in named {
        let same = |f: &Found| f.recipient.eq_ignore_ascii_case(address);
        let diagnostic = found.iter().position(same).map(|at| found.swap_remove(at));
        let diagnostic = match (&only, diagnostic) {
            (_, Some(block)) => block.diagnostic,
            (Some(block), None) => block.diagnostic.clone(),
            (None, None) => None,
        };
        out.push(Found { recipient: address.clone(), diagnostic, ..Found::default() });
    }
    out
}

/// What stands before the list.
fn before(page: &Page<'_>) -> String {
    let lines = page.lines.iter().take(page.begin.unwrap_or_default());
    let mut words = String::new();
    for line in lines {
        if words.len() < WORDS_BYTES {
            words.push_str(line.text.trim());
            words.push('\n');
        }
    }
    words
}

fn finish(mut found: Vec<Found>, lead: &str, before: &str, at: Option<usize>, form: Option<&Form>) -> Vec<Assessed> {
    // A list of several with the words below the last of them: what is said there is said of all.
    let common = match found.as_slice() {
        [rest @ .., last] if !rest.is_empty() && rest.iter().all(is_silent) => last.diagnostic.clone(),
        _ => None,
    };
    let delay = form.is_some_and(|f| f.delay);
    for one in &mut found {
        if is_silent(one) {
            one.diagnostic.clone_from(&common);
        }
        one.diagnostic = one.diagnostic.take().map(|d| field::one_line(&d)).filter(|d| !d.is_empty());
        if one.diagnostic.is_none() && !lead.trim().is_empty() {
            one.diagnostic = Some(field::one_line(lead));
        }
        format!("{lead}\n{before}").trim().clone_into(&mut one.context);
        one.action = Some(if delay { Action::Delayed } else { Action::Failed });
        one.form = at;
    }
    found.into_iter().map(assess).collect()
}

fn is_silent(found: &Found) -> bool {
    found.diagnostic.as_deref().is_none_or(|d| d.trim().is_empty())
}

fn named(case: &Case<'_>) -> Vec<String> {
    let value = case.letter.header().all("x-failed-recipients").map(field::plain).collect::<Vec<_>>().join(",");
    let mut seen = HashSet::new();
    value.split(',').filter_map(address::clean).filter(|a| seen.insert(a.to_lowercase())).take(RECIPIENTS).collect()
}

/// Addresses that the report is sent from or to: they are not the ones that failed.
fn own_addresses(case: &Case<'_>) -> Own {
    std::iter::once(&case.arrival.from)
        .chain(case.arrival.recipients.iter())
        .map(|c| c.address.to_lowercase())
        .filter(|a| !a.is_empty())
        .collect()
}
