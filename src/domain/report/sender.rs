//! Who sends, as far as a report tells: the network of an address, and a name that DKIM or SPF proved.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::dmarc::Record;

/// Longest address or name kept, in characters.
const CHARS: usize = 100;

/// The network an address is counted under: /24 of IPv4, /48 of IPv6, which is what one site has. Empty for what is no
/// address.
#[must_use]
pub fn network(source: &str) -> String {
    match source.trim().parse::<IpAddr>().map(|ip| ip.to_canonical()) {
        Ok(IpAddr::V4(ip)) => {
            let [a, b, c, _] = ip.octets();
            format!("{}/24", Ipv4Addr::new(a, b, c, 0))
        }
        Ok(IpAddr::V6(ip)) => {
            let [a, b, c, ..] = ip.segments();
            format!("{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
        Err(_) => String::new(),
    }
}

/// An address in its usual form; what is none, as given and cut.
#[must_use]
pub fn address(source: &str) -> String {
    let text = source.trim();
    text.parse::<IpAddr>().map_or_else(|_| text.chars().take(CHARS).collect(), |ip| ip.to_canonical().to_string())
}

/// The name of who sent, other than the domain in the From field: the domain of a signature that verified, else the one
/// for which SPF passed. Empty if there is none.
#[must_use]
pub fn name(record: &Record) -> String {
    let signed = record.dkim_results.iter().filter(|one| one.result == "pass").map(|one| &one.domain);
    let allowed = record.spf_results.iter().filter(|one| one.result == "pass").map(|one| &one.domain);
    let other = signed.chain(allowed).find(|domain| !domain.is_empty() && !record.is_from(domain));
    other.map(|domain| domain.trim_end_matches('.').to_lowercase().chars().take(CHARS).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::report::dmarc::{DkimResult, SpfResult};

    #[test]
    fn networks() {
        assert_eq!(network("192.0.2.77"), "192.0.2.0/24");
        assert_eq!(network("::ffff:192.0.2.77"), "192.0.2.0/24");
        assert_eq!(network("2001:db8:1:2::3"), "2001:db8:1::/48");
        assert_eq!(network("mail.test"), "");
        assert_eq!(address(" 2001:DB8:0:0::1 "), "2001:db8::1");
    }

    #[test]
    fn names_are_of_others() {
        let mut record = Record { header_from: "college.test".into(), ..Record::default() };
        assert_eq!(name(&record), "");
        let spf = |domain: &str| SpfResult { domain: domain.into(), result: "pass".into(), ..SpfResult::default() };
        record.spf_results = vec![spf("bounce.college.test"), spf("out.shop.test")];
        assert_eq!(name(&record), "out.shop.test");
        let signed = |domain: &str, result: &str| DkimResult {
            domain: domain.into(),
            result: result.into(),
            ..DkimResult::default()
        };
        record.dkim_results =
            vec![signed("college.test", "pass"), signed("Mailer.test", "pass"), signed("x.test", "fail")];
        assert_eq!(name(&record), "mailer.test");
    }
}
