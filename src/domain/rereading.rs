//! Kept messages read again by newer rules.

use super::{reading::Reading, text_enum::text_enum, time::Moment};

text_enum! {
    /// Where a rereading stands.
    State {
        /// Messages are read, and compared with what was read before. Nothing changes.
        Comparing = "comparing",
        /// All were read; a person decides.
        Compared = "compared",
        /// What differs is being changed.
        Changing = "changing",
        /// Changed.
        Done = "done",
        /// A person left everything as it was.
        Dropped = "dropped",
    }
}

text_enum! {
    /// What became of one difference.
    Settled {
        /// Nothing yet.
        Waiting = "waiting",
        /// The message is now what the newer rules say.
        Changed = "changed",
        /// It stays what it was, and it is said why.
        Left = "left",
    }
}

impl State {
    /// Whether something still happens, or waits for a person.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Comparing | Self::Compared | Self::Changing)
    }

    /// The state in words, for people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Comparing => "Reading kept messages; nothing changes yet",
            Self::Compared => "All were read; nothing has changed yet",
            Self::Changing => "Changing what differs",
            Self::Done => "Done",
            Self::Dropped => "Left as it was",
        }
    }
}

/// A rereading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rereading {
    /// Row id.
    pub id: i64,
    /// Where it stands.
    pub state: State,
    /// Which rules it reads by; a process that has others takes no step.
    pub rules: String,
    /// Who began it.
    pub started_by: String,
    /// When.
    pub started_at: Moment,
    /// The newest message that it looks at.
    pub last_message: i64,
    /// The newest message that it has looked at.
    pub cursor: i64,
    /// Messages to look at, as counted at its beginning.
    pub total: i64,
    /// Messages looked at.
    pub done: i64,
}

/// What differs between two readings of the same bytes, in words; `None` if nothing that matters does. Evidence and
/// excerpts may differ: they say why, not what.
#[must_use]
pub fn difference(before: &Reading, now: &Reading) -> Option<String> {
    let recipients = |reading: &Reading| reading.deliveries.iter().map(|d| d.recipient.clone()).collect::<Vec<_>>();
    let same_recipients = recipients(before) == recipients(now);
    let facts = [
        ("recipients", !same_recipients),
        ("reasons", same_recipients && before.deliveries != now.deliveries),
        ("sender of the returned message", before.returned_sender != now.returned_sender),
        ("what is reported", before.feedback != now.feedback || before.matter != now.matter),
        ("statistics", before.report != now.report),
    ];
    let words: Vec<&str> = facts.iter().filter(|(_, differs)| *differs).map(|(words, _)| *words).collect();
    if before.kind == now.kind && words.is_empty() { None } else { Some(words.join(", ")) }
}
