//! The part for machines: RFC 3464, in its RFC 6522 wrapper and with the RFC 6533 types, missing or mislabelled.

use super::assess::{Found, assess};
use crate::{
    domain::{
        delivery::{Action, Delivery},
        evidence::Evidence,
    },
    reading::{
        finding::Case,
        letter::{Part, Shape, field, field_cut},
    },
};

/// Recipients taken from one report.
const RECIPIENTS: usize = 500;
/// Lines of a machine part looked at.
const LINES: usize = 20_000;

pub(super) struct Machine {
    pub(super) deliveries: Vec<Delivery>,
    pub(super) envelope_ids: Vec<String>,
    pub(super) evidence: Evidence,
}

pub(super) fn read(case: &Case<'_>) -> Option<Machine> {
    let letter = case.letter;
    let report = letter.report_type() == Some("delivery-status");
    let mut read: Option<Machine> = None;
    for (id, part) in letter.parts().filter(|(_, p)| p.shape == Shape::Leaf && !p.enclosed) {
        let proper = is_status_type(&part.media_type);
        let quoted = || may_be_one(part, report, case) && looks_like_one(&letter.content(id));
        if !(proper || quoted()) {
            continue;
        }
        let content = letter.part_text(id);
        let mut scan = Scan::default();
        content.lines().take(LINES).for_each(|line| scan.line(line));
        scan.flush(true);
        let rule = if proper { "rfc3464.delivery-status" } else { "rfc3464.mislabelled" };
        let excerpt = content.lines().find(|l| starts(l, "final-recipient") || starts(l, "action")).unwrap_or_default();
        if read.as_ref().is_some_and(|r| !r.deliveries.is_empty()) {
            break;
        }
        let human = if scan.recipients.len() == 1 { case.text } else { "" };
        let reporting = scan.reporting_mta;
        read = Some(Machine {
            deliveries: scan
                .recipients
                .into_iter()
                .map(|mut found| {
                    field_cut(human, 4096).clone_into(&mut found.context);
                    found.remote_mta = found.remote_mta.or_else(|| reporting.clone());
                    assess(found)
                })
                .collect(),
            envelope_ids: scan.envelope_id.into_iter().collect(),
            evidence: Evidence::new(rule, format!("part {id}"), excerpt),
        });
    }
    // A report whose machine part was lost on the way is still one.
    read.or_else(|| {
        report.then(|| Machine {
            deliveries: Vec::new(),
            envelope_ids: Vec::new(),
            evidence: Evidence::new("rfc6522.report-type", "Content-Type", "report-type=delivery-status"),
        })
    })
}

fn is_status_type(media_type: &str) -> bool {
    matches!(media_type, "message/delivery-status" | "message/global-delivery-status" | "message/delivery_status")
}

/// Parts of other types are looked at only where the mail has other signs of a report: people quote reports.
fn may_be_one(part: &Part, report: bool, case: &Case<'_>) -> bool {
    (report || case.sent_by_daemon())
        && (part.media_type.starts_with("text/") || part.media_type.starts_with("message/"))
}

fn looks_like_one(content: &[u8]) -> bool {
    let head = String::from_utf8_lossy(content.get(..32 << 10).unwrap_or(content));
    let has = |name: &str| head.lines().any(|l| starts(l, name));
    has("final-recipient") && (has("action") || has("status"))
}

fn starts(line: &str, name: &str) -> bool {
    let line = line.trim_start();
    line.get(..name.len()).is_some_and(|s| s.eq_ignore_ascii_case(name))
        && line.get(name.len()..).is_some_and(|rest| rest.trim_start().starts_with(':'))
}

/// Reads the fields one after another. Groups are told apart by empty lines and by a repeated Final-Recipient, for
/// some systems write empty lines inside groups and some write none between them.
#[derive(Default)]
struct Scan {
    recipients: Vec<Found>,
    current: Found,
    held: Option<(String, String)>,
    reporting_mta: Option<String>,
    envelope_id: Option<String>,
    seen_final: bool,
}

