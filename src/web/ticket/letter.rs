//! A mail's words in runs, quoted lines folded.

use crate::web::TextPart;

/// Bytes of one mail's text that a timeline shows; the rest is on the message's own page.
const SHOWN: usize = 20 << 10;
/// So many quoted lines in a row are folded; fewer are read at once.
const FOLDED: usize = 3;

/// The runs of a text. Bounded: a timeline shows many mails.
pub(super) fn runs(text: &str) -> Vec<TextPart> {
    let mut end = text.len().min(SHOWN);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut parts: Vec<(bool, Vec<&str>)> = Vec::new();
    let lines: Vec<&str> = text[..end].lines().collect();
    let is_quoted = |line: &str| line.trim_start().starts_with('>');
    for run in lines.chunk_by(|a, b| is_quoted(a) == is_quoted(b)) {
        let folded = run.first().is_some_and(|line| is_quoted(line)) && run.len() >= FOLDED;
        match parts.last_mut() {
            Some((false, before)) if !folded => before.extend(run),
            _ => parts.push((folded, run.to_vec())),
        }
    }
    let mut parts: Vec<TextPart> = parts.into_iter().filter_map(|(quoted, lines)| part(quoted, &lines)).collect();
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

    fn shape(text: &str) -> Vec<(bool, usize)> {
        runs(text).iter().map(|part| (part.quoted, part.text.lines().count())).collect()
    }

    #[test]
    fn long_quotations_are_folded() {
        assert_eq!(shape("a\n\n> b\n> c\n> d\n\ne\n"), [(false, 1), (true, 3), (false, 1)]);
        assert_eq!(shape("a\n> b\nc"), [(false, 3)]);
        assert_eq!(shape(""), []);
        assert_eq!(shape("\n\n \n"), []);
    }

    #[test]
    fn a_long_mail_is_cut_at_a_letter() {
        let parts = runs(&"ü".repeat(SHOWN));
        assert!(parts.last().unwrap().text.starts_with("[It goes on"));
    }
}
