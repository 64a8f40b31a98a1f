//! Labelled lines, as most reports have them: `Source IP: 192.0.2.1`. The labels are data: `labels.txt`.

use std::{collections::HashMap, sync::LazyLock};

use crate::{
    domain::time::Moment,
    reading::{fold, letter::field},
};

/// Lines looked at.
const LINES: usize = 600;
/// Longest label.
const LABEL_BYTES: usize = 40;
/// Labelled lines kept.
const KEPT: usize = 60;

/// What a label stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fact {
    Source,
    Uri,
    Recipient,
    Sender,
    Arrival,
    Domain,
    MessageId,
}

impl Fact {
    fn from_heading(heading: &str) -> Option<Self> {
        Some(match heading {
            "source" => Self::Source,
            "uri" => Self::Uri,
            "recipient" => Self::Recipient,
            "sender" => Self::Sender,
            "arrival" => Self::Arrival,
            "domain" => Self::Domain,
            "message-id" => Self::MessageId,
            _ => return None,
        })
    }
}

static LABELS: LazyLock<HashMap<&'static str, Fact>> = LazyLock::new(|| read_table(include_str!("labels.txt")));

fn read_table(text: &'static str) -> HashMap<&'static str, Fact> {
    let mut labels = HashMap::new();
    let mut fact = None;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(heading) => fact = Fact::from_heading(heading),
            None => labels.extend(fact.map(|fact| (line, fact))),
        }
    }
    labels
}

/// Labelled lines of a text: what they stand for, the value, the label as written. A value may stand on the next line.
pub(super) fn read(text: &str) -> Vec<(Fact, String, String)> {
    let mut found = Vec::new();
    let mut lines = text.lines().take(LINES).map(unquoted).peekable();
    while let Some(line) = lines.next() {
        let Some((label, value)) = labelled(line) else { continue };
        let Some(fact) = LABELS.get(fold::plain(label).as_str()) else { continue };
        let value = match value.trim() {
            "" => lines.peek().map_or("", |next| next.trim()),
            value => value,
        };
        if !value.is_empty() && found.len() < KEPT {
            found.push((*fact, field::one_line(field_cut(value)), label.to_owned()));
        }
    }
    found
}

fn field_cut(value: &str) -> &str {
    crate::reading::letter::field_cut(value, 1000)
}

/// A label and what follows it.
fn labelled(line: &str) -> Option<(&str, &str)> {
    let at = line.char_indices().take(LABEL_BYTES).find(|(_, c)| matches!(c, ':' | '=' | '\t'))?.0;
    let (label, value) = line.split_at_checked(at)?;
    let label = label.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '-' | '.' | '#' | '"' | '['));
    (!label.is_empty()).then(|| (label, value.trim_start_matches([':', '=', '\t', ' ', '.'])))
}

fn unquoted(line: &str) -> &str {
    line.trim_start_matches(['>', '|', ' ', '\t'])
}

/// A time as reports write it: RFC 5322, RFC 3339, or with UTC behind it. One without a zone says too little.
pub(super) fn moment(value: &str) -> Option<Moment> {
    let plain = value.trim_matches(['"', '\'']);
    let spoken = ["UTC", "GMT", "utc"].iter().find_map(|zone| plain.trim_end().strip_suffix(zone));
    Moment::parse_rfc3339(plain)
        .or_else(|| spoken.and_then(|rest| Moment::parse_rfc3339(&format!("{}Z", rest.trim_end()))))
        .or_else(|| field::moment(plain.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_a_label_of_a_fact() {
        let lines: Vec<&str> = include_str!("labels.txt")
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .collect();
        let headings = lines.iter().filter(|line| line.starts_with('['));
        assert!(headings.clone().all(|h| Fact::from_heading(h.trim_matches(['[', ']'])).is_some()));
        assert_eq!(LABELS.len() + headings.count(), lines.len(), "a label stands twice, or above every heading");
        assert!(LABELS.keys().all(|label| *label == fold::plain(label) && label.len() <= LABEL_BYTES));
    }

    #[test]
    fn values_beside_and_below_their_labels() {
        let text = "Source IP:   203.0.113.12\n> *URL* = http://a.example/x\nQuell-IP:\n  203.0.113.13\nNote: this\n";
        let found = read(text);
        assert_eq!(found.iter().map(|(fact, ..)| *fact).collect::<Vec<_>>(), [Fact::Source, Fact::Uri, Fact::Source]);
        assert_eq!(found[2].1, "203.0.113.13");
        let times = ["2026-11-24T09:00:00Z", "2026-11-24 09:00:00 UTC", "Tue, 24 Nov 2026 10:00:00 +0100"];
        assert!(times.iter().all(|time| moment(time) == moment(times[0]) && moment(time).is_some()));
        assert_eq!(moment("24/11/2026"), None);
    }
}
