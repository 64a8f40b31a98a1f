//! The phrases, read from their files, and where they stand in a text.

use std::{collections::BTreeMap, sync::LazyLock};

use aho_corasick::AhoCorasick;

use crate::reading::fold;

/// Occurrences looked at in one text.
const OCCURRENCES: usize = 1_000;

/// What phrases mean; see `phrases/README.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    Complaint,
    Unwanted,
    Ours,
    Demand,
    Assistance,
    Trouble,
    Spam,
    Not,
    End,
}

impl Class {
    /// A heading: the class and the weight of what stands below it.
    fn from_heading(heading: &str) -> Option<(Self, u32)> {
        let (word, weight) = heading.split_once(' ').unwrap_or((heading, ""));
        let class = match word {
            "complaint" => Self::Complaint,
            "unwanted" => Self::Unwanted,
            "ours" => Self::Ours,
            "demand" => Self::Demand,
            "assistance" => Self::Assistance,
            "trouble" => Self::Trouble,
            "spam" => Self::Spam,
            "not" => Self::Not,
            "end" => Self::End,
            _ => return None,
        };
        let by_itself = if class == Self::Unwanted { 2 } else { 1 };
        Some((class, if weight.is_empty() { by_itself } else { weight.parse().ok()? }))
    }
}

/// One phrase.
#[derive(Clone, Copy, Debug)]
pub(super) struct Phrase {
    pub(super) class: Class,
    pub(super) weight: u32,
    /// As the file has it.
    pub(super) written: &'static str,
}

/// The files, by language.
pub(super) const FILES: &[(&str, &str)] = &[
    ("en", include_str!("phrases/en.txt")),
    ("de", include_str!("phrases/de.txt")),
    ("fr", include_str!("phrases/fr.txt")),
    ("es", include_str!("phrases/es.txt")),
    ("it", include_str!("phrases/it.txt")),
    ("nl", include_str!("phrases/nl.txt")),
    ("pt", include_str!("phrases/pt.txt")),
    ("pl", include_str!("phrases/pl.txt")),
    ("spam", include_str!("phrases/spam.txt")),
];

/// All phrases, each once whatever the languages that have it.
pub(super) static PHRASES: LazyLock<Vec<Phrase>> = LazyLock::new(|| {
    let mut known = BTreeMap::new();
    for (_, file) in FILES {
        for phrase in read(file) {
            known.entry((phrase.class, phrase.written)).or_insert(phrase);
        }
    }
    known.into_values().collect()
});

/// The phrases of a file; lines above the first heading are passed over.
pub(super) fn read(file: &'static str) -> Vec<Phrase> {
    let mut heading = None;
    let mut phrases = Vec::new();
    for line in file.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(words) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            heading = Class::from_heading(words);
        } else if let Some((class, weight)) = heading {
            phrases.push(Phrase { class, weight, written: line });
        }
    }
    phrases
}

/// An occurrence: which phrase, from where to where in the folded text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Occurrence {
    pub(super) phrase: usize,
    pub(super) start: usize,
    pub(super) end: usize,
}

struct Finder {
    automaton: AhoCorasick,
    /// Of each pattern: its phrase, and whether a word may go on behind it.
    patterns: Vec<(usize, bool)>,
}

static FINDER: LazyLock<Option<Finder>> = LazyLock::new(|| {
    let (mut words, mut patterns) = (Vec::new(), Vec::new());
    for (index, phrase) in PHRASES.iter().enumerate() {
        let (text, open) = phrase.written.strip_suffix('*').map_or((phrase.written, false), |stem| (stem, true));
        let spelt_out = text.replace('ä', "ae").replace('ö', "oe").replace('ü', "ue");
        let forms = if spelt_out == text { vec![text] } else { vec![text, spelt_out.as_str()] };
        for form in forms {
            words.push(fold::plain(form));
            patterns.push((index, open));
        }
    }
    AhoCorasick::new(&words).ok().map(|automaton| Finder { automaton, patterns })
});

/// Every phrase in a text folded by [`fold::plain`], as whole words; those inside a `[not]` are left out.
pub(super) fn find(text: &str) -> Vec<Occurrence> {
    let Some(finder) = FINDER.as_ref() else { return Vec::new() };
    let found = finder.automaton.find_overlapping_iter(text).take(OCCURRENCES * 4).filter_map(|found| {
        let (phrase, open) = *finder.patterns.get(found.pattern().as_usize())?;
        is_whole(text, found.start(), found.end(), open).then_some(Occurrence {
            phrase,
            start: found.start(),
            end: found.end(),
        })
    });
    let found: Vec<Occurrence> = found.take(OCCURRENCES).collect();
    let class = |o: &Occurrence| PHRASES.get(o.phrase).map(|p| p.class);
    let not: Vec<Occurrence> = found.iter().copied().filter(|o| class(o) == Some(Class::Not)).collect();
    let inside = |o: &Occurrence| not.iter().any(|n| n.start <= o.start && o.end <= n.end);
    found.into_iter().filter(|o| class(o) == Some(Class::Not) || !inside(o)).collect()
}

/// Whether words begin and end where the phrase does. A phrase that begins or ends with a sign needs no such border.
fn is_whole(text: &str, start: usize, end: usize, open: bool) -> bool {
    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let (before, rest) = text.split_at(start);
    let (phrase, after) = rest.split_at(end - start);
    let begins = !letter(phrase.chars().next()) || !letter(before.chars().next_back());
    let ends = open || !letter(phrase.chars().next_back()) || !letter(after.chars().next());
    begins && ends
}
