//! A mail's words on a timeline: cut to size, quotations folded.

use crate::web::{TextPart, quoted};

/// Bytes of one mail's text that a timeline shows; the rest is on the message's own page.
const SHOWN: usize = 20 << 10;
/// The runs of a text. Bounded: a timeline shows many mails.
pub(super) fn runs(text: &str) -> Vec<TextPart> {
    let mut end = text.len().min(SHOWN);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut parts = quoted::parts(&text[..end]);
    if end < text.len() {
        parts.extend(part(false, &["[It goes on: open the message to read all of it.]"]));
    }
    parts
}

/// A run without the blank lines around it; `None` if nothing is left.
fn part(quoted: bool, lines: &[&str]) -> Option<TextPart> {
    let text = lines.join("\n");
    let text = text.trim_matches('\n').trim_end();
    (!text.trim().is_empty()).then(|| TextPart { quoted, lines: lines.len(), text: text.to_owned() })
}

/// A whole text of ours, folded: what it says is known.
pub(super) fn folded(text: &str) -> Vec<TextPart> {
    let lines: Vec<&str> = text.lines().collect();
    part(true, &lines).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_mail_is_cut_at_a_letter() {
        let parts = runs(&"ü".repeat(SHOWN));
        assert!(parts.last().unwrap().text.starts_with("[It goes on"));
    }
}
