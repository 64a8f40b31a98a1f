//! The device cookie: a browser from which somebody signed in before is not delayed by what others try.

use axum::http::{HeaderMap, HeaderValue};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::{
    clock::NoEntropy,
    web::{Web, cookie},
};

const COOKIE: &str = "postdesk-device";
/// A year.
const SECONDS: u64 = 365 * 24 * 3600;

fn mac(key: &[u8], login: &str, nonce: &str) -> String {
    // HMAC takes keys of any length, so there is no error to pass on; an empty MAC verifies nothing.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return String::new() };
    mac.update(format!("device {nonce} {login}").as_bytes());
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

/// The nonce of a cookie that this login got on an earlier good sign-in.
fn verified<'a>(cookie: &'a str, key: &[u8], login: &str) -> Option<&'a str> {
    let (nonce, sent) = cookie.split_once('.')?;
    let right = mac(key, login, nonce);
    (!right.is_empty() && bool::from(right.as_bytes().ct_eq(sent.as_bytes()))).then_some(nonce)
}

/// The name under which tries from a known browser are counted.
pub(super) fn throttled_as(web: &Web, headers: &HeaderMap, login: &str) -> Option<String> {
    let cookie = cookie::read(headers, &web.settings, COOKIE)?;
    verified(cookie, web.key.bytes(), login).map(|nonce| format!("device {nonce}"))
}

/// The cookie for a browser from which this login was used.
pub(super) fn cookie(web: &Web, login: &str) -> Result<Option<HeaderValue>, NoEntropy> {
    let nonce = URL_SAFE_NO_PAD.encode(web.clock.unguessable::<16>()?);
    let value = format!("{nonce}.{}", mac(web.key.bytes(), login, &nonce));
    Ok(cookie::write(&web.settings, COOKIE, &value, Some(SECONDS)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_for_one_login_under_one_key() {
        let cookie = format!("abc.{}", mac(b"key", "ada", "abc"));
        assert_eq!(verified(&cookie, b"key", "ada"), Some("abc"));
        assert_eq!(verified(&cookie, b"key", "ben"), None);
        assert_eq!(verified(&cookie, b"other", "ada"), None);
        assert_eq!(verified("abc.", b"key", "ada"), None);
        assert_eq!(verified("abc", b"key", "ada"), None);
    }
}
