//! Codes for whoever has lost the second factor: shown once, stored as hashes, each good for one sign-in.

use sha2::{Digest, Sha256};

use super::secret::Secret;

/// Codes in a set.
pub const CODES: usize = 10;
/// No letter that looks like a digit (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Five groups of five: 125 bits, so that a plain hash is enough (as for a token).
const LETTERS: usize = 25;
const GROUP: usize = 5;

/// A code out of unguessable bytes: `k3p9x-…`, five groups of five.
#[must_use]
pub fn written(bytes: &[u8; 16]) -> Secret {
    let mut rest = u128::from_le_bytes(*bytes);
    let mut text = String::with_capacity(LETTERS + LETTERS / GROUP);
    for at in 0..LETTERS {
        if at > 0 && at % GROUP == 0 {
            text.push('-');
        }
        let letter = usize::try_from(rest & 31).unwrap_or_default();
        text.push(char::from(ALPHABET[letter]));
        rest >>= 5;
    }
    Secret::new(text)
}

/// What is stored of a code. Dashes, blanks and case do not matter, and a letter stands for the digit it looks like.
#[must_use]
pub fn hashed(typed: &str) -> String {
    let bare: String = typed
        .chars()
        .take(100)
        .filter(char::is_ascii_alphanumeric)
        .map(|c| match c.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        })
        .collect();
    Sha256::digest(format!("recovery {bare}")).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_can_be_typed_as_people_type() {
        let code = written(&[0x5a; 16]);
        let text = code.expose();
        assert_eq!((text.len(), text.matches('-').count()), (29, 4), "{text}");
        assert_eq!(hashed(text), hashed(&text.to_uppercase().replace('-', " ")));
        assert_eq!(hashed("10"), hashed("IO"));
        assert_eq!(hashed("10"), hashed("lo"));
        assert_ne!(hashed(text), hashed(&text[1..]));
        assert_eq!(hashed(text).len(), 64);
    }

    #[test]
    fn no_two_are_alike() {
        let all: std::collections::BTreeSet<String> =
            (0..=255).map(|byte| written(&[byte; 16]).expose().to_owned()).collect();
        assert_eq!(all.len(), 256);
    }
}
