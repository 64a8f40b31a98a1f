//! Reads the fields of a delivery status one after another, as tolerant as they are written.

use super::address::{self, address};
use crate::{
    domain::delivery::Action,
    reading::{
        delivery::{assess::Found, code},
        letter::field,
    },
};

/// Recipients taken from one report.
const RECIPIENTS: usize = 500;

/// Groups are told apart by empty lines and by a repeated Final-Recipient, for some systems write empty lines inside
/// groups and some write none between them.
#[derive(Default)]
pub(super) struct Scan {
    pub(super) recipients: Vec<Found>,
    pub(super) reporting_mta: Option<String>,
    pub(super) envelope_id: Option<String>,
    current: Found,
    held: Option<(String, String)>,
    seen_final: bool,
    routed: bool,
}

impl Scan {
    pub(super) fn read<'t>(lines: impl Iterator<Item = &'t str>) -> Self {
        let mut scan = Self::default();
        lines.for_each(|line| scan.line(line));
        scan.take_held();
        scan.flush();
        scan
    }

    fn line(&mut self, line: &str) {
        if line.trim().is_empty() {
            self.take_held();
            if !self.current.recipient.is_empty() && (self.current.action.is_some() || self.current.status.is_some()) {
                self.flush();
            }
        } else if let (true, Some((_, value))) = (line.starts_with([' ', '\t']), self.held.as_mut()) {
            value.push(' ');
            value.push_str(line.trim());
        } else if let Some((name, value)) = line.split_once(':').filter(|(n, _)| is_name(n.trim())) {
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
                    self.flush();
                }
                self.seen_final = true;
                self.current.recipient = address(&value);
                self.routed = address::is_routed(&value);
            }
            "original-recipient" => {
                if self.current.original_recipient.is_some() && self.seen_final {
                    self.flush();
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
                let mut words = value.split(|c: char| !(c.is_ascii_digit() || c == '.'));
                self.current.status = words.find(|w| code::is_status(w)).map(str::to_owned);
            }
            "diagnostic-code"
            | "x-postfix-diagnostic"
            | "smtp-remote-diagnostic"
            | "x-display-diagnostic"
            | "x-supplementary-info" => {
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
    fn flush(&mut self) {
        self.seen_final = false;
        let routed = std::mem::take(&mut self.routed);
        let mut found = std::mem::take(&mut self.current);
        // A name inside the last host, an alias's command, an X.400 name: the original is what people know.
        if let Some(original) = found.original_recipient.as_ref().filter(|o| address::is_mailbox(o))
            && (routed || !address::is_mailbox(&found.recipient))
        {
            found.recipient.clone_from(original);
        }
        if !found.recipient.is_empty() && self.recipients.len() < RECIPIENTS {
            self.recipients.push(found);
        }
    }
}

/// `Final-Recipient`: one word, though some write a blank before the colon.
fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains([' ', '<', '@'])
}

fn action(value: &str) -> Option<Action> {
    let word = value.split(|c: char| !c.is_ascii_alphabetic()).find(|w| !w.is_empty())?.to_ascii_lowercase();
    match word.as_str() {
        "failed" | "failure" | "fail" | "expired" | "undeliverable" | "error" | "rejected" | "deleted" => {
            Some(Action::Failed)
        }
        "delayed" | "deferred" | "delay" | "warning" => Some(Action::Delayed),
        "success" | "deliverable" | "successful" => Some(Action::Delivered),
        other => other.parse().ok(),
    }
}

/// `type; value` without its type.
pub(super) fn untyped(value: &str) -> String {
    let rest = match value.split_once(';') {
        Some((kind, rest)) if kind.len() < 20 && !kind.trim().contains(' ') => rest,
        _ => value,
    };
    field::one_line(rest)
}
