//! The text that a person reads, and the HTML for the sanitiser.

use mail_parser::decoders::html::html_to_text;

use super::{Letter, Shape, transfer};

impl Letter<'_> {
    /// The text a person reads, plain: text/plain preferred, else the text of the HTML.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        for id in self.shown_parts() {
            let room = self.limits.text_bytes.saturating_sub(text.len());
            if room == 0 {
                break;
            }
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            text.push_str(cut(&self.part_text(id), room));
        }
        text
    }

    /// The HTML body, if the message has one: decoded, not sanitised.
    #[must_use]
    pub fn html(&self) -> Option<String> {
        let (id, part) = self.parts().find(|(_, part)| {
            !part.enclosed && part.shape == Shape::Leaf && part.media_type == "text/html" && !part.attached
        })?;
        Some(transfer::text(&self.content(id), part.charset.as_deref()))
    }

    /// A leaf's content as plain text, at most `text_bytes`, with `\n` line ends and without NUL.
    pub(crate) fn part_text(&self, id: usize) -> String {
        let Some(part) = self.part(id) else { return String::new() };
        let content = self.content(id);
        // Four bytes a character is the most that a character set takes.
        let content = content.get(..self.limits.text_bytes.saturating_mul(4)).unwrap_or(&content);
        let text = transfer::text(content, part.charset.as_deref());
        let text = if part.media_type == "text/html" { html_to_text(&text) } else { text };
        let text = cut(&text, self.limits.text_bytes);
        if text.contains(['\r', '\0']) {
            text.chars().filter(|&c| c != '\r').map(|c| if c == '\0' { '\u{fffd}' } else { c }).collect()
        } else {
            text.to_owned()
        }
    }

    /// Parts whose text a person reads, in order.
    pub(crate) fn shown_parts(&self) -> Vec<usize> {
        let mut shown = Vec::new();
        if self.part(0).is_some() {
            self.collect_shown(0, &mut shown);
        }
        shown
    }

    /// Recursion is bounded by the limit of depth.
    fn collect_shown(&self, id: usize, shown: &mut Vec<usize>) {
        let Some(part) = self.part(id) else { return };
        match part.shape {
            Shape::Enclosure => {}
            Shape::Multipart if part.media_type == "multipart/alternative" => {
                let mut best: Option<(u8, Vec<usize>)> = None;
                for &child in &part.children {
                    let mut found = Vec::new();
                    self.collect_shown(child, &mut found);
                    let rank = found.iter().map(|&id| self.rank(id)).max().unwrap_or_default();
                    if !found.is_empty() && best.as_ref().is_none_or(|(b, _)| rank > *b) {
                        best = Some((rank, found));
                    }
                }
                shown.extend(best.map(|(_, found)| found).unwrap_or_default());
            }
            Shape::Multipart => part.children.iter().for_each(|&child| self.collect_shown(child, shown)),
            Shape::Leaf => {
                let text = matches!(part.media_type.as_str(), "text/plain" | "text/html" | "text/enriched" | "text");
                // A multipart that could not be taken apart is shown as it is, and so is a lone machine part's text.
                let broken = id == 0 && (part.media_type.starts_with("multipart/") || !part.media_type.contains('/'));
                if (text || broken) && !part.attached {
                    shown.push(id);
                }
            }
        }
    }

    /// Plain text with something in it is read before HTML.
    fn rank(&self, id: usize) -> u8 {
        let Some(part) = self.part(id) else { return 0 };
        match part.media_type.as_str() {
            "text/plain" if self.body(id).trim_ascii().is_empty() => 1,
            "text/plain" => 3,
            _ => 2,
        }
    }
}

/// Cuts at a character's border.
pub(crate) fn cut(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}
