//! The two cookies that are not the session: one for the form before sign-in, one that marks a known browser.

use axum::http::{HeaderMap, HeaderValue, header};

use super::state::Settings;

/// The name a cookie has: with `__Host-` where cookies are for HTTPS only, so that no other host can plant one.
pub(super) fn name(settings: &Settings, name: &str) -> String {
    if settings.is_secure() { format!("__Host-{name}") } else { name.to_owned() }
}

/// A cookie of the request.
pub(super) fn read<'a>(headers: &'a HeaderMap, settings: &Settings, wanted: &str) -> Option<&'a str> {
    let wanted = name(settings, wanted);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == wanted)
        .map(|(_, value)| value)
}

/// A `Set-Cookie` value; without `seconds` it ends with the browser. Both parts are ours and plain ASCII.
pub(super) fn write(settings: &Settings, cookie: &str, value: &str, seconds: Option<u64>) -> Option<HeaderValue> {
    let secure = if settings.is_secure() { "; Secure" } else { "" };
    let age = seconds.map_or_else(String::new, |seconds| format!("; Max-Age={seconds}"));
    let name = name(settings, cookie);
    HeaderValue::from_str(&format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}")).ok()
}
