//! What a report is about: the source address, the reported message, links, recipients, the time. Gathered from
//! wherever it stands, each fact with its evidence. What is found first holds.

mod address;
mod label;
mod link;
mod original;
mod quoted;

pub(super) use address::addresses;
pub(super) use original::Original;
pub(super) use quoted::{header_line, is_telling};

use super::{
    finding::{Case, Finding},
    letter::field_cut,
};
use crate::domain::{
    evidence::{EXCERPT_CHARS, Evidence},
    feedback::Feedback,
    kind::Kind,
    time::Moment,
};

/// Bytes of text searched for facts.
const TEXT_BYTES: usize = 64 << 10;
/// Values kept of one sort.
const REPEATED: usize = 20;
/// Facts listed as evidence; the rest is in the facts themselves.
const SHOWN: usize = 12;
/// Longest value kept, in characters.
const VALUE_CHARS: usize = 500;

/// The facts as they are gathered.
pub(super) struct Reported {
    pub(super) feedback: Feedback,
    evidence: Vec<Evidence>,
}

impl Reported {
    pub(super) fn new(form: &str, feedback_type: &str) -> Self {
        let feedback =
            Feedback { form: form.to_owned(), feedback_type: feedback_type.to_owned(), ..Feedback::default() };
        Self { feedback, evidence: Vec::new() }
    }

    /// Everything that a report in prose tells: the message it encloses or quotes, its labelled lines, its text.
    pub(super) fn from_prose(form: &str, feedback_type: &str, case: &Case<'_>) -> Self {
        let mut reported = Self::new(form, feedback_type);
        reported.original(Original::enclosed(case).or_else(|| Original::quoted(case.text)));
        reported.text(case);
        reported
    }

    /// Takes over what the reported message itself tells.
    pub(super) fn original(&mut self, original: Option<Original>) {
        let Some(original) = original else { return };
        let place = original.place.as_str();
        self.source(original.source.as_deref(), place);
        self.mail_from(original.mail_from.as_deref(), place);
        self.message_id(original.message_id.as_deref(), place);
        self.from(original.from.as_deref(), place);
        self.subject(original.subject.as_deref(), place);
        if self.feedback.feedback_id.is_none() {
            self.feedback.feedback_id = original.feedback_id;
        }
    }

    /// Takes what labelled lines and the bare text tell.
    pub(super) fn text(&mut self, case: &Case<'_>) {
        let text = field_cut(case.text, TEXT_BYTES);
        let labelled = label::read(text);
        // The Subject names the address in question more surely than any line below.
        self.source(addresses(&case.arrival.subject).next().map(|ip| ip.to_string()).as_deref(), "Subject");
        for (fact, value, name) in &labelled {
            self.labelled(*fact, value, name);
        }
        if self.feedback.source_ip.is_none() {
            let mut all = addresses(text);
            let first = all.next();
            if first.is_some() && all.all(|other| Some(other) == first) {
                self.source(first.map(|ip| ip.to_string()).as_deref(), "text");
            }
        }
        for found in link::links(text).take(REPEATED) {
            self.uri(&found, "text");
        }
    }

    fn labelled(&mut self, fact: label::Fact, value: &str, name: &str) {
        use label::Fact;
        match fact {
            Fact::Source => self.source(addresses(value).next().map(|ip| ip.to_string()).as_deref(), name),
            Fact::Uri => {
                let found: Vec<String> = link::links(value).take(REPEATED).collect();
                for uri in &found {
                    self.uri(uri, name);
                }
            }
            Fact::Recipient => self.recipient(value, name),
            Fact::Sender => self.mail_from(Some(value), name),
            Fact::Arrival => self.arrival(label::moment(value), name),
            Fact::Domain => self.domain(value, name),
            Fact::MessageId => self.message_id(Some(value), name),
        }
    }

    /// The source address: the first word that is an IP address, brackets, comments and ports left out.
    pub(super) fn source(&mut self, value: Option<&str>, place: &str) {
        let found = value.and_then(|v| address::all(v).next()).map(|ip| ip.to_string());
        if let (None, Some(ip)) = (&self.feedback.source_ip, found) {
            self.note("reported.source", place, &ip);
            self.feedback.source_ip = Some(ip);
        }
    }

    pub(super) fn mail_from(&mut self, value: Option<&str>, place: &str) {
        let found = value.map(bare).filter(|v| v.contains('@'));
        if let (None, Some(found)) = (&self.feedback.mail_from, found) {
            self.note("reported.sender", place, &found);
            self.feedback.mail_from = Some(found);
        }
    }

