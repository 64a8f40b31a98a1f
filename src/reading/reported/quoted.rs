//! Headers that people quote in their text: wrapped, indented, behind `>`.

/// Lines of text looked at.
const LINES: usize = 600;
/// Lines of one quoted header.
const BLOCK: usize = 200;
/// Names that stand in a quoted header and hardly anywhere else.
const TELLING: &[&str] =
    &["received:", "return-path:", "delivered-to:", "message-id:", "x-originating-ip:", "x-mailer:", "dkim-signature:"];

/// The first line of a quoted header, if there is one: a Received line, or two other telling names.
pub(in crate::reading) fn header_line(text: &str) -> Option<&str> {
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

/// Whether a line of text begins as one of a quoted header.
pub(in crate::reading) fn is_telling(line: &str) -> bool {
    TELLING.iter().any(|name| starts(line, name))
}

/// The quoted header as a header: unquoted, its wrapped lines behind a blank. It begins at the first telling name, or at
/// the fields directly above it, and ends at the first empty line below.
pub(super) fn block(text: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().take(LINES).map(unquoted).collect();
    let first = lines.iter().position(|line| is_telling(line.trim_start()))?;
    let above = lines.get(..first)?.iter().rev().take_while(|line| is_field(line.trim_start())).count();
    let mut block = String::new();
    for line in lines.iter().skip(first - above).take(BLOCK) {
        let bare = line.trim_start();
        if bare.is_empty() {
            break;
        }
        // A mail program that wraps leaves the rest of a field at the margin.
        let begins = is_field(bare) && (line.len() == bare.len() || is_telling(bare) || block.is_empty());
        if !begins {
            block.push(' ');
        }
        block.push_str(bare);
        block.push('\n');
    }
    Some(block)
}

/// `Name: value`, and no sentence with a colon.
fn is_field(line: &str) -> bool {
    let Some((name, _)) = line.split_once(':') else { return false };
    (2..40).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        && name.as_bytes()[0].is_ascii_alphabetic()
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
