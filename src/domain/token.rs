//! API tokens: what is shown once, and what is stored.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::secret::Secret;

/// What every token begins with, so that one that leaked is known for what it is.
const MARK: &str = "pdk_";

/// A token out of unguessable bytes.
#[must_use]
pub fn written(bytes: &[u8; 32]) -> Secret {
    Secret::new(format!("{MARK}{}", URL_SAFE_NO_PAD.encode(bytes)))
}

/// Whether a text says what a token is for.
#[must_use]
pub fn valid_name(name: &str) -> bool {
    !name.trim().is_empty() && name.chars().count() <= 100 && !name.contains(char::is_control)
}

/// What is stored of a token: its SHA-256, hex. A token is unguessable by itself, so no slow hash is needed.
#[must_use]
pub fn hashed(token: &str) -> String {
    Sha256::digest(token).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_a_mark_and_a_hash_that_is_not_it() {
        let token = written(&[7; 32]);
        assert!(token.expose().starts_with(MARK) && token.expose().len() == MARK.len() + 43);
        assert_eq!(hashed(token.expose()).len(), 64);
        assert_ne!(hashed(token.expose()), hashed("pdk_"));
    }
}
