//! The second factor: a key in a person's authenticator, and codes that it makes for spans of thirty seconds (RFC 6238).

use totp_rs::{Builder, Secret as Bytes, Totp};

use super::{secret::Secret, time::Moment};

/// Seconds for which a code is shown.
pub const STEP: u64 = 30;
/// Steps by which a telephone's clock may be off, either way.
const DRIFT: u16 = 1;

/// A key, as authenticators take it: base32. Its `Debug` shows nothing of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(Secret);

impl Key {
    /// A key out of unguessable bytes.
    #[must_use]
    pub fn new(bytes: [u8; 20]) -> Self {
        Self(Secret::new(Bytes::from(bytes).to_base32()))
    }

    /// A key as it was stored or typed; blanks and case do not matter.
    #[must_use]
    pub fn written(text: &Secret) -> Option<Self> {
        let bare: String = text.expose().chars().filter(|c| !c.is_whitespace()).collect();
        let key = Self(Secret::new(bare.to_ascii_uppercase()));
        key.totp("").map(|_| key)
    }

    /// The key in base32, to be stored or shown to its owner.
    #[must_use]
    pub const fn base32(&self) -> &Secret {
        &self.0
    }

    fn totp(&self, login: &str) -> Option<Totp> {
        let bytes = Bytes::try_from_base32(self.0.expose()).ok()?;
        Builder::new()
            .with_secret(bytes)
            .with_skew(DRIFT)
            .with_step_duration(STEP)
            .with_account_name(login)
            .build()
            .ok()
    }

    /// The step that a code belongs to, if it is one of this moment's. Whoever accepts a code notes its step, so that none
    /// is accepted twice.
    #[must_use]
    pub fn step_of(&self, code: &str, now: Moment) -> Option<i64> {
        let code: String = code.chars().filter(|c| !c.is_whitespace()).take(10).collect();
        let step = self.totp("")?.check(&code, seconds(now))?;
        i64::try_from(step).ok()
    }

    /// The code of a moment. For tests and for the demo; the console never shows one.
    #[must_use]
    pub fn code(&self, now: Moment) -> Option<Secret> {
        Some(Secret::new(self.totp("")?.generate(seconds(now)).to_string()))
    }

    /// The address that an authenticator reads from a picture.
    #[must_use]
    pub fn address(&self, site: &str, login: &str) -> Option<Secret> {
        // A colon would end the issuer's name.
        let issuer = format!("Postdesk {}", site.replace(':', " ")).trim_end().to_owned();
        let bytes = Bytes::try_from_base32(self.0.expose()).ok()?;
        let builder = Builder::new().with_secret(bytes).with_account_name(login).with_issuer(Some(issuer));
        builder.build().ok()?.to_url().ok().map(Secret::new)
    }
}

fn seconds(now: Moment) -> u64 {
    u64::try_from(now.secs()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn key() -> Key {
        Key::new(*b"12345678901234567890")
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, the last six digits.
        for (time, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(key().code(Moment::from_secs(time)).unwrap().expose(), code);
        }
    }

    #[test]
    fn a_clock_may_be_off_by_one_step_and_no_more() {
        let now = Moment::from_secs(1_800_000_000);
        let step = 60_000_000;
        let at = |steps: i64| key().code(Moment::from_secs(1_800_000_000 + steps * 30)).unwrap();
        for off in -1..=1 {
            assert_eq!(key().step_of(at(off).expose(), now), Some(step + off), "{off}");
        }
        for off in [-2, 2] {
            assert_eq!(key().step_of(at(off).expose(), now), None, "{off}");
        }
        let later = now.plus(Duration::from_secs(29));
        assert_eq!(key().step_of(at(0).expose(), later), Some(step));
    }

    #[test]
    fn what_is_no_code_is_wrong() {
        let now = Moment::from_secs(59);
        assert_eq!(key().step_of(" 287 082 ", now), Some(1));
        for text in ["", "28708", "2870823", "+87082", "２８７０８２", "abcdef", "000000"] {
            assert_eq!(key().step_of(text, now), None, "{text}");
        }
    }

    #[test]
    fn a_key_is_read_back_and_shown_to_nobody() {
        let text = key().base32().clone();
        assert_eq!(Key::written(&text), Some(key()));
        assert_eq!(Key::written(&Secret::new(text.expose().to_lowercase())), Some(key()));
        assert_eq!(Key::written(&Secret::new("MZXW6".into())), None, "too short");
        assert_eq!(Key::written(&Secret::new("not base32!".into())), None);
        let shown = format!("{:?} {:?}", key(), key().address("College", "ada"));
        assert!(!shown.contains("GEZDG"), "{shown}");
    }

    #[test]
    fn an_authenticator_shows_site_and_login() {
        let address = key().address("The College: Bonn", "ada").unwrap();
        let wanted = "otpauth://totp/Postdesk%20The%20College%20%20Bonn:ada?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
                      &issuer=Postdesk%20The%20College%20%20Bonn";
        assert_eq!(address.expose(), wanted);
    }
}
