//! Where a request comes from.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::ConnectInfo,
    http::{HeaderMap, request::Parts},
};

use crate::config::Network;

/// The client's address. `X-Forwarded-For` is believed only from a trusted proxy, and then read from its end: the first
/// address that is no trusted proxy is the client. What stands before it anybody may have written.
pub(super) fn address(parts: &Parts, trusted: &[Network]) -> Option<IpAddr> {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical())?;
    Some(behind_proxies(peer, &parts.headers, trusted))
}

fn behind_proxies(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let is_proxy = |ip: IpAddr| trusted.iter().any(|network| network.contains(ip));
    let mut client = peer;
    let told: Vec<_> = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).collect();
    let mut hops = told.iter().flat_map(|value| value.split(',')).rev();
    while is_proxy(client) {
        let Some(ip) = hops.next().and_then(|hop| hop.trim().parse::<IpAddr>().ok()) else { break };
        client = ip.to_canonical();
    }
    client
}

/// The name under which tries from an address are counted: a whole /64 in IPv6, where one person has so many.
pub(super) fn throttled_as(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => format!("address {ip}"),
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("address {a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        let trusted = ["127.0.0.1".parse().unwrap(), "10.0.0.0/8".parse().unwrap()];
        behind_proxies(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(client("192.0.2.9", &["198.51.100.1"]), "192.0.2.9");
        assert_eq!(client("127.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(client("127.0.0.1", &["203.0.113.5, 198.51.100.1, 10.1.1.1"]), "198.51.100.1");
        assert_eq!(client("127.0.0.1", &["203.0.113.5", "198.51.100.1"]), "198.51.100.1");
        assert_eq!(client("127.0.0.1", &["not an address"]), "127.0.0.1");
        assert_eq!(client("127.0.0.1", &[]), "127.0.0.1");
    }

    #[test]
    fn a_whole_network_of_ipv6_counts_as_one() {
        assert_eq!(throttled_as("2001:db8::1".parse().unwrap()), throttled_as("2001:db8::2".parse().unwrap()));
        assert_ne!(throttled_as("192.0.2.1".parse().unwrap()), throttled_as("192.0.2.2".parse().unwrap()));
    }
}
