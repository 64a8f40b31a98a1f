//! Reports in XARF's form: JSON (versions 3 and 4) in an attachment, or the YAML of X-ARF 0.1 and 0.2.

use serde_json::Value;

use super::{
    finding::{Case, Finding},
    letter::{Fields, Shape, field},
};
use crate::domain::{evidence::Evidence, feedback::Feedback, kind::Kind, time::Moment};

/// Largest attachment tried. Evidence inside is base64 and may be long.
const ATTACHMENT_BYTES: usize = 10 << 20;

pub(super) fn recognise(case: &Case<'_>) -> Option<Finding> {
    json(case).or_else(|| yaml(case))
}

fn json(case: &Case<'_>) -> Option<Finding> {
    let letter = case.letter;
    letter.parts().filter(|(_, p)| !p.enclosed && p.shape == Shape::Leaf && p.body.len() < ATTACHMENT_BYTES).find_map(
        |(id, part)| {
            let typed = part.media_type.ends_with("json") || part.name.to_ascii_lowercase().ends_with(".json");
            if !typed || !letter.content_head(id).trim_ascii_start().starts_with(b"{") {
                return None;
            }
            let value: Value = serde_json::from_slice(&letter.content(id)).ok()?;
            let feedback = version_4(&value).or_else(|| version_3(&value))?;
            Some(finding(feedback, "xarf.json", &format!("part {id}")))
        },
    )
}

fn version_4(value: &Value) -> Option<Feedback> {
    let version = text(value, "xarf_version")?;
    Some(Feedback {
        feedback_type: text(value, "type").or_else(|| text(value, "category")).unwrap_or_else(|| "abuse".to_owned()),
        source_ip: text(value, "source_identifier"),
        arrival: text(value, "timestamp").and_then(|t| Moment::parse_rfc3339(&t)),
        conforming: version.starts_with('4') && value.get("report_id").is_some() && value.get("reporter").is_some(),
        ..Feedback::default()
    })
}

fn version_3(value: &Value) -> Option<Feedback> {
    let report = value.get("Report")?;
    let version = text(value, "Version");
    value.get("ReporterInfo")?;
    Some(Feedback {
        feedback_type: text(report, "ReportType").unwrap_or_else(|| "abuse".to_owned()).to_lowercase(),
        source_ip: text(report, "SourceIp"),
        arrival: text(report, "Date").and_then(|t| Moment::parse_rfc3339(&t)),
        conforming: version.is_some_and(|v| v.starts_with('3')),
        ..Feedback::default()
    })
}

/// The second part is `Name: value` lines in text/plain; the header says so.
fn yaml(case: &Case<'_>) -> Option<Finding> {
    let letter = case.letter;
    if !(letter.header().has("x-arf") || letter.header().has("x-xarf")) {
        return None;
    }
    letter.parts().filter(|(_, p)| !p.enclosed && p.shape == Shape::Leaf).find_map(|(id, _)| {
        let content = letter.content(id);
        let start = content.iter().take_while(|b| b.is_ascii_whitespace() || **b == b'-').count();
        let (spans, _) = field::scan(&content, start, 100);
        let fields = Fields::new(&content, &spans);
        let report_type = fields.keyword("report-type")?;
        let feedback = Feedback {
            feedback_type: report_type,
            source_ip: fields.text("source").map(|s| s.trim_matches(['"', '\'']).to_owned()),
            arrival: fields.moment("date"),
            conforming: fields.has("report-id") && fields.has("reported-from"),
            ..Feedback::default()
        };
        Some(finding(feedback, "xarf.yaml", &format!("part {id}")))
    })
}

fn finding(feedback: Feedback, rule: &str, place: &str) -> Finding {
    let mut finding = Finding::new(Kind::Complaint, Evidence::new(rule, place, &feedback.feedback_type));
    finding.matter = feedback.source_ip.iter().cloned().collect();
    finding.feedback = Some(feedback);
    finding
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(Value::as_str).map(|t| t.chars().take(500).collect())
}
