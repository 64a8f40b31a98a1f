//! SMTP TLS reports (RFC 8460), every field optional: large providers leave some out.

use serde_json::Value;

use crate::domain::{feedback::Report, time::Moment};

pub(super) fn read(json: &[u8]) -> Option<Report> {
    let value: Value = serde_json::from_slice(json).ok()?;
    let policies = value.get("policies").and_then(Value::as_array);
    if policies.is_none() || (value.get("report-id").is_none() && value.get("organization-name").is_none()) {
        return None;
    }
    let policies = policies.map(Vec::as_slice).unwrap_or_default();
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(|t| t.chars().take(500).collect::<String>());
    let range = value.get("date-range");
    let moment = |name: &str| text(range.and_then(|r| r.get(name))).and_then(|t| Moment::parse_rfc3339(&t));
    let mut report = Report {
        report_type: "tls".to_owned(),
        organisation: text(value.get("organization-name")),
        domain: policies.first().and_then(|p| text(p.get("policy").and_then(|p| p.get("policy-domain")))),
        begin: moment("start-datetime"),
        end: moment("end-datetime"),
        id: text(value.get("report-id")),
        records: u64::try_from(policies.len()).unwrap_or(u64::MAX),
        conforming: false,
    };
    report.conforming = report.organisation.is_some()
        && report.domain.is_some()
        && report.begin.is_some()
        && report.end.is_some()
        && report.id.is_some();
    Some(report)
}
