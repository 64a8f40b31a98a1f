//! Texts of foreign servers, made fit for our logs and pages.

use crate::domain::direction::turns;

/// Longest answer of a server that is kept, in characters.
pub(super) const ANSWER_CHARS: usize = 500;

/// A server's text on one line, without control characters and marks that turn the direction of writing, cut to `chars` characters.
pub(super) fn one_line(text: &str, chars: usize) -> String {
    let text: String = text.chars().filter(|c| !turns(*c)).collect();
    let mut line = String::new();
    for (count, word) in text.split(|c: char| c.is_control() || c.is_whitespace()).filter(|w| !w.is_empty()).enumerate()
    {
        if count > 0 {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > chars.saturating_mul(4) {
            break;
        }
    }
    match line.char_indices().nth(chars) {
        Some((at, _)) => {
            line.truncate(at);
            line.push('…');
            line
        }
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_joined_and_cut() {
        assert_eq!(one_line("5.1.1 no\r\n such\u{0}\u{7} user", 100), "5.1.1 no such user");
        assert_eq!(one_line("\u{1b}[2Jgone \u{202e}txt.exe", 100), "[2Jgone txt.exe");
        assert_eq!(one_line(&"ü".repeat(9), 3), "üüü…");
        assert!(one_line(&"a b ".repeat(1_000_000), 500).chars().count() <= 501);
    }
}
