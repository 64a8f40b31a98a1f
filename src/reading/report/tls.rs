//! SMTP TLS reports (RFC 8460), every field optional: large providers leave some out.

use serde::de::{DeserializeSeed, MapAccess};

use super::{
    flaw::Flaws,
    json::{Each, Fill, Lines, Object, Scalar, skip},
};
use crate::domain::{
    report::{
        Content, MOST, Report,
        tls::{RESULTS, TlsFailure, TlsPolicy, TlsReport},
    },
    time::Moment,
};

/// Policies read.
const POLICIES: usize = 100;
/// Failures read, of all policies.
const FAILURES: usize = 1_000;

#[derive(Default)]
struct Draft {
    organisation: Option<String>,
    contact: Option<String>,
    id: Option<String>,
    begin: Option<String>,
    end: Option<String>,
    policies: Vec<Policy>,
    left_out: u64,
    /// Known fields that were met.
    met: usize,
    has_policies: bool,
}

#[derive(Default)]
struct Policy {
    found: TlsPolicy,
    successful: Option<String>,
    failed: Option<String>,
    failures: Vec<Failure>,
    left_out: u64,
}

#[derive(Default)]
struct Failure {
    failure: TlsFailure,
    count: Option<String>,
}

pub(super) fn read(json: &str, mut flaws: Flaws) -> Option<Report> {
    let mut draft = Draft::default();
    let mut from = serde_json::Deserializer::from_str(json);
    let read = Object(&mut draft).deserialize(&mut from);
    match read.and_then(|()| from.end()) {
        Ok(()) => {}
        Err(error) => {
            flaws
                .add(format!("the JSON cannot be followed from line {} on; what stands before was read", error.line()));
        }
    }
    // Other JSON may have one field of this name.
    let is_report = draft.has_policies && (draft.id.is_some() || draft.organisation.is_some());
    if !is_report && draft.met < 3 {
        return None;
    }
    Some(judged(draft, flaws))
}

fn judged(draft: Draft, mut flaws: Flaws) -> Report {
    let moment = |text: &Option<String>| text.as_deref().and_then(Moment::parse_rfc3339);
    let (begin, end) = (moment(&draft.begin), moment(&draft.end));
    flaws.unless(draft.organisation.is_some(), "no name of the reporter (organization-name)");
    flaws.unless(draft.contact.is_some(), "no address of the reporter (contact-info)");
    flaws.unless(draft.id.is_some(), "no id (report-id)");
    flaws.unless(begin.is_some() && end.is_some(), "no span of time (date-range)");
    flaws.unless(begin <= end || end.is_none(), "the span of time ends before it begins");
    flaws.unless(!draft.policies.is_empty(), "no policy (policies)");
    let mut left_out = draft.left_out;
    let mut room = FAILURES;
    let mut policies = Vec::with_capacity(draft.policies.len());
    for one in draft.policies {
        left_out = left_out.saturating_add(one.left_out);
        policies.push(policy(one, &mut room, &mut left_out, &mut flaws));
    }
    let outside = Report {
        report_type: "tls".to_owned(),
        organisation: draft.organisation,
        domain: policies.iter().map(|p| p.domain.clone()).find(|domain| !domain.is_empty()),
        begin,
        end,
        id: draft.id,
        records: u64::try_from(policies.len()).unwrap_or(u64::MAX),
        ..Report::default()
    };
    let content = Content::Tls(TlsReport { contact: draft.contact, policies, left_out });
    super::report(outside, content, flaws)
}

fn policy(one: Policy, room: &mut usize, left_out: &mut u64, flaws: &mut Flaws) -> TlsPolicy {
    let mut policy = one.found;
    let known = ["tlsa", "sts", "no-policy-found"].contains(&policy.kind.as_str());
    flaws.unless(known, "a policy of a type that the standard does not know (policy-type)");
    flaws.unless(!policy.domain.is_empty(), "a policy without its domain (policy-domain)");
    let (successful, failed) = (count(one.successful.as_deref()), count(one.failed.as_deref()));
    flaws.unless(successful.is_some() && failed.is_some(), "a policy without both counts of sessions (summary)");
    policy.successful = successful.unwrap_or(0);
    for Failure { mut failure, count: told } in one.failures {
        let told = count(told.as_deref());
        flaws.unless(told.is_some(), "a failure without its count (failed-session-count)");
        flaws.unless(RESULTS.contains(&failure.result.as_str()), "a failure of a type that the standard does not know");
        failure.count = told.unwrap_or(0);
        if *room == 0 {
            *left_out += 1;
        } else {
            *room -= 1;
            policy.failures.push(failure);
        }
    }
    let detailed = policy.failures.iter().fold(0_u64, |sum, failure| sum.saturating_add(failure.count));
    policy.failed = failed.unwrap_or(detailed).min(MOST);
    policy
}

