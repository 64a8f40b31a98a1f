//! What timelines show.

use super::When;

/// A run of a mail's text.
#[derive(Clone, Debug)]
pub struct TextPart {
    /// Whether it is quoted, and so folded.
    pub quoted: bool,
    /// How many lines.
    pub lines: usize,
    /// The lines.
    pub text: String,
}

/// One thing that happened.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// Event id.
    pub id: i64,
    /// `message`, `reply`, `acknowledgement`, `note`, `step` or `warning`.
    pub kind: &'static str,
    /// Who.
    pub actor: String,
    /// A verb and its object: `wrote to postmaster@college.test`.
    pub what: String,
    /// When.
    pub at: When,
    /// What became of it: `accepted by mx.example.net`.
    pub outcome: String,
    /// `done`, `waiting` or `late`.
    pub tone: &'static str,
    /// Why, in words.
    pub why: String,
    /// The text, if it has one.
    pub body: Vec<TextPart>,
    /// Where it can be read.
    pub href: String,
    /// `headers.txt, text/plain, 4 kB`.
    pub attachments: Vec<String>,
}
