//! What the phrases of a text weigh together.

use super::{
    phrase::{Class, PHRASES},
    said::Said,
};
use crate::{
    domain::{evidence::Evidence, kind::Kind},
    reading::{
        finding::{Case, Finding},
        reported,
    },
};

/// Weight of a phrase that is more than a word.
const STRONG: u32 = 3;
/// Evidence kept of one sort.
const SHOWN: usize = 6;
/// Words of one sort that count.
const COUNTED: usize = 3;
/// Occurrences of phrases inside which words do not count again.
const COMPARED: usize = 100;

/// A weight with its reasons.
pub(super) struct Score {
    pub(super) weight: u32,
    /// Whether something that says it all was among them.
    pub(super) strong: bool,
    evidence: Vec<Evidence>,
}

impl Score {
    /// The phrases of one sort, each once.
    pub(super) fn of(said: &Said, class: Class, rule: &str) -> Self {
        let mut score = Self { weight: 0, strong: false, evidence: Vec::new() };
        score.phrases(said.of_class(class), rule);
        score
    }

    /// What makes a complaint: phrases that say so; words for what people complain of, above all beside words by which
    /// they mean us; what they want done.
    pub(super) fn of_complaint(case: &Case<'_>, said: &Said) -> Self {
        let mut score = Self::of(said, Class::Complaint, "prose.complaint");
        let counted: Vec<_> = said.all(Class::Complaint).take(COMPARED).collect();
        let mut words = said.of_class_outside(Class::Unwanted, &counted);
        words.truncate(COUNTED);
        score.phrases(words, "prose.complaint");
        if score.weight == 0 {
            return score;
        }
        if let Some(words) = said.beside(Class::Unwanted, Class::Ours) {
            score.strong(Evidence::new("prose.about-us", "text", words));
        } else if let Some(words) = said.beside_word(Class::Unwanted, |word| is_culprit(case, word)) {
            score.strong(Evidence::new("prose.about-us", "text", words));
        }
        let mut demands = said.of_class(Class::Demand);
        demands.truncate(COUNTED);
        score.phrases(demands, "prose.demand");
        score
    }

    fn phrases(&mut self, found: Vec<(usize, &'static str)>, rule: &str) {
        for (index, place) in found {
            if let Some(phrase) = PHRASES.get(index) {
                self.add(phrase.weight, Evidence::new(rule, place, phrase.written));
                self.strong |= phrase.weight >= STRONG;
            }
        }
    }

    fn strong(&mut self, evidence: Evidence) {
        self.strong = true;
        self.add(2, evidence);
    }

    pub(super) fn add(&mut self, weight: u32, evidence: Evidence) {
        self.weight += weight;
        if self.evidence.len() < SHOWN || weight >= 2 {
            self.evidence.push(evidence);
        }
    }

    pub(super) fn into_finding(self, kind: Kind) -> Option<Finding> {
        let mut evidence = self.evidence.into_iter().take(SHOWN * 2);
        let mut finding = Finding::new(kind, evidence.next()?);
        finding.evidence.extend(evidence);
        Some(finding)
    }
}

/// A word that names the culprit: an address or a host of ours, or an address on the Internet.
fn is_culprit(case: &Case<'_>, word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    let site = case.site;
    let host = word.rsplit('@').next().unwrap_or_default();
    let ours = word.contains('.')
        && site.domains.iter().chain(&site.hostnames).any(|own| crate::domain::address::within(host, own));
    // Somebody who writes to abuse@ speaks of it, too.
    let role = ["abuse@", "postmaster@", "security@"].iter().any(|role| word.starts_with(role));
    (ours && !role) || (word.len() >= 7 && reported::addresses(word).next().is_some())
}
