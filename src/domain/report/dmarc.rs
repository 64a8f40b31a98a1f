//! A DMARC aggregate report as read: RFC 9990, and RFC 7489 appendix C. Reporters leave out what they like.

use crate::domain::text_enum::text_enum;

/// The body of an aggregate report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Aggregate {
    /// `extra_contact_info`, else `email`.
    pub contact: Option<String>,
    /// Name and version of the program that wrote it (RFC 9990).
    pub generator: Option<String>,
    /// What the reporter met while it worked; at most 20.
    pub errors: Vec<String>,
    /// The policy it found.
    pub policy: Policy,
    /// What it saw, at most 10,000 records.
    pub records: Vec<Record>,
    /// Records beyond that, which were only counted.
    pub left_out: u64,
}

/// `policy_published`: what the reporter found in the DNS. Every value as given, lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Where it stands.
    pub domain: String,
    /// `p`: `none`, `quarantine`, `reject`.
    pub p: Option<String>,
    /// `sp`, for subdomains.
    pub sp: Option<String>,
    /// `np`, for subdomains that do not exist (RFC 9990).
    pub np: Option<String>,
    /// `adkim`: `r` or `s`.
    pub adkim: Option<String>,
    /// `aspf`: `r` or `s`.
    pub aspf: Option<String>,
    /// `pct` (RFC 7489).
    pub pct: Option<u32>,
    /// `fo`.
    pub fo: Option<String>,
    /// `testing`: `y` or `n` (RFC 9990).
    pub testing: Option<String>,
    /// `psl` or `treewalk` (RFC 9990).
    pub discovery_method: Option<String>,
}

impl Policy {
    /// How much it asks for, from 0 (nothing) to 200 (refuse all that fails), in the steps of 100 that p has. What a
    /// percentage leaves out, and what is only a test, is handled as the next weaker policy (RFC 7489 §6.6.4, RFC 9989
    /// §4.7). `None` if the reporter does not tell.
    #[must_use]
    pub fn strength(&self) -> Option<i64> {
        let level = match self.p.as_deref()? {
            "none" => return Some(0),
            "quarantine" => 100,
            "reject" => 200,
            _ => return None,
        };
        let share = if self.testing.as_deref() == Some("y") { 0 } else { i64::from(self.pct.unwrap_or(100).min(100)) };
        Some(level - 100 + share)
    }

    /// As it might stand in the DNS: `p=reject; sp=none; t=y`.
    #[must_use]
    pub fn words(&self) -> String {
        let pct = self.pct.filter(|pct| *pct != 100).map(|pct| pct.to_string());
        let testing = self.testing.clone().filter(|t| t == "y");
        let tags = [
            ("p", &self.p),
            ("sp", &self.sp),
            ("np", &self.np),
            ("adkim", &self.adkim),
            ("aspf", &self.aspf),
            ("pct", &pct),
            ("t", &testing),
        ];
        let set = tags.iter().filter_map(|(tag, value)| value.as_ref().map(|value| format!("{tag}={value}")));
        set.collect::<Vec<_>>().join("; ")
    }
}

text_enum! {
    /// What the reporter did with the mail. `pass` of RFC 9990 is `none`: nothing was done to it.
    Disposition { None = "none", Quarantine = "quarantine", Reject = "reject" }
}

impl Disposition {
    /// In words, for people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::None => "delivered",
            Self::Quarantine => "quarantined",
            Self::Reject => "refused",
        }
    }
}

/// One record: mails from one address with one result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// `source_ip` as given.
    pub source: String,
    /// How many mails, at most [`super::MOST`].
    pub count: u64,
    /// What was done with them.
    pub disposition: Disposition,
    /// Whether DKIM passed for the From domain; `None` if not told.
    pub dkim: Option<bool>,
    /// Whether SPF passed for the From domain.
    pub spf: Option<bool>,
    /// Why the policy was not applied; at most 10.
    pub reasons: Vec<Reason>,
    /// Domain of the From field.
    pub header_from: String,
    /// Domain of MAIL FROM.
    pub envelope_from: Option<String>,
    /// Domain of the recipients.
    pub envelope_to: Option<String>,
    /// Signatures, at most 20.
    pub dkim_results: Vec<DkimResult>,
    /// SPF, at most 20.
    pub spf_results: Vec<SpfResult>,
}

impl Default for Record {
    fn default() -> Self {
        Self {
            source: String::new(),
            count: 0,
            disposition: Disposition::None,
            dkim: None,
            spf: None,
            reasons: Vec::new(),
            header_from: String::new(),
            envelope_from: None,
            envelope_to: None,
            dkim_results: Vec::new(),
            spf_results: Vec::new(),
        }
    }
}

/// Why a policy was not applied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reason {
    /// `forwarded`, `mailing_list`, `local_policy` …; may be empty.
    pub kind: String,
    /// The reporter's words.
    pub comment: String,
}

/// One signature.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DkimResult {
    /// `d=`.
    pub domain: String,
    /// `s=`.
    pub selector: String,
    /// `pass`, `fail` …
    pub result: String,
    /// The verifier's words.
    pub human: String,
}

