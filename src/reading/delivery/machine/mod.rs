//! The part for machines: RFC 3464, in its RFC 6522 wrapper and with the RFC 6533 types, missing or mislabelled.

mod address;
mod scan;

use scan::Scan;

use super::{
    assess::{Assessed, Found, assess},
    prose,
    rules::RULES,
};
use crate::{
    domain::evidence::Evidence,
    reading::{
        finding::Case,
        letter::{Part, Shape, field_cut},
    },
};

/// Lines of a machine part looked at.
const LINES: usize = 20_000;
/// Words around the report that may tell a reason.
const CONTEXT_BYTES: usize = 4096;

pub(super) struct Machine {
    pub(super) found: Vec<Assessed>,
    pub(super) envelope_ids: Vec<String>,
    pub(super) evidence: Evidence,
}

pub(super) fn read(case: &Case<'_>) -> Option<Machine> {
    let letter = case.letter;
    let report = letter.report_type() == Some("delivery-status");
    let mut read: Option<Machine> = None;
    for (id, part) in letter.parts().filter(|(_, p)| p.shape == Shape::Leaf && !p.enclosed) {
        let proper = is_status_type(&part.media_type);
        let quoted = || may_be_one(part, report, case) && looks_like_one(&letter.content(id));
        if !(proper || quoted()) {
            continue;
        }
        let content = letter.part_text(id);
        let scan = Scan::read(content.lines().take(LINES));
        let rule = if proper { "rfc3464.delivery-status" } else { "rfc3464.mislabelled" };
        let excerpt = content.lines().find(|l| starts(l, "final-recipient") || starts(l, "action")).unwrap_or_default();
        if read.as_ref().is_some_and(|r| !r.found.is_empty()) {
            break;
        }
        read = Some(Machine {
            envelope_ids: scan.envelope_id.iter().cloned().collect(),
            evidence: Evidence::new(rule, format!("part {id}"), excerpt),
            found: assessed(scan, case),
        });
    }
    // A report whose machine part was lost on the way is still one.
    read.or_else(|| {
        report.then(|| Machine {
            found: Vec::new(),
            envelope_ids: Vec::new(),
            evidence: Evidence::new("rfc6522.report-type", "Content-Type", "report-type=delivery-status"),
        })
    })
}

/// Adds what the text for people says: all of it of a lone recipient, else the lines that begin with the address.
fn assessed(scan: Scan, case: &Case<'_>) -> Vec<Assessed> {
    let alone = scan.recipients.len() == 1;
    let silent = |f: &Found| f.diagnostic.as_deref().is_none_or(|d| d.len() < 8);
    let about = match RULES.as_ref() {
        Some(rules) if !alone && scan.recipients.iter().any(silent) => prose::words_about(rules, case),
        _ => Vec::new(),
    };
    let form = scan.recipients.iter().any(silent).then(|| prose::form_of(case)).flatten();
    let reporting = scan.reporting_mta;
    let add = |mut found: Found| {
        if alone {
            field_cut(case.text, CONTEXT_BYTES).clone_into(&mut found.context);
        } else if let Some((_, words)) = about.iter().find(|(a, _)| *a == found.recipient.to_lowercase()) {
            found.context.clone_from(words);
        }
        found.remote_mta = found.remote_mta.or_else(|| reporting.clone());
        found.form = form;
        assess(found)
    };
    scan.recipients.into_iter().map(add).collect()
}

fn is_status_type(media_type: &str) -> bool {
    matches!(
        media_type,
        "message/delivery-status"
            | "message/global-delivery-status"
            | "message/delivery_status"
            | "message/x-delivery-status"
    )
}

/// Parts of other types are looked at only where the mail has other signs of a report: people quote reports.
fn may_be_one(part: &Part, report: bool, case: &Case<'_>) -> bool {
    (report || case.sent_by_daemon())
        && (part.media_type.starts_with("text/")
            || part.media_type.starts_with("message/")
            || part.media_type == "application/octet-stream"
            || !part.media_type.contains('/'))
}

fn looks_like_one(content: &[u8]) -> bool {
    let head = String::from_utf8_lossy(content.get(..32 << 10).unwrap_or(content));
    let has = |name: &str| head.lines().any(|l| starts(l, name));
    has("final-recipient") && (has("action") || has("status"))
}

fn starts(line: &str, name: &str) -> bool {
    let line = line.trim_start();
    line.get(..name.len()).is_some_and(|s| s.eq_ignore_ascii_case(name))
        && line.get(name.len()..).is_some_and(|rest| rest.trim_start().starts_with(':'))
}
