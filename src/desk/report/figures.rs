//! From a report's figures to lines of the tables: what belongs together is added up, and the lines are bounded.

use std::collections::BTreeMap;

use super::Part;
use crate::{
    domain::report::{
        dmarc::{Aggregate, Disposition, Record, Verdict},
        sender, served,
        tls::{self, TlsPolicy, TlsReport},
    },
    store::report::{NewRow, NewSessions},
};

/// Lines kept of one report, those of most mail first. What is beyond is added up by result, without addresses.
const ROWS: usize = 2_000;
/// Lines of TLS results kept of one report.
const SESSIONS: usize = 500;
/// Longest words of one column, in characters.
const CHARS: usize = 300;
/// Signatures and SPF checks named in words.
const NAMED: usize = 5;

fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn cut(text: &str) -> String {
    text.chars().take(CHARS).collect()
}

/// What an aggregate report says of the served domain it is about.
pub(super) fn of_aggregate(aggregate: &Aggregate, domains: &[String]) -> Option<Part> {
    let policy = &aggregate.policy;
    let from = aggregate.records.iter().map(|record| record.header_from.as_str());
    let about = std::iter::once(policy.domain.as_str()).chain(from).find(|name| served(name, domains).is_some())?;
    let domain = served(about, domains)?.to_owned();
    let mut rows: BTreeMap<Key, NewRow> = BTreeMap::new();
    let (mut passed, mut failed) = (0_i64, 0_i64);
    for record in &aggregate.records {
        let row = row(record);
        let sum = if row.verdict.passes() { &mut passed } else { &mut failed };
        *sum = sum.saturating_add(row.count);
        add(&mut rows, row);
    }
    Some(Part {
        domain,
        about: about.to_owned(),
        policy: cut(&policy.words()),
        strength: policy.strength(),
        passed,
        failed,
        records: whole(u64::try_from(aggregate.records.len()).unwrap_or(u64::MAX).saturating_add(aggregate.left_out)),
        left_out: whole(aggregate.left_out),
        rows: bounded(rows),
        ..Part::default()
    })
}

/// What makes two records one line.
type Key = (String, Verdict, Disposition, bool, [String; 5]);

fn add(rows: &mut BTreeMap<Key, NewRow>, row: NewRow) {
    let NewRow { reason, header_from, envelope_from, dkim, spf, .. } = &row;
    let words = [reason, header_from, envelope_from, dkim, spf].map(Clone::clone);
    let key = (row.source.clone(), row.verdict, row.disposition, row.excused, words);
    match rows.entry(key) {
        std::collections::btree_map::Entry::Vacant(place) => drop(place.insert(row)),
        std::collections::btree_map::Entry::Occupied(mut known) => {
            let known = known.get_mut();
            known.count = known.count.saturating_add(row.count);
        }
    }
}

fn row(record: &Record) -> NewRow {
    let reasons = record.reasons.iter().filter(|reason| !reason.kind.is_empty() || !reason.comment.is_empty());
    let reason: Vec<String> = reasons
        .map(|reason| match (reason.kind.replace('_', " "), reason.comment.as_str()) {
            (kind, "") => kind,
            (kind, comment) if kind.is_empty() => comment.to_owned(),
            (kind, comment) => format!("{kind}: {comment}"),
        })
        .collect();
    let dkim = record.dkim_results.iter().take(NAMED).map(|one| {
        let selector = if one.selector.is_empty() { String::new() } else { format!(" ({})", one.selector) };
        format!("{}{selector}: {}", one.domain, one.result)
    });
    let spf = record.spf_results.iter().take(NAMED).map(|one| format!("{}: {}", one.domain, one.result));
    NewRow {
        network: sender::network(&record.source),
        source: record.source.clone(),
        name: sender::name(record),
        count: whole(record.count),
        verdict: record.verdict(),
        disposition: record.disposition,
        excused: !record.verdict().passes() && record.is_excused(),
        reason: cut(&reason.join("; ")),
        header_from: cut(&record.header_from),
        envelope_from: cut(record.envelope_from.as_deref().unwrap_or_default()),
        dkim: cut(&dkim.collect::<Vec<_>>().join(", ")),
        spf: cut(&spf.collect::<Vec<_>>().join(", ")),
    }
}

