//! DMARC aggregate reports (RFC 7489, RFC 9990), read leniently: many real ones break the schema.

use crate::domain::{feedback::Report, time::Moment};

/// Bytes in which the root element must begin.
const ROOT_BYTES: usize = 2 << 10;

pub(super) fn read(xml: &str) -> Option<Report> {
    let head = crate::reading::letter::field_cut(xml, ROOT_BYTES);
    let prefix = root_prefix(head)?;
    let metadata = element(xml, &prefix, "report_metadata").unwrap_or_default();
    let policy = element(xml, &prefix, "policy_published").unwrap_or_default();
    let range = element(metadata, &prefix, "date_range").unwrap_or_default();
    let text = |within: &str, name: &str| element(within, &prefix, name).map(unescaped).filter(|t| !t.is_empty());
    let moment = |name: &str| text(range, name).and_then(|t| t.parse().ok()).map(Moment::from_secs);
    let records = xml.matches(&format!("<{prefix}record>")).count() + xml.matches(&format!("<{prefix}record ")).count();
    let mut report = Report {
        report_type: "dmarc".to_owned(),
        organisation: text(metadata, "org_name"),
        domain: text(policy, "domain"),
        begin: moment("begin"),
        end: moment("end"),
        id: text(metadata, "report_id"),
        records: u64::try_from(records).unwrap_or(u64::MAX),
        conforming: false,
    };
    report.conforming = report.organisation.is_some()
        && report.domain.is_some()
        && report.begin.is_some()
        && report.end.is_some()
        && report.id.is_some()
        && records > 0
        && xml.trim_end().ends_with(&format!("</{prefix}feedback>"));
    Some(report)
}

/// The namespace prefix of the root element `feedback`, with its colon.
fn root_prefix(head: &str) -> Option<String> {
    head.match_indices('<').find_map(|(at, _)| {
        let name = head.get(at + 1..)?.split(|c: char| c.is_whitespace() || c == '>').next()?;
        let prefix = name.strip_suffix("feedback")?;
        (prefix.is_empty() || (prefix.ends_with(':') && prefix.len() < 40)).then(|| prefix.to_owned())
    })
}

/// What stands between an element's tags; the first of its name.
fn element<'x>(within: &'x str, prefix: &str, name: &str) -> Option<&'x str> {
    let open = format!("<{prefix}{name}");
    let close = format!("</{prefix}{name}>");
    let (_, rest) = within.split_once(&open).filter(|(_, rest)| rest.starts_with(['>', ' ', '\n', '\r', '\t']))?;
    let (_, inside) = rest.split_once('>')?;
    Some(inside.split_once(&close).map_or(inside, |(inside, _)| inside))
}

fn unescaped(text: &str) -> String {
    let text = text
        .trim()
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&");
    crate::reading::letter::field::one_line(&text).chars().take(500).collect()
}
