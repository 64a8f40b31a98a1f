//! Machines' statistics: DMARC aggregate reports and SMTP TLS reports, known by their content, not by their names.

mod dmarc;
mod tls;
mod unpack;

use super::{
    finding::{Case, Finding},
    letter::Shape,
};
use crate::domain::{evidence::Evidence, feedback::Report, kind::Kind};

/// Attachments tried.
const TRIED: usize = 10;
/// Largest attachment tried.
const ATTACHMENT_BYTES: usize = 25 << 20;

pub(super) fn recognise(case: &Case<'_>) -> Option<Finding> {
    bare(case).or_else(|| attached(case)).or_else(|| announced(case))
}

/// A file that is the report itself and no mail.
fn bare(case: &Case<'_>) -> Option<Finding> {
    let head = case.bytes.get(..64).unwrap_or(case.bytes);
    if !unpack::worth_a_look(head) {
        return None;
    }
    let report = read(case.bytes)?;
    Some(finding(report, "report.bare", "file"))
}

fn attached(case: &Case<'_>) -> Option<Finding> {
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
        if let Some(report) = read(&case.letter.content(id)) {
            return Some(finding(report, "report.content", &format!("part {id}")));
        }
    }
    None
}

/// A report whose attachment is broken, known by type or Subject. Its facts are lost, not its kind.
fn announced(case: &Case<'_>) -> Option<Finding> {
    let header = case.letter.header();
    let tls = case.letter.report_type() == Some("tlsrpt")
        || header.has("tls-report-domain")
        || case.letter.parts().any(|(_, p)| !p.enclosed && p.media_type.starts_with("application/tlsrpt"));
    let dmarc = !case.passed_on() && case.subject.contains("report domain:") && case.subject.contains("submitter:");
    let report_type = if tls {
        "tls"
    } else if dmarc {
        "dmarc"
    } else {
        return None;
    };
    let after = |mark: &str| {
        let rest = case.subject.split_once(mark)?.1.trim_start();
        rest.split([' ', ';']).next().filter(|w| !w.is_empty()).map(str::to_owned)
    };
    let report = Report {
        report_type: report_type.to_owned(),
        organisation: after("submitter:").or_else(|| header.text("tls-report-submitter")),
        domain: after("report domain:").or_else(|| header.text("tls-report-domain")),
        ..Report::default()
    };
    Some(finding(report, "report.announced", "Subject"))
}

fn read(bytes: &[u8]) -> Option<Report> {
    let content = unpack::unpack(bytes);
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&content).trim_ascii_start();
    match content.first() {
        Some(b'<') => dmarc::read(&String::from_utf8_lossy(content)),
        Some(b'{') => tls::read(content),
        _ => None,
    }
}

fn finding(report: Report, rule: &str, place: &str) -> Finding {
    let excerpt = format!("{} {}", report.report_type, report.domain.as_deref().unwrap_or_default());
    let mut finding = Finding::new(Kind::Report, Evidence::new(rule, place, excerpt.trim()));
    finding.report = Some(report);
    finding
}
