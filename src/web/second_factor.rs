//! What the pages of the second factor share: the key that is being set up, and codes for recovery.

use askama::Template;
use axum::response::{IntoResponse, Response};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{Chrome, Page, Visit, WebError, WebResult, qr::Qr, session};
use crate::{
    domain::{
        recovery_code::{CODES, written},
        second_factor::Key,
        secret::Secret,
    },
    store::View,
};

/// A key on a page, to be read by a telephone or typed. No `Debug`.
pub(super) struct KeyShown {
    /// The picture.
    pub qr: Qr,
    /// The key in groups of four.
    pub text: String,
    /// The address that an authenticator on this device opens.
    pub address: String,
}

/// The key that this session is setting up; `fresh` begins anew. It is made of the installation's secret and of chance
/// that the session holds, so that the key itself is stored only once it works, and two sessions never share one.
pub(super) async fn pending(visit: &Visit, fresh: bool) -> WebResult<Option<Key>> {
    let kept = visit.session.get::<String>(session::ENROLMENT).await?;
    let chance = match kept {
        Some(chance) => chance,
        None if fresh => {
            let chance = URL_SAFE_NO_PAD.encode(visit.web.clock.unguessable::<24>()?);
            visit.session.insert(session::ENROLMENT, &chance).await?;
            chance
        }
        None => return Ok(None),
    };
    let mut mac = Hmac::<Sha256>::new_from_slice(visit.web.key.bytes()).map_err(WebError::unexpected)?;
    mac.update(format!("second factor {chance}").as_bytes());
    let bytes = mac.finalize().into_bytes();
    let mut key = [0; 20];
    key.copy_from_slice(&bytes[..20]);
    Ok(Some(Key::new(key)))
}

/// How a key is shown.
pub(super) fn shown(visit: &Visit, key: &Key, login: &str) -> WebResult<KeyShown> {
    let too_long = || WebError::unexpected("the site's name is too long for an authenticator");
    let address = key.address(&visit.web.settings.site.name, login).ok_or_else(too_long)?;
    let letters: Vec<char> = key.base32().expose().chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    let qr = Qr::of(address.expose()).ok_or_else(too_long)?;
    Ok(KeyShown { qr, text: groups.join(" "), address: address.expose().to_owned() })
}

/// A new set of recovery codes.
pub(super) fn fresh_codes(visit: &Visit) -> WebResult<Vec<Secret>> {
    let mut codes = Vec::with_capacity(CODES);
    for _ in 0..CODES {
        codes.push(written(&visit.web.clock.unguessable()?));
    }
    Ok(codes)
}

#[derive(Template)]
#[template(path = "second_factor/codes.html")]
struct Codes<'a> {
    page: Chrome,
    codes: &'a [Secret],
    /// Whether the second factor was set up just now.
    set_up: bool,
    next: &'a str,
}

/// The page that shows recovery codes, this once.
pub(super) async fn codes_page(
    visit: &Visit,
    view: &mut View,
    codes: &[Secret],
    set_up: bool,
    next: &str,
) -> WebResult<Response> {
    let page = visit.chrome(view, "Recovery codes").await?;
    Ok(Page::new(Codes { page, codes, set_up, next }).into_response())
}
