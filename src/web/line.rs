//! Strangers' words on one line of ours.

use crate::domain::direction::turns;

/// Longest line that is shown; more is in the message.
const CHARS: usize = 300;

/// A line without control characters and without marks that turn the direction of what follows: with them a sender
/// could make a line read as something else.
pub(super) fn line(text: &str) -> String {
    let mut out = String::new();
    for (n, c) in text.chars().filter(|c| !turns(*c)).enumerate() {
        if n >= CHARS {
            out.push('…');
            break;
        }
        out.push(if c.is_control() { ' ' } else { c });
    }
    out
}

/// Strangers' words of several lines, whole, without what turns the direction of what stands around them.
pub(super) fn visible(text: &str) -> String {
    text.chars().filter(|c| matches!(c, '\n' | '\t') || !(c.is_control() || turns(*c))).collect()
}

/// As `line()`, with other words where nothing is left.
pub(super) fn line_or(text: &str, otherwise: &str) -> String {
    let line = line(text);
    if line.trim().is_empty() { otherwise.to_owned() } else { line }
}

/// A size as a person says it.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_words_stay_on_their_line() {
        assert_eq!(line("in\u{202e}voice\r\nexe"), "invoice  exe");
        assert_eq!(line(&"x".repeat(500)).chars().count(), CHARS + 1);
        assert_eq!(visible("a\u{202e}b\n\tc\u{2066}\r\0d"), "ab\n\tcd");
        assert_eq!(line_or("\u{200e}\t", "(none)"), "(none)");
        assert_eq!([size(999), size(31_457), size(31_457_280)], ["999 B", "31 kB", "31.4 MB"]);
    }
}