fn count(text: Option<&str>) -> Option<u64> {
    text.and_then(|text| text.parse::<u64>().ok()).map(|count| count.min(MOST))
}

fn text<'de, A: MapAccess<'de>>(rest: &mut A) -> Result<Option<String>, A::Error> {
    Ok(rest.next_value::<Scalar>()?.0.filter(|text| !text.is_empty()))
}

impl Fill for Draft {
    fn field<'de, A: MapAccess<'de>>(&mut self, name: &str, rest: &mut A) -> Result<(), A::Error> {
        let known = ["organization-name", "contact-info", "report-id", "date-range", "policies"].contains(&name);
        self.met += usize::from(known);
        match name {
            "organization-name" => self.organisation = text(rest)?,
            "contact-info" => self.contact = text(rest)?,
            "report-id" => self.id = text(rest)?,
            "date-range" => rest.next_value_seed(Object(&mut Span(self)))?,
            "policies" => {
                self.has_policies = true;
                let Self { policies, left_out, .. } = self;
                rest.next_value_seed(Each { into: policies, most: POLICIES, over: left_out })?;
            }
            _ => skip(rest)?,
        }
        Ok(())
    }
}

struct Span<'d>(&'d mut Draft);

impl Fill for Span<'_> {
    fn field<'de, A: MapAccess<'de>>(&mut self, name: &str, rest: &mut A) -> Result<(), A::Error> {
        match name {
            "start-datetime" => self.0.begin = text(rest)?,
            "end-datetime" => self.0.end = text(rest)?,
            _ => skip(rest)?,
        }
        Ok(())
    }
}

impl Fill for Policy {
    fn field<'de, A: MapAccess<'de>>(&mut self, name: &str, rest: &mut A) -> Result<(), A::Error> {
        match name {
            "policy" => rest.next_value_seed(Object(&mut Found(&mut self.found)))?,
            "summary" => rest.next_value_seed(Object(&mut Summary(self)))?,
            "failure-details" => {
                let Self { failures, left_out, .. } = self;
                rest.next_value_seed(Each { into: failures, most: FAILURES, over: left_out })?;
            }
            _ => skip(rest)?,
        }
        Ok(())
    }
}

struct Found<'p>(&'p mut TlsPolicy);

impl Fill for Found<'_> {
    fn field<'de, A: MapAccess<'de>>(&mut self, name: &str, rest: &mut A) -> Result<(), A::Error> {
        match name {
            "policy-type" => self.0.kind = text(rest)?.unwrap_or_default().to_ascii_lowercase(),
            "policy-domain" => {
                let domain = text(rest)?.unwrap_or_default();
                self.0.domain = domain.trim_end_matches('.').to_lowercase();
            }
            "policy-string" => self.0.lines = rest.next_value::<Lines>()?.0,
            "mx-host" => self.0.mx = rest.next_value::<Lines>()?.0,
            _ => skip(rest)?,
        }
        Ok(())
    }
}

struct Summary<'p>(&'p mut Policy);

impl Fill for Summary<'_> {
    fn field<'de, A: MapAccess<'de>>(&mut self, name: &str, rest: &mut A) -> Result<(), A::Error> {
        match name {
            "total-successful-session-count" => self.0.successful = text(rest)?,
            // Some write the name that the RFC's own example once had.
            "total-failure-session-count" | "total-failed-session-count" => self.0.failed = text(rest)?,
            _ => skip(rest)?,
        }
        Ok(())
    }
}

impl Fill for Failure {
    fn field<'de, A: MapAccess<'de>>(&mut self, name: &str, rest: &mut A) -> Result<(), A::Error> {
        match name {
            "result-type" => self.failure.result = text(rest)?.unwrap_or_default().to_ascii_lowercase(),
            "sending-mta-ip" => self.failure.sending = text(rest)?,
            "receiving-mx-hostname" => self.failure.mx = text(rest)?,
            "receiving-mx-helo" => self.failure.helo = text(rest)?,
            "receiving-ip" => self.failure.receiving = text(rest)?,
            "failed-session-count" => self.count = text(rest)?,
            "failure-reason-code" => self.failure.code = text(rest)?,
            "additional-information" => self.failure.more = text(rest)?,
            _ => skip(rest)?,
        }
        Ok(())
    }
}
