//! The text of a mail in runs: what was written, and what is quoted from earlier mail.

use crate::web::TextPart;

/// A shorter quotation is read with the answer around it.
const FOLDED: usize = 4;
/// Most runs; what follows stays in one.
const RUNS: usize = 200;

/// Splits a text into runs.
pub(in crate::web) fn parts(text: &str) -> Vec<TextPart> {
    let mut parts: Vec<TextPart> = Vec::new();
    for (quoted, lines) in runs(text) {
        let quoted = quoted && lines.len() >= FOLDED;
        let text = lines.join("\n");
        let full = parts.len() >= RUNS;
        match parts.last_mut() {
            Some(last) if (!last.quoted && !quoted) || full => {
                last.lines += lines.len();
                last.text.push('\n');
                last.text.push_str(&text);
            }
            _ => parts.push(TextPart { quoted, lines: lines.len(), text }),
        }
    }
    parts.retain(|part| !part.text.trim().is_empty());
    parts
}

/// Lines that follow each other and are alike: quoted or not. Blank lines belong to what is before them.
fn runs(text: &str) -> Vec<(bool, Vec<&str>)> {
    let mut runs: Vec<(bool, Vec<&str>)> = Vec::new();
    for line in text.lines() {
        let quoted = line.trim_start().starts_with('>');
        match runs.last_mut() {
            Some((before, lines)) if *before == quoted || line.trim().is_empty() => lines.push(line),
            _ => runs.push((quoted, vec![line])),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_quotations_fold() {
        let parts = parts("Hello\n> a\nyes\n> 1\n> 2\n>\n> 4\n\nBye");
        let shown: Vec<_> = parts.iter().map(|part| (part.quoted, part.lines, part.text.as_str())).collect();
        assert_eq!(shown, [(false, 3, "Hello\n> a\nyes"), (true, 5, "> 1\n> 2\n>\n> 4\n"), (false, 1, "Bye")]);
        assert_eq!(super::parts(&"> a\n> a\n> a\n> a\nb\n".repeat(1_000)).len(), RUNS);
        assert!(super::parts(" \n\n").is_empty());
    }
}
