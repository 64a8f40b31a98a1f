//! What became of a message, in words.

use crate::domain::message::{Outcome, Stage};

/// Words and tone.
pub(in crate::web) const fn standing(stage: Stage, outcome: Outcome) -> (&'static str, &'static str) {
    match stage {
        Stage::Kept => ("waits to be read", "waiting"),
        Stage::NotImported => ("not imported", "late"),
        Stage::TooLarge => ("too large", "late"),
        Stage::Discarded => ("discarded", "quiet"),
        Stage::Applied => {
            (words(outcome), if matches!(outcome, Outcome::Opened | Outcome::Joined) { "done" } else { "quiet" })
        }
    }
}

/// An outcome as a filter names it.
pub(super) const fn words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::None => "nothing yet",
        Outcome::Opened => "opened a ticket",
        Outcome::Joined => "joined a ticket",
        Outcome::Ledger => "in the ledger",
        Outcome::Event => "noted on a ticket",
        Outcome::Filed => "filed",
        Outcome::SecondCopy => "second copy",
    }
}
