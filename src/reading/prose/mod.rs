//! Free text: weighted phrases in a few languages, and headers quoted in the text. Hints only: what is not plain goes
//! to a person as `other`.

mod phrases;
mod quoted;

use std::net::IpAddr;

use super::finding::{Case, Finding};
use crate::domain::{evidence::Evidence, kind::Kind};
use phrases::Table;

/// Weight from which a message is called a complaint.
const COMPLAINT: u32 = 4;
/// Weight from which a message is called a request for assistance.
const ASSISTANCE: u32 = 3;
/// Weight from which a message is called spam. High: a false one is worse than a missed one.
const SPAM: u32 = 7;
/// Weight of a phrase that is more than a word.
const STRONG: u32 = 3;
/// Evidence kept of one table.
const SHOWN: usize = 6;

struct Score {
    weight: u32,
    /// Whether a phrase that says it all was among them.
    strong: bool,
    evidence: Vec<Evidence>,
}

impl Score {
    fn of(table: &Table, rule: &str, case: &Case<'_>) -> Self {
        let mut score = Self { weight: 0, strong: false, evidence: Vec::new() };
        let (subject, text) = (table.found(&case.subject), table.found(&case.folded));
        for (number, (weight, phrase)) in table.phrases().iter().enumerate() {
            if subject.contains(&number) {
                score.add(*weight, rule, "Subject", phrase);
            } else if text.contains(&number) {
                score.add(*weight, rule, "text", phrase);
            }
        }
        score
    }

    fn add(&mut self, weight: u32, rule: &str, place: &str, excerpt: &str) {
        self.weight += weight;
        self.strong |= weight >= STRONG;
        if self.evidence.len() < SHOWN {
            self.evidence.push(Evidence::new(rule, place, excerpt));
        }
    }

    fn into_finding(self, kind: Kind) -> Option<Finding> {
        let mut evidence = self.evidence.into_iter();
        let mut finding = Finding::new(kind, evidence.next()?);
        finding.evidence.extend(evidence);
        Some(finding)
    }
}

/// Somebody complains about mail from here. Asked before list marks, for ticket systems put list fields on complaints.
pub(super) fn recognise_complaint(case: &Case<'_>) -> Option<Finding> {
    let mut score = Score::of(&phrases::COMPLAINT, "prose.complaint", case);
    if score.weight == 0 {
        return None;
    }
    if let Some(excerpt) = about_us(case) {
        score.add(2, "prose.about-us", "text", &excerpt);
        score.strong = true;
    }
    let mut shown = true;
    if let Some(line) = quoted::header_line(case.text) {
        score.add(2, "prose.quoted-header", "text", line);
    } else if case.letter.enclosed().next().is_some() {
        score.add(2, "prose.enclosed-message", "attachment", "message/rfc822");
    } else {
        shown = false;
    }
    let to_abuse = case.arrival.recipients.iter().any(|r| r.address.to_ascii_lowercase().starts_with("abuse@"));
    if to_abuse {
        score.add(1, "prose.to-abuse", "To", "abuse@");
    }
    // A newsletter that explains how to complain is no complaint: list mail needs a complained-of message besides.
    let bar = if case.arrival.list { COMPLAINT + 2 } else { COMPLAINT };
    // Words such as `spam` are on everybody's lips: alone they count only beside the mail in question or at abuse@.
    if score.weight < bar || !(score.strong || to_abuse || (shown && !case.arrival.list)) {
        return None;
    }
    let mut finding = score.into_finding(Kind::Complaint)?;
    finding.matter = matter(case);
    Some(finding)
}

/// The words by which the message means this site: a phrase, or one of its addresses or hosts as the culprit.
fn about_us(case: &Case<'_>) -> Option<String> {
    let phrase = phrases::ABOUT_US.found(&case.folded).into_iter().next();
    if let Some((_, words)) = phrase.and_then(|number| phrases::ABOUT_US.phrases().get(number)) {
        return Some((*words).to_owned());
    }
    let ours = |word: &str| case.site.domains.iter().any(|d| word.rsplit('@').next() == Some(d));
    let role = |word: &str| ["abuse@", "postmaster@", "security@"].iter().any(|r| word.starts_with(r));
    let words =
        case.folded.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | '(' | ')' | '"' | ':'));
    words
        .map(|w| w.trim_end_matches(['.', '!', '?']))
        .find(|w| w.contains('@') && ours(w) && !role(w))
        .map(str::to_owned)
}

/// Assistance, then spam. Asked last.
pub(super) fn recognise_text(case: &Case<'_>) -> Option<Finding> {
    let assistance = Score::of(&phrases::ASSISTANCE, "prose.assistance", case);
    if assistance.weight >= ASSISTANCE {
        return assistance.into_finding(Kind::Assistance);
    }
    let spam = Score::of(&phrases::SPAM, "prose.spam", case);
    (spam.weight >= SPAM).then(|| spam.into_finding(Kind::Spam)).flatten()
}

/// What the complaint is about: the reported message's source address and Message-ID.
pub(super) fn matter(case: &Case<'_>) -> Vec<String> {
    let mut matter = Vec::new();
    if let Some(enclosed) = case.letter.enclosed().next() {
        let mut received = enclosed.header.all("received").map(super::letter::field::plain);
        matter.extend(received.find_map(|line| source(&line)));
        matter.extend(enclosed.header.ids("message-id", 1));
        return matter;
    }
    let quoted = quoted::Quoted::read(case.text);
    matter.extend(quoted.received.iter().find_map(|line| source(line)));
    matter.extend(quoted.message_id);
    if matter.is_empty() {
        // The Subject names the address in question; in the text it is taken only if there is just one.
        let said = addresses(&case.subject).next().or_else(|| {
            let mut all = addresses(&case.folded);
            let first = all.next()?;
            all.all(|other| other == first).then_some(first)
        });
        matter.extend(said.map(|ip| ip.to_string()));
    }
    matter
}

/// The client's address in a Received line, unless it is private.
fn source(line: &str) -> Option<String> {
    let before_by = line.split(" by ").next().unwrap_or(line);
    addresses(before_by).next().map(|ip| ip.to_string())
}

fn addresses(text: &str) -> impl Iterator<Item = IpAddr> {
    text.split(|c: char| {
        c.is_whitespace() || matches!(c, '[' | ']' | '(' | ')' | ',' | ';' | '"' | '\'' | '<' | '>' | '=')
    })
    .map(|word| word.trim_end_matches(['.', ':', '!', '?']))
    .filter(|word| word.len() >= 7)
    .filter_map(|word| word.parse::<IpAddr>().ok())
    .filter(|ip| match ip {
        IpAddr::V4(v4) => !(v4.is_private() || v4.is_loopback() || v4.is_unspecified() || v4.is_link_local()),
        IpAddr::V6(v6) => {
            !(v6.is_loopback() || v6.is_unspecified() || v6.is_unicast_link_local() || v6.is_unique_local())
        }
    })
}
