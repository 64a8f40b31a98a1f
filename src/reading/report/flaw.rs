//! Where a report breaks its standard, in words for people.

/// Flaws named; a report with more is broken enough.
const NAMED: usize = 8;

/// What was found, each once.
#[derive(Debug, Default)]
pub(super) struct Flaws(Vec<String>);

impl Flaws {
    pub(super) fn add(&mut self, words: impl Into<String>) {
        if self.0.len() < NAMED {
            let words = words.into();
            if !self.0.contains(&words) {
                self.0.push(words);
            }
        }
    }

    /// Adds the words if something does not hold.
    pub(super) fn unless(&mut self, holds: bool, words: &str) {
        if !holds {
            self.add(words);
        }
    }

    pub(super) fn into_words(self) -> Vec<String> {
        self.0
    }
}
