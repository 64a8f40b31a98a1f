//! Access tokens for XOAUTH2: client credentials or a refresh token at a token endpoint (RFC 6749 §4.4, §6).

use std::{path::PathBuf, time::Duration};

use crate::{
    domain::{secret::Secret, time::Moment},
    mail::{
        tls::{self, TlsError},
        words::one_line,
    },
};

/// For the whole request.
const TIME_OUT: Duration = Duration::from_secs(20);
/// Largest answer that is read; tokens have some kilobytes.
const MAX_ANSWER: usize = 64 << 10;
/// Life of a token whose endpoint does not tell, which RFC 6749 allows.
const UNTOLD_LIFE: u64 = 300;
/// Longest life that is believed.
const LONGEST_LIFE: u64 = 7 * 86_400;

/// How a token is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flow {
    /// The console itself is entitled.
    ClientCredentials,
    /// A person once consented; this token stands for that.
    Refresh(Secret),
}

/// What the token endpoint must be told.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The token endpoint; https, unless the host is loopback.
    pub token_url: String,
    /// The console's id there.
    pub client_id: String,
    /// The console's password there; empty for a public client.
    pub client_secret: Secret,
    /// Wanted scope; empty for the endpoint's default.
    pub scope: String,
    /// How the token is asked for.
    pub flow: Flow,
    /// The only certificates to trust, if given.
    pub ca_file: Option<PathBuf>,
}

/// A token as just given.
#[derive(Clone, Debug)]
pub struct Renewed {
    /// The access token.
    pub access: Secret,
    /// When it ends, by our clock.
    pub expires_at: Moment,
    /// A new refresh token, to be kept in place of the old one before anything else is done.
    pub refresh: Option<Secret>,
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum OauthError {
    /// The endpoint's address is of no use.
    #[error("token_url `{0}` must be an https address (http only on this machine)")]
    Address(String),
    /// TLS cannot be set up on our side.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The endpoint cannot be asked.
    #[error("the token endpoint {url} cannot be reached: {why}; it is tried again by itself")]
    Unreachable {
        /// Endpoint.
        url: String,
        /// What is wrong.
        why: &'static str,
    },
    /// The endpoint refuses.
    #[error(
        "the token endpoint {url} refused ({status}): {reason}; look at client id and secret, and whether the consent still holds"
    )]
    Refused {
        /// Endpoint.
        url: String,
        /// HTTP status.
        status: u16,
        /// `error` and `error_description` of RFC 6749 §5.2.
        reason: String,
    },
    /// The endpoint's answer is none.
    #[error(
        "the answer of the token endpoint {0} cannot be read; look whether the address is that of the token endpoint"
    )]
    Unreadable(String),
}

impl OauthError {
    /// Whether it may pass by itself.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Refused { status, .. } => *status >= 500 || *status == 429,
            _ => false,
        }
    }
}

/// A source of access tokens for one mailbox. Holds the present one and renews it ahead of time.
pub struct TokenSource {
    grant: Grant,
    mark: String,
    http: reqwest::Client,
    held: Option<Held>,
}

struct Held {
    access: Secret,
    renew_at: Moment,
    expires_at: Moment,
}

impl std::fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenSource").field("grant", &self.grant).finish_non_exhaustive()
    }
}

#[derive(serde::Deserialize)]
struct Answer {
    access_token: Secret,
    #[serde(default)]
    expires_in: Option<serde_json::Number>,
    #[serde(default)]
    refresh_token: Option<Secret>,
}

#[derive(Default, serde::Deserialize)]
struct Refusal {
    #[serde(default)]
    error: String,
    #[serde(default)]
    error_description: String,
}

/// Tells one configured token from another without telling it.
fn mark_of(token: &Secret) -> String {
    use base64::Engine;
    use sha2::Digest;
    let hash = sha2::Sha256::digest(token.expose().as_bytes());
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&hash[..9])
}

impl TokenSource {
    /// A source for a grant. `kept` is what [`TokenSource::to_keep`] gave last, or empty: the refresh token in it
    /// stands before the grant's, unless the grant's was changed since.
    ///
    /// # Errors
    /// [`OauthError::Address`], [`OauthError::Tls`].
    pub fn new(mut grant: Grant, kept: &str) -> Result<Self, OauthError> {
        let address = || OauthError::Address(grant.token_url.clone());
        let url = reqwest::Url::parse(&grant.token_url).map_err(|_| address())?;
        let loopback = url.host_str().is_some_and(tls::is_loopback);
        if url.scheme() != "https" && !(url.scheme() == "http" && loopback) {
            return Err(address());
        }
        let mut http = reqwest::Client::builder()
            .timeout(TIME_OUT)
            .connect_timeout(TIME_OUT)
            // A redirect would carry the secret to whom nobody named.
            .redirect(reqwest::redirect::Policy::none());
        if loopback {
            http = http.no_proxy();
        }
        let config = tls::client(grant.ca_file.as_deref())?;
        let http = http.tls_backend_preconfigured((*config).clone()).build().map_err(|_| address())?;
        let mut mark = String::new();
        if let Flow::Refresh(token) = &mut grant.flow {
            mark = mark_of(token);
            if let Some((_, rotated)) = kept.split_once(':').filter(|(of, _)| *of == mark) {
                *token = Secret::new(rotated.to_owned());
            }
        }
        Ok(Self { grant, mark, http, held: None })
    }