    pub(super) fn recipient(&mut self, value: &str, place: &str) {
        let found = bare(value);
        if found.contains('@') && add(&mut self.feedback.rcpt_to, &found) {
            self.note("reported.recipient", place, &found);
        }
    }

    pub(super) fn arrival(&mut self, at: Option<Moment>, place: &str) {
        if let (None, Some(at)) = (self.feedback.arrival, at) {
            self.note("reported.arrival", place, &at.rfc3339());
            self.feedback.arrival = Some(at);
        }
    }

    pub(super) fn domain(&mut self, value: &str, place: &str) {
        let found = bare(value).trim_end_matches('.').to_lowercase();
        let sound = found.contains('.') && !found.contains([' ', '/', '@']);
        if sound && add(&mut self.feedback.domains, &found) {
            self.note("reported.domain", place, &found);
        }
    }

    pub(super) fn uri(&mut self, value: &str, place: &str) {
        let found = bare(value);
        if found.contains(':') && add(&mut self.feedback.uris, &found) {
            self.note("reported.uri", place, &found);
        }
    }

    pub(super) fn message_id(&mut self, value: Option<&str>, place: &str) {
        let found = value.map(bare).filter(|v| v.contains('@') && !v.contains(' '));
        if let (None, Some(found)) = (&self.feedback.message.message_id, found) {
            self.note("reported.message-id", place, &found);
            self.feedback.message.message_id = Some(found);
        }
    }

    pub(super) fn from(&mut self, value: Option<&str>, place: &str) {
        let found = value.map(bare).filter(|v| v.contains('@'));
        if let (None, Some(found)) = (&self.feedback.message.from, found) {
            self.note("reported.from", place, &found);
            self.feedback.message.from = Some(found);
        }
    }

    pub(super) fn subject(&mut self, value: Option<&str>, place: &str) {
        let found: Option<String> = value.map(|v| v.chars().take(VALUE_CHARS).collect());
        if let (None, Some(found)) = (&self.feedback.message.subject, found.filter(|v: &String| !v.is_empty())) {
            self.note("reported.subject", place, &found);
            self.feedback.message.subject = Some(found);
        }
    }

    fn note(&mut self, rule: &str, place: &str, excerpt: &str) {
        if self.evidence.len() < SHOWN {
            self.evidence.push(Evidence::new(rule, place, excerpt));
        }
    }

    /// What makes two reports one matter: the source address and the Message-ID, else the first link.
    pub(super) fn matter(&self) -> Vec<String> {
        let feedback = &self.feedback;
        let mut matter: Vec<String> =
            feedback.source_ip.iter().chain(&feedback.message.message_id).map(|v| cut(v)).collect();
        if matter.is_empty() {
            matter.extend(feedback.uris.first().map(|uri| cut(uri)));
        }
        matter
    }

    /// Puts the facts into a finding, below the evidence that is there. Of a sealed report nothing is kept that could
    /// lead to what it is about.
    pub(super) fn into_finding(mut self, kind: Kind, because: Evidence) -> Finding {
        let mut finding = Finding::new(kind, because);
        if self.feedback.sealed {
            let Feedback { feedback_type, source_ip, arrival, conforming, form, feedback_loop, sealed, .. } =
                self.feedback;
            self.feedback = Feedback {
                feedback_type,
                source_ip,
                arrival,
                conforming,
                form,
                feedback_loop,
                sealed,
                ..Feedback::default()
            };
            self.evidence.retain(|e| matches!(e.rule.as_str(), "reported.source" | "reported.arrival"));
        }
        finding.matter = self.matter();
        finding.evidence.append(&mut self.evidence);
        finding.feedback = Some(self.feedback);
        finding
    }
}

/// A value without the brackets and quotation marks around it, cut to size.
fn bare(value: &str) -> String {
    let inside = match (value.find('<'), value.find('>')) {
        (Some(open), Some(close)) if open < close => value.get(open + 1..close).unwrap_or(value),
        _ => value,
    };
    let outside = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\'' | '`' | ',' | ';');
    inside.trim_matches(outside).chars().take(VALUE_CHARS).collect()
}

fn add(list: &mut Vec<String>, value: &str) -> bool {
    let new = !value.is_empty() && list.len() < REPEATED && !list.iter().any(|known| known == value);
    if new {
        list.push(value.to_owned());
    }
    new
}

fn cut(value: &str) -> String {
    value.chars().take(EXCERPT_CHARS).collect()
}

#[cfg(test)]
mod tests;
