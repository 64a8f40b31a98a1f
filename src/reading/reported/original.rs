//! The reported message: enclosed as a message, in an Outlook attachment, or its header quoted in the text.

use super::{addresses, quoted};
use crate::reading::{
    finding::Case,
    letter::{Fields, Letter, Shape, field},
    outlook,
};

/// Received lines looked at.
const HOPS: usize = 30;
/// Fields looked at in a header that stands where text should be.
const FIELDS: usize = 200;

/// What the reported message tells of itself.
#[derive(Debug, Default)]
pub(in crate::reading) struct Original {
    /// Where it was found.
    pub(super) place: String,
    pub(super) source: Option<String>,
    pub(super) mail_from: Option<String>,
    pub(super) message_id: Option<String>,
    pub(super) from: Option<String>,
    pub(super) subject: Option<String>,
    pub(super) feedback_id: Option<String>,
}

impl Original {
    /// The first enclosed message.
    pub(in crate::reading) fn enclosed(case: &Case<'_>) -> Option<Self> {
        Self::behind(case.letter, 0, false).or_else(|| Self::in_outlook(case.letter))
    }

    /// The first message enclosed behind part `after`; `within` an enclosed message, if that is where the report is.
    pub(in crate::reading) fn behind(letter: &Letter<'_>, after: usize, within: bool) -> Option<Self> {
        let behind = || letter.parts().filter(move |(id, part)| *id > after && part.enclosed == within);
        if let Some((id, part)) = behind().find(|(_, part)| part.shape == Shape::Enclosure) {
            let root = *part.children.first()?;
            return Some(Self::new(letter.fields(root), format!("part {id}")));
        }
        // A header, or a whole message, under a type that is none of its own.
        behind().find_map(|(id, part)| {
            let candidate = part.shape == Shape::Leaf && after > 0 && !part.media_type.ends_with("html");
            let content = if candidate { letter.content(id) } else { return None };
            let start = content.iter().take_while(|b| b.is_ascii_whitespace()).count();
            let (spans, _) = field::scan(&content, start, FIELDS);
            let header = Fields::new(&content, &spans);
            let is_mail =
                ["received", "from", "subject", "message-id", "date"].iter().filter(|n| header.has(n)).count();
            (is_mail >= 3).then(|| Self::new(header, format!("part {id}")))
        })
    }

    /// The message in an attached .msg, or in winmail.dat.
    fn in_outlook(letter: &Letter<'_>) -> Option<Self> {
        let found = outlook::messages(letter).next()?;
        let (spans, _) = field::scan(found.header.as_bytes(), 0, FIELDS);
        let mut original = Self::new(Fields::new(found.header.as_bytes(), &spans), found.place);
        original.message_id = original.message_id.or(found.message_id);
        original.from = original.from.or(found.from);
        original.subject = original.subject.or(found.subject);
        Some(original)
    }

    /// The header that a person quotes in the text.
    pub(in crate::reading) fn quoted(text: &str) -> Option<Self> {
        let block = quoted::block(text)?;
        let (spans, _) = field::scan(block.as_bytes(), 0, FIELDS);
        let header = Fields::new(block.as_bytes(), &spans);
        let telling = header.has("received") || header.has("message-id") || header.has("return-path");
        telling.then(|| Self::new(header, "text".to_owned()))
    }

    pub(in crate::reading) fn new(header: Fields<'_>, place: String) -> Self {
        let address = |name: &str| header.mailboxes(name, 1).pop().map(|m| m.address).filter(|a| a.contains('@'));
        Self {
            place,
            source: header.all("received").take(HOPS).find_map(|line| source(&field::plain(line))),
            mail_from: address("return-path"),
            message_id: header.ids("message-id", 1).pop(),
            from: address("from"),
            subject: header.text("subject"),
            feedback_id: header.text("cfbl-feedback-id"),
        }
    }
}

/// The client's address in a Received line, unless it is private.
fn source(line: &str) -> Option<String> {
    let before_by = line.split(" by ").next().unwrap_or(line);
    addresses(before_by).next().map(|ip| ip.to_string())
}
