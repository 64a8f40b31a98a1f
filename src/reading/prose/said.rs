//! What the writer says in own words: without quoted lines, signatures, disclaimers, and other people's mail below.

use std::collections::BTreeMap;

use super::phrase::{self, Class, Occurrence, PHRASES};
use crate::reading::{finding::Case, fold, reported};

/// Lines looked at.
const LINES: usize = 2_000;
/// Bytes of own words looked at for phrases. People say what they want early.
const BYTES: usize = 12 << 10;
/// Text shorter than this before a quoted header says nothing yet: what is meant may stand below it.
const LITTLE: usize = 20;
/// Two phrases that stand no further apart than this, in bytes, are said of each other.
const BESIDE: usize = 90;
/// Occurrences of one sort compared with those of another.
const COMPARED: usize = 100;

/// Subject and own words, folded, with the phrases in them.
pub(super) struct Said {
    text: String,
    /// Where the Subject ends.
    subject: usize,
    found: Vec<Occurrence>,
}

impl Said {
    pub(super) fn of(case: &Case<'_>) -> Self {
        Self::new(&case.arrival.subject, case.text)
    }

    pub(super) fn new(subject: &str, text: &str) -> Self {
        let mut folded = fold::plain(subject);
        let subject = folded.len();
        folded.push('\n');
        folded.push_str(&own_words(text));
        let found = phrase::find(&folded);
        Self { text: folded, subject, found }
    }

    /// The phrases of one sort, each once, and where they stand first.
    pub(super) fn of_class(&self, class: Class) -> Vec<(usize, &'static str)> {
        self.of_class_outside(class, &[])
    }

    /// The same, without those that are only part of what was counted already.
    pub(super) fn of_class_outside(&self, class: Class, counted: &[Occurrence]) -> Vec<(usize, &'static str)> {
        let mut first = BTreeMap::new();
        let inside = |o: &Occurrence| counted.iter().any(|c| c.start <= o.start && o.end <= c.end);
        for occurrence in self.all(class).filter(|o| !inside(o)) {
            let place = if occurrence.start < self.subject { "Subject" } else { "text" };
            first.entry(occurrence.phrase).or_insert(place);
        }
        first.into_iter().collect()
    }

    pub(super) fn all(&self, class: Class) -> impl Iterator<Item = Occurrence> + '_ {
        self.found.iter().copied().filter(move |o| PHRASES.get(o.phrase).is_some_and(|p| p.class == class))
    }

    /// The words from a phrase of one sort to one of another beside it.
    pub(super) fn beside(&self, one: Class, other: Class) -> Option<&str> {
        let others: Vec<Occurrence> = self.all(other).take(COMPARED).collect();
        self.all(one).take(COMPARED).find_map(|a| {
            let near = others.iter().find(|b| self.is_near((a.start, a.end), (b.start, b.end)))?;
            self.text.get(a.start.min(near.start)..a.end.max(near.end))
        })
    }

    /// The words from a phrase to a word beside it that is of a certain kind.
    pub(super) fn beside_word(&self, class: Class, is: impl Fn(&str) -> bool) -> Option<&str> {
        let between = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | '(' | ')' | '"' | '[' | ']');
        let base = self.text.as_ptr() as usize;
        let words = self.text.split(between).filter(|word| word.contains(['.', ':']) && is(word)).take(COMPARED);
        let places: Vec<(usize, usize)> =
            words.map(|word| (word.as_ptr() as usize - base, word.as_ptr() as usize - base + word.len())).collect();
        self.all(class).take(COMPARED).find_map(|a| {
            let near = places.iter().find(|b| self.is_near((a.start, a.end), **b))?;
            self.text.get(a.start.min(near.0)..a.end.max(near.1))
        })
    }

    /// Close to each other, and both in the Subject or both below it.
    fn is_near(&self, a: (usize, usize), b: (usize, usize)) -> bool {
        let same = (a.0 < self.subject) == (b.0 < self.subject);
        same && b.0.saturating_sub(a.1) <= BESIDE && a.0.saturating_sub(b.1) <= BESIDE
    }
}

/// The writer's own words, folded.
fn own_words(text: &str) -> String {
    let mut words = String::new();
    let mut in_header = false;
    for line in text.lines().take(LINES) {
        if words.len() >= BYTES {
            break;
        }
        let line = line.trim_end();
        if line.is_empty() {
            in_header = false;
            continue;
        }
        let bare = line.trim_start();
        if bare.starts_with(['>', '|']) || in_header {
            continue;
        }
        if line == "--" || line == "-- " || bare == "__" {
            break;
        }
        if reported::is_telling(bare) {
            // Behind a quoted header stands the quoted mail, unless nothing was said before.
            if words.len() >= LITTLE {
                break;
            }
            in_header = true;
            continue;
        }
        let folded = fold::plain(bare);
        if is_end(&folded) {
            break;
        }
        words.push_str(&folded);
        words.push(' ');
    }
    crate::reading::letter::field_cut(&words, BYTES).to_owned()
}

/// Whether a line begins what is no longer the writer's.
fn is_end(folded: &str) -> bool {
    let head = crate::reading::letter::field_cut(folded, 80);
    phrase::find(head).iter().any(|o| o.start == 0 && PHRASES.get(o.phrase).is_some_and(|p| p.class == Class::End))
}
