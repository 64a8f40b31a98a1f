//! A report whose attachment is broken or missing, known by its type, its Subject or the attachment's name
//! (RFC 9990 §4.4, RFC 8460 §5.1). Its figures are lost, not its kind.

use crate::{
    domain::{report::Report, time::Moment},
    reading::finding::Case,
};

pub(super) fn read(case: &Case<'_>) -> Option<Report> {
    let header = case.letter.header();
    let tls = case.letter.report_type() == Some("tlsrpt")
        || header.has("tls-report-domain")
        || case.letter.parts().any(|(_, p)| !p.enclosed && p.media_type.starts_with("application/tlsrpt"));
    let named = if case.passed_on() { None } else { by_name(case) };
    let dmarc = !case.passed_on() && case.subject.contains("report domain:") && case.subject.contains("submitter:");
    let report_type = if tls {
        "tls"
    } else if dmarc {
        "dmarc"
    } else {
        return named;
    };
    let after = |mark: &str| {
        let rest = case.subject.split_once(mark)?.1.trim_start();
        rest.split([' ', ';']).next().filter(|w| !w.is_empty()).map(str::to_owned)
    };
    let named = named.unwrap_or_default();
    Some(Report {
        report_type: report_type.to_owned(),
        organisation: after("submitter:").or_else(|| header.text("tls-report-submitter")).or(named.organisation),
        domain: after("report domain:").or_else(|| header.text("tls-report-domain")).or(named.domain),
        ..named
    })
}

/// `receiver!domain!begin!end[!id].xml.gz`.
fn by_name(case: &Case<'_>) -> Option<Report> {
    case.letter.attachments().iter().take(super::TRIED).find_map(|attachment| {
        let name = attachment.name.to_ascii_lowercase();
        let packed = [".xml.gz", ".xml.zip", ".zip", ".xml", ".json.gz", ".json", ".gz"];
        let (stem, tls) = packed.iter().find_map(|end| Some((name.strip_suffix(end)?, end.starts_with(".json"))))?;
        let parts: Vec<&str> = stem.split('!').collect();
        let [organisation, domain, begin, end] = *parts.get(..4)? else { return None };
        let moment = |text: &str| text.parse::<i64>().ok().filter(|secs| *secs > 0).map(Moment::from_secs);
        let (begin, end) = (moment(begin)?, moment(end)?);
        (domain.contains('.') && !organisation.is_empty()).then(|| Report {
            report_type: if tls { "tls" } else { "dmarc" }.to_owned(),
            organisation: Some(organisation.chars().take(200).collect()),
            domain: Some(domain.chars().take(200).collect()),
            begin: Some(begin),
            end: Some(end),
            ..Report::default()
        })
    })
}