    /// How a rotated refresh token is kept: with a mark of the configured one, so that a newly configured token is not
    /// hidden by the rotated child of an old one.
    #[must_use]
    pub fn to_keep(&self, rotated: &Secret) -> Secret {
        Secret::new(format!("{}:{}", self.mark, rotated.expose()))
    }

    /// An access token that is good now, and, if it had to be asked for, what the endpoint gave.
    ///
    /// From four fifths of its life on a token is renewed; if that fails while it is still good, it serves on.
    /// Not to be cancelled: a rotated refresh token would be lost with the answer.
    ///
    /// # Errors
    /// [`OauthError`].
    pub async fn access(&mut self, now: Moment) -> Result<(Secret, Option<Renewed>), OauthError> {
        if let Some(held) = self.held.as_ref().filter(|held| now < held.renew_at) {
            return Ok((held.access.clone(), None));
        }
        match self.renew(now).await {
            Ok(renewed) => Ok((renewed.access.clone(), Some(renewed))),
            Err(error) => match self.held.as_ref().filter(|held| error.is_passing() && now < held.expires_at) {
                Some(held) => Ok((held.access.clone(), None)),
                None => Err(error),
            },
        }
    }

    /// When the present token should be renewed; `None` while there is none.
    #[must_use]
    pub fn renew_at(&self) -> Option<Moment> {
        self.held.as_ref().map(|held| held.renew_at)
    }

    /// Forgets the present token: the mail server did not take it.
    pub fn forget(&mut self) {
        self.held = None;
    }

    /// Asks for a token now.
    ///
    /// # Errors
    /// [`OauthError`].
    pub async fn renew(&mut self, now: Moment) -> Result<Renewed, OauthError> {
        let answer = self.ask().await?;
        let told = answer.expires_in.as_ref().and_then(serde_json::Number::as_f64).unwrap_or(0.0);
        // Not a number, negative or absurd: a short life does no harm.
        let life = if told >= 1.0 { Duration::from_secs_f64(told.min(1e9)).as_secs() } else { UNTOLD_LIFE };
        let life = life.min(LONGEST_LIFE);
        let expires_at = now.plus(Duration::from_secs(life));
        let renew_at = now.plus(Duration::from_secs(life * 4 / 5));
        self.held = Some(Held { access: answer.access_token.clone(), renew_at, expires_at });
        let mut refresh = None;
        if let (Flow::Refresh(token), Some(new)) = (&mut self.grant.flow, answer.refresh_token)
            && !new.is_empty()
            && *token != new
        {
            *token = new.clone();
            refresh = Some(new);
        }
        Ok(Renewed { access: answer.access_token, expires_at, refresh })
    }

    async fn ask(&self) -> Result<Answer, OauthError> {
        let url = self.grant.token_url.clone();
        let mut form = vec![("client_id", self.grant.client_id.as_str())];
        match &self.grant.flow {
            Flow::ClientCredentials => form.push(("grant_type", "client_credentials")),
            Flow::Refresh(token) => form.extend([("grant_type", "refresh_token"), ("refresh_token", token.expose())]),
        }
        if !self.grant.client_secret.is_empty() {
            form.push(("client_secret", self.grant.client_secret.expose()));
        }
        if !self.grant.scope.is_empty() {
            form.push(("scope", &self.grant.scope));
        }
        let request = self.http.post(&url).header("accept", "application/json").form(&form);
        let mut response = request.send().await.map_err(|error| unreachable(&url, &error))?;
        let status = response.status();
        let mut body = zeroize::Zeroizing::new(Vec::new());
        while let Some(piece) = response.chunk().await.map_err(|error| unreachable(&url, &error))? {
            if body.len() + piece.len() > MAX_ANSWER {
                return Err(OauthError::Unreadable(url));
            }
            body.extend_from_slice(&piece);
        }
        if !status.is_success() {
            let refusal: Refusal = serde_json::from_slice(&body).unwrap_or_default();
            let words = format!("{} {}", refusal.error, refusal.error_description);
            let reason = if words.trim().is_empty() { "no reason given".to_owned() } else { one_line(&words, 200) };
            return Err(OauthError::Refused { url, status: status.as_u16(), reason: self.without_secrets(reason) });
        }
        let answer = serde_json::from_slice::<Answer>(&body).ok().filter(|answer| !answer.access_token.is_empty());
        answer.ok_or(OauthError::Unreadable(url))
    }

    /// An endpoint may quote what it was sent.
    fn without_secrets(&self, mut text: String) -> String {
        let refresh = match &self.grant.flow {
            Flow::Refresh(token) => Some(token),
            Flow::ClientCredentials => None,
        };
        for secret in [Some(&self.grant.client_secret), refresh].into_iter().flatten().filter(|s| !s.is_empty()) {
            text = text.replace(secret.expose(), "…");
        }
        text
    }
}

fn unreachable(url: &str, error: &reqwest::Error) -> OauthError {
    let why = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection, or its certificate is not trusted"
    } else {
        "the connection broke"
    };
    OauthError::Unreachable { url: url.to_owned(), why }
}

#[cfg(test)]
mod tests;
