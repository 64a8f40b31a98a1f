//! Machines' statistics: DMARC aggregate reports and SMTP TLS reports, known by their content, not by their names.
//!
//! Whether a report conforms is our own judgement, not that of a strict parser: a strict one stops at the first slip and
//! says nothing about the rest, and lets meaningless values pass. Here everything that can be read is read, and each
//! breach of RFC 9990 (or RFC 7489 appendix C) and RFC 8460 is named; a report without one conforms. What large reporters
//! leave out and everybody copes with (`version`, `scope`, the order of elements, `sending-mta-ip`) is no breach.

mod announced;
mod dmarc;
mod element;
mod flaw;
mod json;
mod judge;
mod tls;
mod unpack;

use self::flaw::Flaws;
use super::{
    finding::{Case, Finding},
    letter::Shape,
};
use crate::domain::{
    evidence::Evidence,
    kind::Kind,
    report::{Content, Figures, Report},
};

/// Attachments tried.
const TRIED: usize = 10;
/// Largest attachment tried.
const ATTACHMENT_BYTES: usize = 25 << 20;
/// Bytes taken out of all compressed attachments of one message together.
const BUDGET: u64 = 40 << 20;

pub(super) fn recognise(case: &Case<'_>) -> Option<Finding> {
    let mut budget = BUDGET;
    let report = bare(case, &mut budget).or_else(|| attached(case, &mut budget));
    report.or_else(|| announced::read(case).map(|report| finding(report, "report.announced", "Subject")))
}

/// A file that is the report itself and no mail.
fn bare(case: &Case<'_>, budget: &mut u64) -> Option<Finding> {
    let head = case.bytes.get(..64).unwrap_or(case.bytes);
    if !unpack::worth_a_look(head) {
        return None;
    }
    Some(finding(read(case.bytes, budget)?, "report.bare", "file"))
}

fn attached(case: &Case<'_>, budget: &mut u64) -> Option<Finding> {
    let mut tried = 0;
    for (id, part) in case.letter.parts() {
        if part.enclosed || part.shape != Shape::Leaf || part.body.len() > ATTACHMENT_BYTES {
            continue;
        }
        if !unpack::worth_a_look(&case.letter.content_head(id)) {
            continue;
        }
        tried += 1;
        if tried > TRIED {
            break;
        }
        if let Some(report) = read(&case.letter.content(id), budget) {
            return Some(finding(report, "report.content", &format!("part {id}")));
        }
    }
    None
}

/// A report in whatever it is wrapped in.
fn read(bytes: &[u8], budget: &mut u64) -> Option<Report> {
    let mut flaws = Flaws::default();
    let content = unpack::unpack(bytes, budget, &mut flaws);
    let text = unpack::text(&content);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    match text.as_bytes().first() {
        Some(b'<') => dmarc::read(text, flaws),
        Some(b'{') => tls::read(text, flaws),
        _ => None,
    }
}

/// The report with its figures, and the word on whether it conforms.
fn report(outside: Report, content: Content, flaws: Flaws) -> Report {
    let flaws = flaws.into_words();
    Report { conforming: flaws.is_empty(), figured: true, figures: Some(Figures { content, flaws }), ..outside }
}

fn finding(report: Report, rule: &str, place: &str) -> Finding {
    let excerpt = format!("{} {}", report.report_type, report.domain.as_deref().unwrap_or_default());
    let mut finding = Finding::new(Kind::Report, Evidence::new(rule, place, excerpt.trim()));
    let flaws = report.figures.iter().flat_map(|figures| &figures.flaws);
    finding.evidence.extend(flaws.map(|flaw| Evidence::new("report.flaw", place, flaw)));
    finding.report = Some(report);
    finding
}

#[cfg(test)]
mod tests;
