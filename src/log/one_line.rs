//! An entry is a line, whatever stands in it: nobody outside can write a line of our log.

use std::io::{self, Stderr, Write};

/// Writes entries to standard error, each as one line.
#[derive(Debug)]
pub(super) struct OneLine<W>(W);

impl OneLine<Stderr> {
    pub(super) fn stderr() -> Self {
        Self(io::stderr())
    }
}

impl<W: Write> Write for OneLine<W> {
    /// One call is one entry: the layer above puts an entry together before it writes it.
    fn write(&mut self, entry: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(entry);
        let mut line = String::with_capacity(text.len() + 1);
        for c in text.trim_end_matches('\n').chars() {
            // Also what moves a terminal's cursor or turns the direction of writing.
            if c.is_control()
                || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            {
                line.extend(c.escape_default());
            } else {
                line.push(c);
            }
        }
        line.push('\n');
        self.0.write_all(line.as_bytes())?;
        Ok(entry.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(entry: &str) -> String {
        let mut line = OneLine(Vec::new());
        line.write_all(entry.as_bytes()).unwrap();
        String::from_utf8(line.0).unwrap()
    }

    #[test]
    fn nobody_outside_writes_a_line_of_our_log() {
        assert_eq!(written("WARN it ended\n"), "WARN it ended\n");
        let injected = "WARN answer=\"no\nERROR postdesk: the admin signed in\" \u{1b}[2K\u{9b}2K \u{202e}x\r\n";
        let line = written(injected);
        assert_eq!(line.matches('\n').count(), 1, "{line:?}");
        assert!(!line.trim_end().contains(|c: char| c.is_control() || c == '\u{202e}'), "{line:?}");
        assert!(line.contains("no\\nERROR"), "{line:?}");
    }
}
