//! Feedback reports (RFC 5965) in their proper form and in the forms that providers send instead.

use super::{
    finding::{Case, Finding},
    letter::{Fields, Letter, Shape, field},
};
use crate::domain::{
    evidence::Evidence,
    feedback::{Feedback, Report},
    kind::Kind,
};

/// Values kept of a field that may be repeated.
const REPEATED: usize = 20;

pub(super) fn recognise(case: &Case<'_>) -> Option<Finding> {
    machine_part(case).or_else(|| provider_form(case))
}

/// A part of the right type, or a part of another type that begins as one.
fn machine_part(case: &Case<'_>) -> Option<Finding> {
    let letter = case.letter;
    let (id, proper) = letter.parts().find_map(|(id, part)| {
        if part.enclosed || part.shape != Shape::Leaf {
            return None;
        }
        let proper = part.media_type == "message/feedback-report";
        let named = part.media_type.ends_with("feedback-report") || case_report(letter);
        (proper || (named && looks_like_one(&letter.content(id)))).then_some((id, proper))
    })?;
    let content = letter.content(id);
    let (spans, _) = field::scan(&content, leading_blank(&content), case.site.limits.header_fields);
    let fields = Fields::new(&content, &spans);
    let mut feedback = facts(fields);
    if feedback.feedback_type.is_empty() {
        let assumed = if fields.has("auth-failure") { "auth-failure" } else { "abuse" };
        assumed.clone_into(&mut feedback.feedback_type);
    } else {
        let once = ["feedback-type", "user-agent", "version"].iter().all(|n| fields.all(n).count() == 1);
        feedback.conforming = proper && once && case_report(letter) && letter.enclosed().next().is_some();
    }
    let excerpt = format!("Feedback-Type: {}", feedback.feedback_type);
    let evidence = Evidence::new("rfc5965.feedback-type", format!("part {id}"), &excerpt);
    Some(finding(case, feedback, evidence))
}

fn case_report(letter: &Letter<'_>) -> bool {
    letter.report_type() == Some("feedback-report")
}

fn looks_like_one(content: &[u8]) -> bool {
    content
        .get(..4096)
        .unwrap_or(content)
        .split(|&b| b == b'\n')
        .any(|line| line.get(..14).is_some_and(|start| start.eq_ignore_ascii_case(b"feedback-type:")))
}

fn leading_blank(content: &[u8]) -> usize {
    content.iter().take_while(|b| b.is_ascii_whitespace()).count()
}

fn facts(fields: Fields<'_>) -> Feedback {
    let one = |name: &str| fields.raw(name).map(|v| address(&field::plain(v))).filter(|v| !v.is_empty());
    let each = |name: &str| -> Vec<String> {
        fields.all(name).take(REPEATED).map(|v| address(&field::plain(v))).filter(|v| !v.is_empty()).collect()
    };
    Feedback {
        feedback_type: fields.keyword("feedback-type").unwrap_or_default(),
        source_ip: one("source-ip").map(|ip| ip.trim_matches(['[', ']']).to_owned()),
        mail_from: one("original-mail-from"),
        rcpt_to: each("original-rcpt-to"),
        arrival: fields.moment("arrival-date").or_else(|| fields.moment("received-date")),
        domains: each("reported-domain"),
        uris: each("reported-uri"),
        conforming: false,
    }
}

fn address(text: &str) -> String {
    text.trim().trim_start_matches('<').trim_end_matches('>').trim().to_owned()
}

/// Forms of providers that enclose the complained-of mail and say the rest in header fields.
fn provider_form(case: &Case<'_>) -> Option<Finding> {
    let enclosed = case.letter.enclosed().next()?;
    let header = case.letter.header();
    let from = case.arrival.from.address.to_ascii_lowercase();
    // Microsoft's Junk Mail Reporting Program; older AOL and Yahoo loops.
    let mark = ["x-hmxmroriginalrecipient", "x-hotmail-complaint", "x-loop-complaint"]
        .iter()
        .find(|name| enclosed.header.has(name) || header.has(name));
    let subject = case.subject.starts_with("complaint about message from")
        || case.subject.starts_with("email feedback report for ip");
    let rule = match mark {
        Some(name) => Evidence::new("feedback.provider-field", *name, &enclosed.header.text(name).unwrap_or_default()),
        None if subject
            && (from.starts_with("staff@hotmail") || from.starts_with("scomp@") || from.contains("feedback")) =>
        {
            Evidence::new("feedback.provider-subject", "Subject", &case.arrival.subject)
        }
        None => return None,
    };
    let feedback = Feedback {
        feedback_type: "abuse".to_owned(),
        source_ip: case.subject.split(' ').find_map(|w| w.parse::<std::net::IpAddr>().ok()).map(|ip| ip.to_string()),
        rcpt_to: enclosed.header.text("x-hmxmroriginalrecipient").into_iter().collect(),
        mail_from: enclosed.header.mailboxes("return-path", 1).pop().map(|m| m.address),
        ..Feedback::default()
    };
    Some(finding(case, feedback, rule))
}

/// `not-spam` and `auth-failure` complain of nobody: they are statistics for the operator.
fn finding(case: &Case<'_>, feedback: Feedback, evidence: Evidence) -> Finding {
    let statistic = matches!(feedback.feedback_type.as_str(), "not-spam" | "auth-failure");
    let mut finding = Finding::new(if statistic { Kind::Report } else { Kind::Complaint }, evidence);
    if feedback.feedback_type == "auth-failure" {
        finding.report = Some(Report {
            report_type: "dmarc-failure".to_owned(),
            organisation: crate::domain::address::domain_of(&case.arrival.from.address),
            domain: feedback.domains.first().cloned(),
            begin: feedback.arrival,
            end: feedback.arrival,
            id: case.arrival.message_id.clone(),
            records: 1,
            conforming: feedback.conforming,
            ..Report::default()
        });
    }
    let reported = case.letter.enclosed().next().and_then(|e| e.header.ids("message-id", 1).pop());
    finding.matter = feedback.source_ip.iter().cloned().chain(reported).collect();
    finding.feedback = Some(feedback);
    finding
}
