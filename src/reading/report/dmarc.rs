//! DMARC aggregate reports (RFC 9990, RFC 7489 appendix C), read leniently: many real ones break the schema.

use super::{
    element::{Step, walk},
    flaw::Flaws,
    judge,
};
use crate::{
    domain::{
        report::{
            Content, MOST, Report,
            dmarc::{Aggregate, Disposition, DkimResult, Policy, Reason, Record, SpfResult},
        },
        time::Moment,
    },
    reading::letter::{field::one_line, field_cut},
};

/// Bytes in which the root element must begin.
const ROOT_BYTES: usize = 2 << 10;
/// Records read; more are only counted.
const RECORDS: usize = 10_000;
/// Results of DKIM or SPF read in one record, and reasons.
const RESULTS: usize = 20;
const REASONS: usize = 10;
/// Errors of the reporter that are kept.
const ERRORS: usize = 20;
/// Characters of one value.
const CHARS: usize = 300;

/// What has been read so far.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) aggregate: Aggregate,
    pub(super) organisation: Option<String>,
    pub(super) id: Option<String>,
    pub(super) begin: Option<Moment>,
    pub(super) end: Option<Moment>,
    pub(super) email: Option<String>,
    /// Elements in which the root element stands, none if all is well.
    pub(super) around: bool,
    pub(super) namespace: Option<String>,
    record: Record,
    reason: Reason,
    dkim: DkimResult,
    spf: SpfResult,
    /// Whether the record being read said each of: source, count, From, disposition, evaluation, results.
    said: judge::Said,
    /// Whether anything was seen that only such a report has.
    is_report: bool,
}

pub(super) fn read(xml: &str, mut flaws: Flaws) -> Option<Report> {
    // Without a root that is named so there is no use in walking: any XML may be attached to a mail.
    if !field_cut(xml, ROOT_BYTES).to_ascii_lowercase().contains("feedback") {
        return None;
    }
    let mut draft = Draft::default();
    let mut before = 0;
    walk(xml, &mut flaws, |step, flaws| match step {
        Step::Begin { name: "feedback", namespace } => {
            draft.around = before > 0;
            draft.namespace = namespace;
        }
        Step::Begin { name, .. } => {
            before += 1;
            draft.begin(name);
        }
        Step::End { name, path, text } => draft.end(name, path, text, flaws),
    });
    if !draft.is_report {
        return None;
    }
    judge::aggregate(&draft, &mut flaws);
    let Draft { aggregate, organisation, id, begin, end, .. } = draft;
    let records = u64::try_from(aggregate.records.len()).unwrap_or(u64::MAX).saturating_add(aggregate.left_out);
    let outside = Report {
        report_type: "dmarc".to_owned(),
        organisation,
        domain: Some(aggregate.policy.domain.clone()).filter(|domain| !domain.is_empty()),
        begin,
        end,
        id,
        records,
        ..Report::default()
    };
    Some(super::report(outside, Content::Dmarc(Box::new(aggregate)), flaws))
}

impl Draft {
    fn begin(&mut self, name: &str) {
        match name {
            "report_metadata" | "policy_published" => self.is_report = true,
            "record" => {
                self.is_report = true;
                (self.record, self.said) = (Record::default(), judge::Said::default());
            }
            "reason" => self.reason = Reason::default(),
            "dkim" => self.dkim = DkimResult::default(),
            "spf" => self.spf = SpfResult::default(),
            _ => {}
        }
    }

