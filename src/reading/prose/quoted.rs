//! Headers that people quote in their text: wrapped, indented, behind `>`.

use crate::reading::letter::field;

/// Lines of text looked at.
const LINES: usize = 600;
/// Names that stand in a quoted header and hardly anywhere else.
const TELLING: &[&str] =
    &["received:", "return-path:", "delivered-to:", "message-id:", "x-originating-ip:", "x-mailer:"];

/// What a quoted header tells.
#[derive(Debug, Default)]
pub(super) struct Quoted {
    pub(super) received: Vec<String>,
    pub(super) message_id: Option<String>,
}

impl Quoted {
    pub(super) fn read(text: &str) -> Self {
        let mut quoted = Self::default();
        let mut open = false;
        for line in text.lines().take(LINES).map(unquoted) {
            let folded = line.trim_start();
            if starts(folded, "received:") {
                quoted.received.push(folded.get(9..).unwrap_or_default().trim().to_owned());
                open = true;
            } else if starts(folded, "message-id:") {
                let value = folded.get(11..).unwrap_or_default();
                let id = value.trim().trim_start_matches('<').trim_end_matches('>');
                if id.contains('@') && quoted.message_id.is_none() {
                    quoted.message_id = Some(field::one_line(id));
                }
                open = false;
            } else if open && line.starts_with([' ', '\t']) && !folded.is_empty() {
                if let Some(last) = quoted.received.last_mut() {
                    last.push(' ');
                    last.push_str(folded);
                }
            } else {
                open = false;
            }
        }
        quoted
    }
}

/// The first line of a quoted header, if there is one: a Received line, or two other telling names.
pub(super) fn header_line(text: &str) -> Option<&str> {
    let mut other = None;
    for line in text.lines().take(LINES).map(unquoted).map(str::trim_start) {
        if starts(line, "received:") && line.to_ascii_lowercase().contains("from") {
            return Some(line);
        }
        if TELLING.iter().any(|name| starts(line, name)) {
            if other.is_some() {
                return other;
            }
            other = Some(line);
        }
    }
    None
}

fn unquoted(line: &str) -> &str {
    let mut rest = line;
    while let Some(inside) = rest.strip_prefix(['>', '|']) {
        rest = inside.strip_prefix(' ').unwrap_or(inside);
    }
    rest
}

fn starts(line: &str, name: &str) -> bool {
    line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
}
