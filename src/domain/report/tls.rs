//! An SMTP TLS report as read (RFC 8460). Large providers leave some of it out.

/// The body of a TLS report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsReport {
    /// `contact-info`.
    pub contact: Option<String>,
    /// Per policy that was found, at most 100.
    pub policies: Vec<TlsPolicy>,
    /// Policies and failures beyond the limits.
    pub left_out: u64,
}

/// Sessions under one policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsPolicy {
    /// `tlsa`, `sts` or `no-policy-found`.
    pub kind: String,
    /// Domain the policy is of.
    pub domain: String,
    /// `policy-string`, line by line; at most 20.
    pub lines: Vec<String>,
    /// `mx-host`, at most 20.
    pub mx: Vec<String>,
    /// Sessions with TLS as the policy wants it, at most [`super::MOST`].
    pub successful: u64,
    /// Sessions that failed.
    pub failed: u64,
    /// Why they failed, at most 1,000 in a report.
    pub failures: Vec<TlsFailure>,
}

impl TlsPolicy {
    /// How much it asks for: 200 if mail is not delivered without good TLS, 100 if that is only tested, 0 if there is no
    /// policy. `None` if the reporter does not tell.
    #[must_use]
    pub fn strength(&self) -> Option<i64> {
        match self.kind.as_str() {
            "tlsa" => Some(200),
            "no-policy-found" => Some(0),
            "sts" => match self.mode()? {
                "enforce" => Some(200),
                "testing" => Some(100),
                "none" => Some(0),
                _ => None,
            },
            _ => None,
        }
    }

    /// The mode of an MTA-STS policy (RFC 8461 §3.2).
    #[must_use]
    pub fn mode(&self) -> Option<&str> {
        self.lines.iter().find_map(|line| line.trim().strip_prefix("mode:")).map(str::trim)
    }

    /// In words: `MTA-STS, mode enforce`.
    #[must_use]
    pub fn words(&self) -> String {
        match (self.kind.as_str(), self.mode()) {
            ("sts", Some(mode)) => format!("MTA-STS, mode {mode}"),
            ("sts", None) => "MTA-STS".to_owned(),
            ("tlsa", _) => "DANE".to_owned(),
            ("no-policy-found", _) => "no policy found".to_owned(),
            (other, _) => other.to_owned(),
        }
    }
}

/// Sessions that failed in one way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsFailure {
    /// `result-type` (RFC 8460 §4.3).
    pub result: String,
    /// Address of the sending server.
    pub sending: Option<String>,
    /// Name of our mail exchanger.
    pub mx: Option<String>,
    /// What it called itself.
    pub helo: Option<String>,
    /// Address of our mail exchanger.
    pub receiving: Option<String>,
    /// Sessions, at most [`super::MOST`].
    pub count: u64,
    /// `failure-reason-code`.
    pub code: Option<String>,
    /// `additional-information`.
    pub more: Option<String>,
}

/// The result under which successful sessions are kept.
pub const SUCCESS: &str = "success";

/// Results that mean that our policy could not be had or is wrong, not that a session failed (RFC 8460 §4.3.2).
pub const POLICY_RESULTS: [&str; 6] = [
    "tlsa-invalid",
    "dnssec-invalid",
    "dane-required",
    "sts-policy-fetch-error",
    "sts-policy-invalid",
    "sts-webpki-invalid",
];

/// All results that RFC 8460 §4.3 knows.
pub const RESULTS: [&str; 11] = [
    "starttls-not-supported",
    "certificate-host-mismatch",
    "certificate-expired",
    "certificate-not-trusted",
    "validation-failure",
    "tlsa-invalid",
    "dnssec-invalid",
    "dane-required",
    "sts-policy-fetch-error",
    "sts-policy-invalid",
    "sts-webpki-invalid",
];

/// A result in words, for people.
#[must_use]
pub fn words(result: &str) -> &str {
    match result {
        SUCCESS => "TLS as it should be",
        "" => "failed, without a reason",
        "starttls-not-supported" => "our server offered no STARTTLS",
        "certificate-host-mismatch" => "the certificate is for another name",
        "certificate-expired" => "the certificate has expired",
        "certificate-not-trusted" => "the certificate is not trusted",
        "validation-failure" => "the certificate could not be validated",
        "tlsa-invalid" => "the TLSA record is wrong or does not match",
        "dnssec-invalid" => "DNSSEC does not validate",
        "dane-required" => "DANE was required and not found",
        "sts-policy-fetch-error" => "the MTA-STS policy could not be fetched",
        "sts-policy-invalid" => "the MTA-STS policy is wrong",
        "sts-webpki-invalid" => "the certificate of the MTA-STS policy's host is not valid",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strength_of_policies() {
        let sts = |mode: &str| {
            let lines = vec!["version: STSv1".into(), format!("mode: {mode}")];
            TlsPolicy { kind: "sts".into(), lines, ..TlsPolicy::default() }
        };
        assert_eq!(sts("enforce").strength(), Some(200));
        assert_eq!((sts("testing").strength(), sts("testing").words()), (Some(100), "MTA-STS, mode testing".into()));
        assert_eq!(sts("none").strength(), Some(0));
        assert_eq!(TlsPolicy { kind: "sts".into(), ..TlsPolicy::default() }.strength(), None);
        assert_eq!(TlsPolicy { kind: "no-policy-found".into(), ..TlsPolicy::default() }.strength(), Some(0));
        assert!(POLICY_RESULTS.iter().all(|result| RESULTS.contains(result)));
        assert!(RESULTS.iter().all(|result| words(result) != *result));
    }
}
