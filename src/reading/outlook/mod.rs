//! What Outlook and Exchange pack mail into: `.msg` files and `winmail.dat`. Opened for the header, the Message-ID and
//! the addresses inside, never for more.

mod compound;
mod property;
mod tnef;

use super::letter::{Letter, Shape};

/// Attachments looked at.
const TRIED: usize = 5;
/// Largest attachment looked at, encoded.
const ATTACHMENT_BYTES: usize = 10 << 20;

/// What is told of one packed message.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Packed {
    /// Where it was found.
    pub(super) place: String,
    /// The header as the last server had it; empty if it is not there.
    pub(super) header: String,
    pub(super) message_id: Option<String>,
    pub(super) from: Option<String>,
    pub(super) subject: Option<String>,
}

impl Packed {
    fn says_something(&self) -> bool {
        !self.header.is_empty() || self.message_id.is_some() || self.from.is_some()
    }
}

/// The messages in `.msg` attachments and in `winmail.dat`, known by their first bytes.
pub(super) fn messages<'l>(letter: &'l Letter<'_>) -> impl Iterator<Item = Packed> + 'l {
    letter
        .parts()
        .filter(|(_, part)| part.shape == Shape::Leaf && !part.enclosed && part.body.len() <= ATTACHMENT_BYTES)
        .filter(|(id, _)| {
            let head = letter.content_head(*id);
            head.starts_with(&compound::MAGIC) || head.starts_with(&tnef::MAGIC)
        })
        .take(TRIED)
        .filter_map(|(id, _)| {
            let content = letter.content(id);
            let packed =
                if content.starts_with(&tnef::MAGIC) { tnef::read(&content) } else { compound::read(&content) };
            packed.filter(Packed::says_something).map(|packed| Packed { place: format!("part {id}"), ..packed })
        })
}

#[cfg(test)]
mod tests;
