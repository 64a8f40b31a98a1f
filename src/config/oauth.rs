//! OAuth 2 for IMAP (XOAUTH2): client credentials, or a refresh token.

use super::{section::Section, words};
use crate::domain::secret::Secret;

/// How to get access tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OAuth {
    /// The token endpoint.
    pub token_url: String,
    /// Our client's id.
    pub client_id: String,
    /// Our client's secret.
    pub client_secret: Option<Secret>,
    /// The first refresh token. Without one, the client credentials grant is used.
    pub refresh_token: Option<Secret>,
    /// The scope asked for.
    pub scope: Option<String>,
}

impl OAuth {
    /// The keys that belong to it.
    pub(super) const KEYS: [&'static str; 7] = [
        "token_url",
        "client_id",
        "client_secret",
        "client_secret_file",
        "refresh_token",
        "refresh_token_file",
        "scope",
    ];
}

impl Section<'_> {
    pub(super) fn oauth(&mut self) -> Option<OAuth> {
        let token_url = self.required("token_url", "Write the token endpoint's https address", |section, key| {
            section.read(key, endpoint)
        });
        let client_id = self.required("client_id", "Write the id of the client registered for Postdesk", Section::text);
        let given =
            ["client_secret", "client_secret_file", "refresh_token", "refresh_token_file"].map(|key| self.has(key));
        let client_secret = self.secret("client_secret");
        let refresh_token = self.secret("refresh_token");
        let scope = self.text("scope");
        if given == [false; 4] {
            self.lacks(
                "client_secret_file",
                "missing",
                "Name a file with the client's secret, or give refresh_token_file",
            );
            return None;
        }
        Some(OAuth { token_url: token_url?, client_id: client_id?, client_secret, refresh_token, scope })
    }
}

/// An https URL; http for this machine alone, since tokens travel on it.
fn endpoint(text: &str) -> Result<String, (String, String)> {
    let wrong = || {
        let remedy = "Write an https:// address without a user; http:// is for 127.0.0.0/8, ::1 and localhost";
        ("not a safe web address".to_owned(), remedy.to_owned())
    };
    let (scheme, rest) = text.split_once("://").ok_or_else(wrong)?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split_once(']').map(|(host, _)| host),
        None => authority.split(':').next(),
    };
    let host = host.and_then(|host| words::host(host).ok()).ok_or_else(wrong)?;
    let safe = scheme == "https" || (scheme == "http" && words::is_loopback(&host));
    if !safe || authority.contains('@') || text.contains(char::is_whitespace) {
        return Err(wrong());
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints() {
        for text in ["https://login.test/token", "http://127.0.0.1:9/token", "http://[::1]:9/"] {
            assert!(endpoint(text).is_ok(), "{text}");
        }
        for text in ["http://login.test/token", "login.test", "https://a:b@login.test/", "https://", "ftp://localhost/"]
        {
            assert!(endpoint(text).is_err(), "{text}");
        }
    }
}