/// The lines of most mail; the others added up by result.
fn bounded(rows: BTreeMap<Key, NewRow>) -> Vec<NewRow> {
    let mut rows: Vec<NewRow> = rows.into_values().collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.count));
    if rows.len() <= ROWS {
        return rows;
    }
    let mut rest: BTreeMap<Key, NewRow> = BTreeMap::new();
    for row in rows.split_off(ROWS) {
        let none = String::new;
        let NewRow { count, verdict, disposition, excused, .. } = row;
        let (network, source, name, header_from) = (none(), none(), none(), none());
        let (reason, envelope_from, dkim, spf) = (none(), none(), none(), none());
        add(
            &mut rest,
            NewRow {
                network,
                source,
                name,
                count,
                verdict,
                disposition,
                excused,
                reason,
                header_from,
                envelope_from,
                dkim,
                spf,
            },
        );
    }
    rows.extend(rest.into_values());
    rows
}

/// What a TLS report says of each served domain.
pub(super) fn of_tls(report: &TlsReport, domains: &[String]) -> Vec<Part> {
    let mut parts: BTreeMap<String, Part> = BTreeMap::new();
    for policy in &report.policies {
        let Some(domain) = served(&policy.domain, domains) else { continue };
        let part = parts.entry(domain.to_owned()).or_insert_with(|| Part {
            domain: domain.to_owned(),
            about: policy.domain.clone(),
            left_out: whole(report.left_out),
            ..Part::default()
        });
        if policy.domain == domain {
            part.about.clone_from(&policy.domain);
        }
        under(part, policy);
    }
    parts.into_values().collect()
}

fn under(part: &mut Part, policy: &TlsPolicy) {
    let words = cut(&policy.words());
    part.records += 1;
    part.passed = part.passed.saturating_add(whole(policy.successful));
    part.failed = part.failed.saturating_add(whole(policy.failed));
    // The strongest of several: DANE and MTA-STS may both be there.
    part.strength = part.strength.max(policy.strength());
    if !words.is_empty() && !part.policy.split(", ").any(|known| known == words) {
        let joint = if part.policy.is_empty() { words.clone() } else { format!("{}, {words}", part.policy) };
        part.policy = cut(&joint);
    }
    let mut lines: BTreeMap<(String, String), (i64, String)> = BTreeMap::new();
    for failure in &policy.failures {
        let mx = cut(failure.mx.as_deref().or(failure.receiving.as_deref()).unwrap_or_default());
        let line = lines.entry((cut(&failure.result), mx)).or_default();
        line.0 = line.0.saturating_add(whole(failure.count));
        let detail = [&failure.code, &failure.more].into_iter().flatten().map(String::as_str).collect::<Vec<_>>();
        if line.1.is_empty() {
            line.1 = cut(&detail.join("; "));
        }
    }
    let told = lines.values().fold(0_i64, |sum, (count, _)| sum.saturating_add(*count));
    let rest = whole(policy.failed).saturating_sub(told);
    if rest > 0 {
        lines.entry(Default::default()).or_default().0 += rest;
    }
    if policy.successful > 0 {
        lines.insert((tls::SUCCESS.to_owned(), String::new()), (whole(policy.successful), String::new()));
    }
    let lines = lines.into_iter().map(|((result, mx), (count, detail))| NewSessions {
        policy: words.clone(),
        result,
        mx,
        count,
        detail,
    });
    let room = SESSIONS.saturating_sub(part.sessions.len());
    part.sessions.extend(lines.take(room));
}
