//! IP addresses in text, also as cautious people write them: `192.0.2[.]1`.

use std::{borrow::Cow, net::IpAddr};

/// Addresses that can be a sender's on the Internet.
pub(in crate::reading) fn addresses(text: &str) -> impl Iterator<Item = IpAddr> {
    all(text).filter(|ip| public(*ip))
}

/// Every address in the text, in its order.
pub(super) fn all(text: &str) -> impl Iterator<Item = IpAddr> {
    let plain = armed(text);
    let found: Vec<IpAddr> = plain.split(between).filter(|word| word.len() >= 3).filter_map(read).collect();
    found.into_iter()
}

fn between(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '[' | ']' | '(' | ')' | '{' | '}' | ',' | ';' | '"' | '\'' | '<' | '>' | '=' | '|' | '/' | '`')
}

/// Undoes what keeps a link from being clicked. Only the dot's forms: a scheme is no part of an address.
fn armed(text: &str) -> Cow<'_, str> {
    if text.contains("[.]") || text.contains("(.)") {
        Cow::Owned(text.replace("[.]", ".").replace("(.)", "."))
    } else {
        Cow::Borrowed(text)
    }
}

fn read(word: &str) -> Option<IpAddr> {
    let word = word.trim_end_matches(['.', ':', '!', '?', '*']).trim_start_matches(['*', '.']);
    let word = word.strip_prefix("IPv6:").or_else(|| word.strip_prefix("ipv6:")).unwrap_or(word);
    let with_port = || word.split_once(':').filter(|(ip, port)| !ip.is_empty() && !port.contains(':'));
    let ip: IpAddr = word.parse().ok().or_else(|| {
        let (before, after) = with_port()?;
        // `1.2.3.4:25`, and `IP:1.2.3.4` as subjects have it.
        before.parse().or_else(|_| after.parse()).ok()
    })?;
    // `1.2` is no address, and neither is `::`, which stands in code.
    match ip {
        IpAddr::V6(v6) if v6.is_unspecified() => None,
        IpAddr::V6(v6) => Some(v6.to_ipv4_mapped().map_or(ip, IpAddr::V4)),
        IpAddr::V4(_) => Some(ip),
    }
}

/// Whether a sender on the Internet can have this address.
fn public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => {
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_unspecified()
                || v4.is_link_local()
                || v4.is_multicast()
                || v4.is_broadcast()
                // Version numbers and 0.x networks look like addresses.
                || v4.octets()[0] == 0)
        }
        IpAddr::V6(v6) => {
            !(v6.is_loopback()
                || v6.is_unspecified()
                || v6.is_unicast_link_local()
                || v6.is_unique_local()
                || v6.is_multicast())
        }
    }
}