    fn end(&mut self, name: &'static str, path: &[&'static str], text: &str, flaws: &mut Flaws) {
        let parent = path.last().copied().unwrap_or_default();
        match (parent, name) {
            ("report_metadata", _) => self.metadata(name, text),
            ("date_range", "begin") => self.begin = moment(text),
            ("date_range", "end") => self.end = moment(text),
            ("policy_published", _) => policy(&mut self.aggregate.policy, name, text),
            ("row", "source_ip") => {
                self.said.source = text.parse::<std::net::IpAddr>().is_ok();
                self.record.source = crate::domain::report::sender::address(text);
            }
            ("row", "count") => {
                let count = text.parse::<u64>().ok();
                self.said.count = count.is_some_and(|count| (1..=MOST).contains(&count));
                self.record.count = count.unwrap_or(0).min(MOST);
            }
            ("policy_evaluated", _) => self.evaluated(name, text, flaws),
            ("reason", "type") => self.reason.kind = folded(text),
            ("reason", "comment") => self.reason.comment = value(text),
            ("identifiers" | "identities", "header_from") => self.record.header_from = host(text),
            ("identifiers" | "identities", "envelope_from") => self.record.envelope_from = some(host(text)),
            ("identifiers" | "identities", "envelope_to") => self.record.envelope_to = some(host(text)),
            ("dkim", "domain") => self.dkim.domain = host(text),
            ("dkim", "selector") => self.dkim.selector = value(text),
            ("dkim", "result") => self.dkim.result = folded(text),
            ("dkim", "human_result") => self.dkim.human = value(text),
            ("spf", "domain") => self.spf.domain = host(text),
            ("spf", "scope") => self.spf.scope = folded(text),
            ("spf", "result") => self.spf.result = folded(text),
            ("auth_results", "dkim") => push(&mut self.record.dkim_results, std::mem::take(&mut self.dkim), RESULTS),
            ("auth_results", "spf") => push(&mut self.record.spf_results, std::mem::take(&mut self.spf), RESULTS),
            (_, "record") => self.record(flaws),
            _ => {}
        }
    }

    fn metadata(&mut self, name: &str, text: &str) {
        match name {
            "org_name" => self.organisation = some(value(text)),
            "email" => self.email = some(value(text)),
            "extra_contact_info" => self.aggregate.contact = some(value(text)),
            "report_id" => self.id = some(value(text)),
            "generator" => self.aggregate.generator = some(value(text)),
            "error" => push(&mut self.aggregate.errors, value(text), ERRORS),
            _ => {}
        }
    }

    fn evaluated(&mut self, name: &str, text: &str, flaws: &mut Flaws) {
        let word = folded(text);
        let passed = match word.as_str() {
            "pass" => Some(true),
            "fail" => Some(false),
            _ => None,
        };
        match name {
            "disposition" => {
                // RFC 9990 says `pass` of what passed.
                let word = if word == "pass" { "none" } else { word.as_str() };
                let disposition = word.parse::<Disposition>();
                self.said.disposition = disposition.is_ok();
                self.record.disposition = disposition.unwrap_or(Disposition::None);
            }
            "dkim" => self.record.dkim = passed,
            "spf" => self.record.spf = passed,
            "reason" => {
                flaws.unless(
                    judge::REASONS.contains(&self.reason.kind.as_str()),
                    "a reason is none of those that the standard knows",
                );
                push(&mut self.record.reasons, std::mem::take(&mut self.reason), REASONS);
            }
            _ => {}
        }
    }

    /// A record ended. One that names neither a source nor a count tells nothing.
    fn record(&mut self, flaws: &mut Flaws) {
        let record = std::mem::take(&mut self.record);
        let said = std::mem::take(&mut self.said);
        judge::record(&record, said, self.aggregate.records.len() + 1, flaws);
        if self.aggregate.records.len() >= RECORDS {
            self.aggregate.left_out += 1;
        } else if record.count > 0 || !record.source.is_empty() {
            self.aggregate.records.push(record);
        }
    }
}

fn policy(policy: &mut Policy, name: &str, text: &str) {
    match name {
        "domain" => policy.domain = host(text),
        "p" => policy.p = some(folded(text)),
        "sp" => policy.sp = some(folded(text)),
        "np" => policy.np = some(folded(text)),
        "adkim" => policy.adkim = some(folded(text)),
        "aspf" => policy.aspf = some(folded(text)),
        "pct" => policy.pct = text.parse().ok(),
        "fo" => policy.fo = some(folded(text)),
        "testing" => policy.testing = some(folded(text)),
        "discovery_method" => policy.discovery_method = some(folded(text)),
        _ => {}
    }
}

fn push<T>(list: &mut Vec<T>, item: T, most: usize) {
    if list.len() < most {
        list.push(item);
    }
}

fn value(text: &str) -> String {
    one_line(text.trim()).chars().take(CHARS).collect()
}

fn folded(text: &str) -> String {
    value(text).to_ascii_lowercase()
}

/// A domain: lower case, without the dot at its end. Some reporters give an address.
fn host(text: &str) -> String {
    let folded = value(text).to_lowercase();
    let domain = folded.rsplit_once('@').map_or(folded.as_str(), |(_, domain)| domain);
    domain.trim_end_matches('>').trim_end_matches('.').to_owned()
}

fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// Seconds since 1970; some write a fraction, or RFC 3339.
fn moment(text: &str) -> Option<Moment> {
    let whole = text.split('.').next().unwrap_or_default();
    whole.parse::<i64>().ok().filter(|secs| *secs >= 0).map(Moment::from_secs).or_else(|| Moment::parse_rfc3339(text))
}
