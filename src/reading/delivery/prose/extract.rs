//! Takes recipients and the words about each out of a report's text.

use std::collections::HashSet;

use super::{Form, is_original};
use crate::{
    domain::delivery::{Action, Delivery},
    reading::{
        delivery::assess::{Found, assess},
        finding::Case,
        fold,
        letter::field,
    },
};

/// Lines of a report looked at.
const LINES: usize = 1_000;
/// Recipients taken from one report.
const RECIPIENTS: usize = 100;
/// Words kept about one recipient.
const WORDS_BYTES: usize = 2_000;

/// Recipients of the report with the words about each.
pub(super) fn recipients(form: &Form, case: &Case<'_>) -> Vec<Delivery> {
    let lines = report_lines(form, case.text);
    let named = named(case);
    let own = own_addresses(case);
    let (mut found, mut lead) = blocks(&lines, &own);
    if !named.is_empty() {
        return by_name(&named, found, &lead, form).into_iter().map(assess).collect();
    }
    if found.is_empty() {
        found.extend(first_inside(&lines, &own).map(|recipient| Found { recipient, ..Found::default() }));
    }
    if found.is_empty() {
        // Those who write to themselves fail to reach themselves.
        (found, lead) = blocks(&lines, &HashSet::new());
    }
    if found.is_empty() {
        // The original may still name it: see `returned`.
        found.push(Found::default());
    }
    finish(&mut found, &lead, form);
    found.into_iter().map(assess).collect()
}

/// Whether a line of the report begins with an address that is not the report's own.
pub(super) fn has_block(case: &Case<'_>) -> bool {
    let own = own_addresses(case);
    report_lines(&Form::PLAIN, case.text).iter().any(|line| begins_block(line, &own).is_some())
}

/// Blocks that begin with an address, and the words before the first of them.
fn blocks(lines: &[&str], own: &HashSet<String>) -> (Vec<Found>, String) {
    let mut found: Vec<Found> = Vec::new();
    let mut lead = String::new();
    for line in lines {
        match begins_block(line, own) {
            Some((address, rest)) if !found.iter().any(|f| f.recipient.eq_ignore_ascii_case(&address)) => {
                if found.len() < RECIPIENTS {
                    found.push(Found { recipient: address, diagnostic: Some(rest), ..Found::default() });
                }
            }
            _ => {
                let words = found.last_mut().and_then(|f| f.diagnostic.as_mut()).unwrap_or(&mut lead);
                if words.len() < WORDS_BYTES {
                    words.push(' ');
                    words.push_str(line.trim());
                }
            }
        }
    }
    (found, lead)
}

/// Exim and its kin name the recipients in the header; the text only adds the words.
fn by_name(named: &[String], mut found: Vec<Found>, lead: &str, form: &Form) -> Vec<Found> {
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
    finish(&mut out, lead, form);
    out
}

fn finish(found: &mut [Found], lead: &str, form: &Form) {
    for one in found {
        one.diagnostic = one.diagnostic.take().map(|d| field::one_line(&d)).filter(|d| !d.is_empty());
        if one.diagnostic.is_none() && !lead.trim().is_empty() {
            one.diagnostic = Some(field::one_line(lead));
        }
        lead.clone_into(&mut one.context);
        one.action = Some(if form.delay { Action::Delayed } else { Action::Failed });
    }
}

fn named(case: &Case<'_>) -> Vec<String> {
    let value = case.letter.header().all("x-failed-recipients").map(field::plain).collect::<Vec<_>>().join(",");
    let mut seen = HashSet::new();
    value.split(',').filter_map(address_in).filter(|a| seen.insert(a.to_lowercase())).take(RECIPIENTS).collect()
}

/// Addresses that the report is sent from or to: they are not the ones that failed.
fn own_addresses(case: &Case<'_>) -> HashSet<String> {
    std::iter::once(&case.arrival.from)
        .chain(case.arrival.recipients.iter())
        .map(|c| c.address.to_lowercase())
        .filter(|a| !a.is_empty())
        .collect()
}

