//! Domains, addresses, hosts and names as a configuration writes them: stricter than mail from outside.

use std::net::IpAddr;

use crate::domain::address;

/// What is wrong, and the remedy.
type Wrong = (String, String);

/// A domain or host name in lower case, without the dot at its end.
pub(super) fn domain(text: &str) -> Result<String, Wrong> {
    let name = text.trim().trim_end_matches('.').to_ascii_lowercase();
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    if name.len() > 253 || !name.split('.').all(label) {
        let remedy =
            if name.is_ascii() { "Write it like college.test" } else { "Write its ASCII form, which begins with xn--" };
        return Err(("not a domain name".into(), remedy.into()));
    }
    Ok(name)
}

/// A mail address, folded.
pub(super) fn mail_address(text: &str) -> Result<String, Wrong> {
    let wrong =
        || ("not a mail address".to_owned(), "Write it like postmaster@college.test, without a name".to_owned());
    let folded = address::fold(text);
    let (local, host) = folded.rsplit_once('@').ok_or_else(wrong)?;
    let fit = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    if !(1..=64).contains(&local.len()) || !local.chars().all(fit) || local.split('.').any(str::is_empty) {
        return Err(wrong());
    }
    Ok(format!("{local}@{}", domain(host)?))
}

/// A host name or an IP address, in lower case; brackets around IPv6 are taken off.
pub(super) fn host(text: &str) -> Result<String, Wrong> {
    let bare = text.trim().trim_start_matches('[').trim_end_matches(']');
    if let Ok(ip) = bare.parse::<IpAddr>() {
        return Ok(ip.to_string());
    }
    domain(bare).map_err(|_| {
        ("not a host name or an IP address".into(), "Write it like imap.college.test, without a port".into())
    })
}

/// Whether a host is this machine itself, by its name alone: nothing is looked up.
pub(super) fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

/// A login, as accounts have it.
pub(super) fn login(text: &str) -> Result<String, Wrong> {
    let folded = address::fold(text);
    if !crate::domain::account::valid_login(&folded) {
        return Err(("not a login".into(), "Write the name somebody signs in with".into()));
    }
    Ok(folded)
}

/// A language tag as `en` or `de-CH`.
pub(super) fn language(text: &str) -> Result<String, Wrong> {
    let (language, region) = text.split_once('-').map_or((text, None), |(language, region)| (language, Some(region)));
    let fit = (2..=3).contains(&language.len())
        && language.bytes().all(|b| b.is_ascii_lowercase())
        && region.is_none_or(|region| region.len() == 2 && region.bytes().all(|b| b.is_ascii_uppercase()));
    if fit { Ok(text.to_owned()) } else { Err(("not a language".into(), "Write it like en, de or de-CH".into())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_hosts_and_addresses() {
        assert_eq!(domain("College.Test.").unwrap(), "college.test");
        assert!(["", "a..b", "-a.test", "a b", "ü.test", "https://a.test"].iter().all(|text| domain(text).is_err()));
        assert_eq!(mail_address("Postmaster@College.test").unwrap(), "postmaster@college.test");
        assert!(
            ["postmaster", "a..b@c.test", "@c.test", "a@", "A <a@c.test", "a b@c.test"]
                .iter()
                .all(|t| mail_address(t).is_err())
        );
        assert_eq!(host("[::1]").unwrap(), "::1");
        assert!(host("imap.test:993").is_err());
    }

    #[test]
    fn loopback_by_name_or_number() {
        assert!(
            ["localhost", "127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"].iter().all(|host| is_loopback(host))
        );
        assert!(["0.0.0.0", "192.0.2.1", "localhost.test", "127.0.0.1.test"].iter().all(|host| !is_loopback(host)));
    }

    #[test]
    fn languages() {
        assert!(language("de-CH").is_ok() && language("en").is_ok());
        assert!(language("german").is_err() && language("DE").is_err());
    }
}
