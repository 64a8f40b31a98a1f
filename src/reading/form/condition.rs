//! One condition of a form: where to look, and for what.

use crate::reading::{finding::Case, reported};

/// Where a condition looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    Subject,
    SubjectBegins,
    From,
    Text,
    Header,
    EnclosedHeader,
    FileEnds,
}

/// What must hold. Words are folded: lower case, single blanks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    Words(Place, String),
    /// An IP address stands in the Subject.
    SubjectNamesAddress,
    /// A message is enclosed.
    Encloses,
    /// It did not come through a list.
    NoList,
}

/// Where words are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place(Look);

const BEGINNINGS: &[(&str, Look)] = &[
    ("subject has ", Look::Subject),
    ("subject begins ", Look::SubjectBegins),
    ("from has ", Look::From),
    ("text has ", Look::Text),
    ("header ", Look::Header),
    ("enclosed header ", Look::EnclosedHeader),
    ("file ends ", Look::FileEnds),
];

impl Condition {
    /// Reads one as the table writes it.
    pub(super) fn read(written: &str) -> Option<Self> {
        match written {
            "subject names an address" => return Some(Self::SubjectNamesAddress),
            "encloses a message" => return Some(Self::Encloses),
            "no list" => return Some(Self::NoList),
            _ => {}
        }
        BEGINNINGS.iter().find_map(|(beginning, look)| {
            let words = written.strip_prefix(beginning)?.trim();
            (!words.is_empty()).then(|| Self::Words(Place(*look), words.to_owned()))
        })
    }

    /// Whether it holds; what it found and where.
    pub(super) fn holds<'a>(&'a self, case: &Case<'_>) -> Option<(&'static str, &'a str)> {
        let (place, words) = match self {
            Self::Words(place, words) => (place.0, words.as_str()),
            Self::SubjectNamesAddress => {
                return reported::addresses(&case.arrival.subject).next().map(|_| ("Subject", "an IP address"));
            }
            Self::Encloses => return case.letter.enclosed().next().map(|_| ("attachment", "a message")),
            Self::NoList => return (!case.arrival.list).then_some(("header", "no list")),
        };
        let (holds, name) = match place {
            Look::Subject => (case.subject.contains(words), "Subject"),
            Look::SubjectBegins => (case.subject_passed_on().starts_with(words), "Subject"),
            Look::From => (case.arrival.from.address.to_ascii_lowercase().contains(words), "From"),
            Look::Text => (case.folded.contains(words), "text"),
            Look::Header => (case.letter.header().has(words), "header"),
            Look::EnclosedHeader => (case.letter.enclosed().any(|e| e.header.has(words)), "attachment"),
            Look::FileEnds => {
                (case.letter.parts().any(|(_, p)| p.name.to_ascii_lowercase().ends_with(words)), "attachment")
            }
        };
        holds.then_some((name, words))
    }
}