/// The report's lines: after its beginning, before the original.
fn report_lines<'t>(form: &Form, text: &'t str) -> Vec<&'t str> {
    let all: Vec<&str> = text.lines().take(LINES).collect();
    let end = all
        .iter()
        .position(|line| {
            let folded = fold::words(line);
            is_original(line) || form.ends.iter().any(|end| folded.contains(end))
        })
        .filter(|&end| end > 0)
        .unwrap_or(all.len());
    let report = all.get(..end).unwrap_or_default();
    // A beginning may be wrapped: the line and the one after it are looked at together.
    let start = report.windows(2).position(|pair| {
        let folded = fold::words(&pair.join(" "));
        form.begins.iter().any(|begin| folded.contains(begin))
    });
    match start {
        Some(start) => report.get(start..).unwrap_or_default().to_vec(),
        None => report.to_vec(),
    }
}

/// An address at the beginning of a line, with what follows it.
fn begins_block(line: &str, own: &HashSet<String>) -> Option<(String, String)> {
    let line = line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '-' | '>' | '•'));
    let transcript = transcript_line(line);
    let code = transcript.and(line.get(..4)).unwrap_or_default();
    let line = transcript.unwrap_or(line);
    let lower = line.to_ascii_lowercase();
    let lead = [
        "unknown user: ",
        "user unknown: ",
        "recipient: ",
        "recipient address: ",
        "to: ",
        "final-recipient: rfc822;",
        "rcpt to:",
        "sent <<< rcpt to:",
        "user mailbox exceeds allowed size: ",
        "delivery failed ",
        "failed recipient: ",
        "intended recipient: ",
        "local mailbox ",
        "rfc822;",
    ]
    .iter()
    .find(|lead| lower.starts_with(**lead));
    let said = lead.filter(|lead| lead.contains("user")).copied().unwrap_or_default();
    let line = lead.and_then(|lead| line.get(lead.len()..)).unwrap_or(line).trim_start();
    let (address, rest) = if let Some(inside) = line.strip_prefix('<') {
        inside.split_once('>')?
    } else {
        let ends = |c: char| c.is_whitespace() || matches!(c, ':' | ',' | ';' | '(' | '[' | '<');
        line.split_at(line.find(ends).unwrap_or(line.len()))
    };
    let address =
        address.trim_matches(['"', '\'', '.', '<', '>']).trim_start_matches("mailto:").trim_start_matches("SMTP:");
    (is_address(address) && !own.contains(&address.to_lowercase()))
        .then(|| (address.to_owned(), format!("{code}{said}{}", rest.trim_start_matches([':', ' ', '>', '.', ',']))))
}

/// `550 <user@host>... User unknown`, as sendmail's transcripts name the recipient.
fn transcript_line(line: &str) -> Option<&str> {
    let (code, rest) = line.split_once(' ')?;
    let known = code.len() == 3 && code.starts_with(['4', '5']) && code.bytes().all(|b| b.is_ascii_digit());
    (known && rest.starts_with('<') && rest.contains(">...")).then_some(rest)
}

/// The first address anywhere in the report that is not its own.
fn first_inside(lines: &[&str], own: &HashSet<String>) -> Option<String> {
    lines
        .iter()
        .flat_map(|line| {
            line.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | ',' | ';' | '"'))
        })
        .find_map(|word| {
            let word = word.trim_matches([':', '.', '\'', '[', ']']);
            (is_address(word) && !own.contains(&word.to_lowercase())).then(|| word.to_owned())
        })
}

fn address_in(text: &str) -> Option<String> {
    let text = text.trim().trim_matches(['<', '>', ' ']);
    is_address(text).then(|| text.to_owned())
}

/// Whether a word is an address. Message-IDs look like one and are told by their brackets before this.
fn is_address(word: &str) -> bool {
    let Some((local, domain)) = word.rsplit_once('@') else { return false };
    !local.is_empty()
        && local.len() <= 200
        && domain.len() > 2
        && domain.len() <= 255
        && !domain.starts_with(['.', '-'])
        && domain.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
        && !local.contains([' ', '<', '>', '/'])
}
