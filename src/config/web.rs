//! `[web]`: the door for browsers and programs.

use std::net::SocketAddr;

use super::{network::Network, section::Section, words};

/// `[web]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Web {
    /// Address and port to listen on. Plain HTTP; a proxy in front gives HTTPS.
    pub listen: SocketAddr,
    /// The origin people type, as `https://desk.college.test`: no path, no `/` at its end.
    pub public_url: String,
    /// Networks of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
}

impl Web {
    pub(super) fn read(mut section: Section<'_>) -> Self {
        let listen = section.read("listen", |text| {
            let wrong =
                |_| ("not an address and a port".to_owned(), "Write it like 127.0.0.1:8025 or [::1]:8025".to_owned());
            text.trim().parse().map_err(wrong)
        });
        let listen = listen.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8025)));
        let public_url = section.read("public_url", origin).unwrap_or_else(|| format!("http://{listen}"));
        let trusted_proxies = section.networks("trusted_proxies");
        if public_url.starts_with("http://") && !authority_host(&public_url).is_some_and(words::is_loopback) {
            section.report.note(format!(
                "web.public_url is {public_url}: browsers send the sign-in cookie over HTTPS only, so that nobody can \
                 sign in. Put a proxy with HTTPS in front and write its https:// address"
            ));
        }
        section.finish();
        Self { listen, public_url, trusted_proxies }
    }
}

/// The host within an origin, without brackets and port.
fn authority_host(origin: &str) -> Option<&str> {
    let authority = origin.split_once("://")?.1;
    if let Some(v6) = authority.strip_prefix('[') {
        return v6.split_once(']').map(|(host, _)| host);
    }
    Some(authority.split_once(':').map_or(authority, |(host, _)| host))
}

/// An http(s) origin: scheme, host, perhaps a port, nothing behind.
fn origin(text: &str) -> Result<String, (String, String)> {
    let wrong = || {
        let remedy = "Write it like https://desk.college.test, without a path, a user or a question mark";
        ("not an http or https address without a path".to_owned(), remedy.to_owned())
    };
    let text = text.trim().trim_end_matches('/').to_ascii_lowercase();
    let (scheme, authority) = text.split_once("://").ok_or_else(wrong)?;
    let host = authority_host(&text).ok_or_else(wrong)?;
    let behind = authority.trim_start_matches('[').strip_prefix(host).unwrap_or("").trim_start_matches(']');
    let port_fits =
        behind.is_empty() || behind.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok_and(|p| p > 0));
    if !matches!(scheme, "http" | "https") || words::host(host).is_err() || !port_fits {
        return Err(wrong());
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins() {
        assert_eq!(origin("HTTPS://Desk.College.test/").unwrap(), "https://desk.college.test");
        assert_eq!(origin("http://127.0.0.1:8025").unwrap(), "http://127.0.0.1:8025");
        assert_eq!(origin("http://[::1]:8025").unwrap(), "http://[::1]:8025");
        for text in [
            "desk.test",
            "ftp://desk.test",
            "https://desk.test/x",
            "https://a@desk.test",
            "https://",
            "http://h:0",
            "http://h?x",
        ] {
            assert!(origin(text).is_err(), "{text}");
        }
    }
}
