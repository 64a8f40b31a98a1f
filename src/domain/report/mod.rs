//! What others report, by machine, about mail in our name: DMARC aggregate reports and SMTP TLS reports.

pub mod dmarc;
pub mod sender;
pub mod tls;
pub mod worse;

use super::{text_enum::text_enum, time::Moment};

/// A machine's statistics over a span of time: DMARC aggregate, TLS report.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Report {
    /// `dmarc`, `dmarc-failure`, `tls`.
    #[serde(rename = "type")]
    pub report_type: String,
    /// Who reports.
    pub organisation: Option<String>,
    /// About which domain.
    pub domain: Option<String>,
    /// Begin of the span.
    pub begin: Option<Moment>,
    /// End of the span.
    pub end: Option<Moment>,
    /// The reporter's own id.
    pub id: Option<String>,
    /// Rows in it.
    pub records: u64,
    /// Whether it keeps its standard.
    pub conforming: bool,
    /// Whether its figures were read. Readings by versions that read none say no, so that a rereading counts them.
    #[serde(default)]
    pub figured: bool,
    /// The figures themselves. Not kept with the reading: they have tables of their own.
    #[serde(skip)]
    pub figures: Option<Figures>,
}

/// A reading that was kept has lost its figures, and is the same all the same.
impl PartialEq for Report {
    fn eq(&self, other: &Self) -> bool {
        let outside = |report: &Self| {
            let Self { report_type, organisation, domain, begin, end, id, records, conforming, figured, figures: _ } =
                report.clone();
            (report_type, organisation, domain, begin, end, id, records, conforming, figured)
        };
        outside(self) == outside(other)
    }
}

impl Eq for Report {}

/// The figures of one report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// What they say.
    pub content: Content,
    /// Where the report breaks its standard, in words; at most 8. A conforming one has none.
    pub flaws: Vec<String>,
}

/// What a report's figures are about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// RFC 9990, and RFC 7489 appendix C.
    Dmarc(Box<dmarc::Aggregate>),
    /// RFC 8460.
    Tls(tls::TlsReport),
}

impl Default for Content {
    fn default() -> Self {
        Self::Dmarc(Box::default())
    }
}

text_enum! {
    /// Which sort of report.
    Sort { Dmarc = "dmarc", Failure = "dmarc-failure", Tls = "tls" }
}

text_enum! {
    /// How we know that the reporter sent it.
    Proof {
        /// Our own server says that DMARC passed for the sender.
        Dmarc = "dmarc",
        /// Nobody says so. RFC 8460 §5.3 would have an unsigned TLS report ignored.
        Unverified = "unverified",
    }
}

impl Proof {
    /// In words, for people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Dmarc => "verified",
            Self::Unverified => "unverified",
        }
    }
}

/// Greatest count taken from one line of a report: more is a slip or a lie, and sums must not run over.
pub const MOST: u64 = 1_000_000_000;

/// The served domain that a name belongs to: itself, or the longest that it lies under.
#[must_use]
pub fn served<'d>(name: &str, domains: &'d [String]) -> Option<&'d str> {
    let name = name.trim().trim_end_matches('.');
    let under = domains.iter().filter(|domain| super::address::within(name, domain));
    under.max_by_key(|domain| domain.len()).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_reading_is_the_same_without_its_figures() {
        let report = Report { figured: true, figures: Some(Figures::default()), ..Report::default() };
        let kept: Report = serde_json::from_str(&serde_json::to_string(&report).unwrap()).unwrap();
        assert!(kept.figures.is_none() && kept == report);
        let older: Report = serde_json::from_str(r#"{"type":"dmarc","records":1,"conforming":true}"#).unwrap();
        assert!(!older.figured, "an earlier version read no figures");
    }

    #[test]
    fn a_name_belongs_to_the_longest_served_domain_above_it() {
        let domains = ["college.test".to_owned(), "lab.college.test".to_owned()];
        assert_eq!(served("College.test.", &domains), Some("college.test"));
        assert_eq!(served("mx.lab.college.test", &domains), Some("lab.college.test"));
        assert_eq!(served("notcollege.test", &domains), None);
        assert_eq!(served("", &domains), None);
    }
}