/// One SPF check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpfResult {
    /// The domain asked.
    pub domain: String,
    /// `mfrom` or `helo`.
    pub scope: String,
    /// `pass`, `softfail` …
    pub result: String,
}

text_enum! {
    /// How one record fared, and why.
    Verdict {
        /// Both passed for the From domain.
        Both = "both",
        /// Only DKIM did.
        Dkim = "dkim",
        /// Only SPF did.
        Spf = "spf",
        /// A signature in our name was there and did not verify.
        Signature = "signature",
        /// DKIM or SPF passed, for another domain.
        Alignment = "alignment",
        /// Neither passed for any domain.
        Nothing = "nothing",
    }
}

impl Verdict {
    /// Whether DMARC passed.
    #[must_use]
    pub const fn passes(self) -> bool {
        matches!(self, Self::Both | Self::Dkim | Self::Spf)
    }

    /// In words, for people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Both => "DKIM and SPF pass",
            Self::Dkim => "DKIM alone passes",
            Self::Spf => "SPF alone passes",
            Self::Signature => "our signature does not verify",
            Self::Alignment => "passes for another domain only",
            Self::Nothing => "no signature of ours, address not allowed",
        }
    }
}

impl Record {
    /// How it fared. What the reporter evaluated counts; its single results only say why.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match (self.dkim == Some(true), self.spf == Some(true)) {
            (true, true) => Verdict::Both,
            (true, false) => Verdict::Dkim,
            (false, true) => Verdict::Spf,
            (false, false) if self.signature_broke() => Verdict::Signature,
            (false, false) if self.passed_elsewhere() => Verdict::Alignment,
            (false, false) => Verdict::Nothing,
        }
    }

    fn signature_broke(&self) -> bool {
        self.dkim_results.iter().any(|one| one.result != "pass" && one.result != "none" && self.is_from(&one.domain))
    }

    fn passed_elsewhere(&self) -> bool {
        self.dkim_results.iter().any(|one| one.result == "pass") || self.spf_results.iter().any(|o| o.result == "pass")
    }

    /// Whether a domain and that of the From field are one, or one lies under the other.
    pub(super) fn is_from(&self, domain: &str) -> bool {
        !domain.is_empty()
            && (crate::domain::address::within(domain, &self.header_from)
                || crate::domain::address::within(&self.header_from, domain))
    }

    /// Whether the reporter says that the mail took another way, and let it pass: no fault of the sender.
    #[must_use]
    pub fn is_excused(&self) -> bool {
        self.reasons.iter().any(|reason| EXCUSES.contains(&reason.kind.as_str()))
    }
}

/// Reasons that excuse a failure: the mail was changed or passed on where we have no hand.
pub const EXCUSES: [&str; 4] = ["forwarded", "mailing_list", "trusted_forwarder", "local_policy"];

#[cfg(test)]
mod tests {
    use super::*;

    fn record(dkim: bool, spf: bool, signatures: &[(&str, &str)], spf_domain: &str) -> Record {
        let dkim_results = signatures
            .iter()
            .map(|(domain, result)| DkimResult {
                domain: (*domain).into(),
                result: (*result).into(),
                ..DkimResult::default()
            })
            .collect();
        let spf_results = vec![SpfResult { domain: spf_domain.into(), result: "pass".into(), scope: String::new() }];
        Record {
            header_from: "college.test".into(),
            dkim: Some(dkim),
            spf: Some(spf),
            dkim_results,
            spf_results: if spf_domain.is_empty() { Vec::new() } else { spf_results },
            ..Record::default()
        }
    }

    #[test]
    fn verdicts_say_why() {
        assert_eq!(record(true, true, &[], "").verdict(), Verdict::Both);
        assert_eq!(record(true, false, &[("college.test", "pass")], "list.test").verdict(), Verdict::Dkim);
        assert_eq!(record(false, true, &[], "college.test").verdict(), Verdict::Spf);
        let broke = record(false, false, &[("college.test", "fail"), ("list.test", "pass")], "list.test");
        assert_eq!(broke.verdict(), Verdict::Signature);
        assert_eq!(record(false, false, &[("shop.test", "pass")], "").verdict(), Verdict::Alignment);
        assert_eq!(record(false, false, &[], "shop.test").verdict(), Verdict::Alignment);
        assert_eq!(record(false, false, &[], "").verdict(), Verdict::Nothing);
    }

    #[test]
    fn strength_of_policies() {
        let policy = |p: &str, pct: Option<u32>, testing: &str| {
            Policy { p: Some(p.into()), pct, testing: Some(testing.into()), ..Policy::default() }.strength()
        };
        assert_eq!(policy("reject", None, "n"), Some(200));
        assert_eq!(policy("reject", Some(50), "n"), Some(150));
        assert_eq!(policy("reject", None, "y"), Some(100));
        assert_eq!(policy("quarantine", Some(100), "n"), Some(100));
        assert_eq!(policy("quarantine", Some(0), "n"), Some(0));
        assert_eq!(policy("none", Some(0), "y"), Some(0));
        assert_eq!(policy("perhaps", None, "n"), None);
        assert_eq!(Policy::default().strength(), None);
    }
}
