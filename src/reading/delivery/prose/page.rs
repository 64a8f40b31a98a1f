//! The lines of a report that are the report's own: after its beginning, before the original.

use crate::reading::{
    delivery::rules::{Mark, Rules},
    fold,
};

/// Lines of a report looked at.
const LINES: usize = 1_000;
/// Longest heading above an original, folded.
const HEADING_BYTES: usize = 120;

/// One line, and whether a recipient stands behind a phrase in it.
#[derive(Clone, Debug)]
pub(super) struct Line<'t> {
    pub(super) text: &'t str,
    /// The phrase that a recipient stands behind.
    pub(super) behind: Option<String>,
}

/// The report's own lines.
#[derive(Debug, Default)]
pub(super) struct Page<'t> {
    pub(super) lines: Vec<Line<'t>>,
    /// Index of the line with the beginning, if there is one.
    pub(super) begin: Option<usize>,
}

/// Takes the page apart. `form` is the form of the report, if it is known.
pub(super) fn page<'t>(rules: &Rules, form: Option<usize>, text: &'t str) -> Page<'t> {
    let all: Vec<&str> = text.lines().take(LINES).collect();
    let folded: Vec<String> = all.iter().map(|line| fold::words(line)).collect();
    let mut page = Page::default();
    for (at, line) in all.iter().enumerate() {
        let own = folded.get(at).map(String::as_str).unwrap_or_default();
        let next = folded.get(at + 1).map(String::as_str).unwrap_or_default();
        let seen = seen(rules, form, own, next);
        // A report that begins with its end would be empty.
        let said = page.lines.iter().any(|l| !l.text.trim().is_empty());
        if seen.end && said {
            break;
        }
        if seen.begin && page.begin.is_none() {
            page.begin = Some(at);
        }
        page.lines.push(Line { text: line, behind: seen.behind });
    }
    page
}

/// Whether the original begins at this line.
pub(super) fn is_original(rules: &Rules, line: &str) -> bool {
    let folded = fold::words(line);
    heading(&folded)
        && rules.line.find_overlapping_iter(&folded).any(|hit| {
            rules.marks.get(hit.pattern().as_usize()) == Some(&Mark::Original)
                && starts(rules, hit.pattern().as_usize(), hit.start())
        })
}

/// Field names count as an original's only where a line begins with them.
fn starts(rules: &Rules, pattern: usize, at: usize) -> bool {
    let field = rules.line_phrase(pattern).contains(": ") || rules.line_phrase(pattern).ends_with(':');
    !field || at == 0
}

fn heading(folded: &str) -> bool {
    folded.len() < HEADING_BYTES || folded.starts_with("received:") || folded.starts_with("return-path:")
}

#[derive(Default)]
struct Seen {
    begin: bool,
    end: bool,
    behind: Option<String>,
}

/// A beginning may be wrapped: the line and the one after it are looked at together.
fn seen(rules: &Rules, form: Option<usize>, own: &str, next: &str) -> Seen {
    let mut seen = Seen::default();
    if own.is_empty() {
        return seen;
    }
    let pair = format!("{own} {next}");
    for hit in rules.line.find_overlapping_iter(&pair).filter(|hit| hit.start() < own.len()) {
        let pattern = hit.pattern().as_usize();
        let within = hit.end() <= own.len() + 1;
        match rules.marks.get(pattern) {
            Some(Mark::Original) if within && heading(own) && starts(rules, pattern, hit.start()) => seen.end = true,
            Some(Mark::End(of)) if within && Some(*of) == form => seen.end = true,
            Some(Mark::Begin(of)) if Some(*of) == form => seen.begin = true,
            Some(Mark::Behind(of)) if within && (of.is_none() || *of == form) => {
                seen.behind = Some(rules.line_phrase(pattern).trim().to_owned());
            }
            _ => {}
        }
    }
    seen
}
