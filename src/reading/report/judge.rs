//! Whether an aggregate report keeps its standard: what RFC 9990 §3.1 and RFC 7489 appendix C ask of it, as far as a
//! reader needs it.

use super::{dmarc::Draft, flaw::Flaws};
use crate::domain::report::dmarc::Record;

/// Namespaces of RFC 7489 and RFC 9990. None at all is as usual.
const NAMESPACES: [&str; 2] = ["http://dmarc.org/dmarc-xml/0.1", "urn:ietf:params:xml:ns:dmarc-2.0"];
/// Override reasons of both standards.
pub(super) const REASONS: [&str; 8] = [
    "forwarded",
    "sampled_out",
    "trusted_forwarder",
    "mailing_list",
    "local_policy",
    "policy_test_mode",
    "other",
    "unknown",
];
const DKIM_RESULTS: [&str; 7] = ["none", "pass", "fail", "policy", "neutral", "temperror", "permerror"];
const SPF_RESULTS: [&str; 9] =
    ["none", "neutral", "pass", "fail", "softfail", "temperror", "permerror", "policy", "unknown"];

/// What one record said in a form that can be used.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Said {
    pub(super) source: bool,
    pub(super) count: bool,
    pub(super) disposition: bool,
}

pub(super) fn aggregate(draft: &Draft, flaws: &mut Flaws) {
    let known = draft.namespace.as_deref().is_none_or(|name| name.is_empty() || NAMESPACES.contains(&name));
    flaws.unless(known, "the namespace is neither RFC 7489's nor RFC 9990's");
    flaws.unless(!draft.around, "something stands around the <feedback>");
    flaws.unless(draft.organisation.is_some(), "no name of the reporter (org_name)");
    flaws.unless(draft.email.is_some(), "no address of the reporter (email)");
    flaws.unless(draft.id.is_some(), "no id (report_id)");
    flaws.unless(draft.begin.is_some() && draft.end.is_some(), "no span of time (date_range)");
    flaws.unless(draft.begin <= draft.end || draft.end.is_none(), "the span of time ends before it begins");
    let policy = &draft.aggregate.policy;
    flaws.unless(!policy.domain.is_empty(), "no domain (policy_published)");
    flaws.unless(policy.p.as_deref().is_some_and(is_policy), "no policy, or none that is known (p)");
    let others = [&policy.sp, &policy.np].into_iter().flatten().all(|p| is_policy(p));
    flaws.unless(others, "a policy for subdomains that is not known (sp, np)");
    flaws.unless(!draft.aggregate.records.is_empty(), "no record");
}

fn is_policy(word: &str) -> bool {
    matches!(word, "none" | "quarantine" | "reject")
}

pub(super) fn record(record: &Record, said: Said, n: usize, flaws: &mut Flaws) {
    let mut lacks = |holds: bool, what: &str| {
        if !holds {
            flaws.add(format!("record {n} has no usable {what}"));
        }
    };
    lacks(said.source, "source_ip");
    lacks(said.count, "count");
    lacks(said.disposition, "disposition");
    lacks(record.dkim.is_some() && record.spf.is_some(), "evaluation of DKIM and SPF");
    lacks(!record.header_from.is_empty(), "header_from");
    lacks(!record.dkim_results.is_empty() || !record.spf_results.is_empty(), "result of DKIM or SPF (auth_results)");
    let dkim = |domain: &str, result: &str| !domain.is_empty() && DKIM_RESULTS.contains(&result);
    lacks(record.dkim_results.iter().all(|one| dkim(&one.domain, &one.result)), "result of a signature");
    // With a null path and a name that is none there is no domain to ask.
    let spf = |domain: &str, result: &str| SPF_RESULTS.contains(&result) && (!domain.is_empty() || result == "none");
    lacks(record.spf_results.iter().all(|one| spf(&one.domain, &one.result)), "result of SPF");
}