impl Scan {
    fn line(&mut self, line: &str) {
        if line.trim().is_empty() {
            self.take_held();
            if !self.current.recipient.is_empty() && (self.current.action.is_some() || self.current.status.is_some()) {
                self.flush(false);
            }
        } else if let (true, Some((_, value))) = (line.starts_with([' ', '\t']), self.held.as_mut()) {
            value.push(' ');
            value.push_str(line.trim());
        } else if let Some((name, value)) = line.split_once(':').filter(|(n, _)| !n.trim().contains(' ')) {
            self.take_held();
            self.held = Some((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        } else if let Some((_, value)) = self.held.as_mut().filter(|(n, _)| n == "diagnostic-code") {
            // Long words of servers are often wrapped without the blank that a continuation needs.
            value.push(' ');
            value.push_str(line.trim());
        }
    }

    fn take_held(&mut self) {
        let Some((name, value)) = self.held.take() else { return };
        match name.as_str() {
            "reporting-mta" => self.reporting_mta = Some(untyped(&value)).filter(|m| !m.is_empty()),
            "original-envelope-id" => self.envelope_id = Some(value).filter(|v| !v.is_empty()),
            "final-recipient" => {
                if self.seen_final {
                    self.flush(false);
                }
                self.seen_final = true;
                self.current.recipient = address(&value);
            }
            "original-recipient" => {
                if self.current.original_recipient.is_some() && self.seen_final {
                    self.flush(false);
                }
                self.current.original_recipient = Some(address(&value)).filter(|a| !a.is_empty());
            }
            "x-actual-recipient" if !self.current.recipient.contains('@') => {
                let actual = address(&value);
                if actual.contains('@') && !actual.contains('|') {
                    self.current.recipient = actual;
                }
            }
            "action" => self.current.action = action(&value),
            "status" => {
                self.current.status = value
                    .split(|c: char| !(c.is_ascii_digit() || c == '.'))
                    .find(|w| super::code::is_status(w))
                    .map(str::to_owned);
            }
            "diagnostic-code" | "x-postfix-diagnostic" | "smtp-remote-diagnostic" => {
                let words = untyped(&value);
                match self.current.diagnostic.as_mut() {
                    Some(held) => {
                        held.push(' ');
                        held.push_str(&words);
                    }
                    None => self.current.diagnostic = Some(words),
                }
            }
            "remote-mta" => self.current.remote_mta = Some(untyped(&value)).filter(|m| !m.is_empty()),
            _ => {}
        }
    }

    /// Ends the recipient being read.
    fn flush(&mut self, last: bool) {
        if last {
            self.take_held();
        }
        self.seen_final = false;
        let mut found = std::mem::take(&mut self.current);
        if !found.recipient.contains('@')
            && let Some(original) = found.original_recipient.as_ref().filter(|o| o.contains('@'))
        {
            found.recipient.clone_from(original);
        }
        if !found.recipient.is_empty() && self.recipients.len() < RECIPIENTS {
            self.recipients.push(found);
        }
    }
}

fn action(value: &str) -> Option<Action> {
    let word = value.split(|c: char| !c.is_ascii_alphabetic()).find(|w| !w.is_empty())?.to_ascii_lowercase();
    match word.as_str() {
        "failed" | "failure" | "fail" | "expired" | "undeliverable" => Some(Action::Failed),
        "delayed" | "deferred" => Some(Action::Delayed),
        other => other.parse().ok(),
    }
}

/// `type; value` without its type.
fn untyped(value: &str) -> String {
    let rest = match value.split_once(';') {
        Some((kind, rest)) if kind.len() < 20 && !kind.trim().contains(' ') => rest,
        _ => value,
    };
    field::one_line(rest)
}

/// An address field's address: without type, brackets, comments; `\x{…}` of RFC 6533 undone.
fn address(value: &str) -> String {
    let text = untyped(value);
    let inside = text.split_once('<').and_then(|(_, r)| r.split_once('>')).map(|(a, _)| a.trim().to_owned());
    let text = inside.unwrap_or_else(|| text.split(" (").next().unwrap_or_default().trim().to_owned());
    let text = text.trim_matches(['<', '>', ' ']);
    let scheme = ["mailto:", "smtp:", "dda:smtp="]
        .iter()
        .find(|s| text.get(..s.len()).is_some_and(|start| start.eq_ignore_ascii_case(s)));
    let text = scheme.and_then(|s| text.get(s.len()..)).unwrap_or(text);
    // Quotation marks round the whole are decoration; round the local part they belong to it.
    let text = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(text).to_owned();
    // A source route (RFC 5321 appendix C) leads to the address behind its colon.
    let text = match text.strip_prefix('@').and_then(|t| t.split_once(':')) {
        Some((_, behind)) => behind.to_owned(),
        None => text,
    };
    if text.contains("\\x{") { unescape(&text) } else { text }
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\x{") {
        out.push_str(before);
        match after
            .split_once('}')
            .and_then(|(hex, tail)| Some((char::from_u32(u32::from_str_radix(hex, 16).ok()?)?, tail)))
        {
            Some((c, tail)) if !c.is_control() => {
                out.push(c);
                rest = tail;
            }
            _ => {
                out.push_str("\\x{");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}
