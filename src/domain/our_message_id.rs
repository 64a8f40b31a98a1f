//! Our own Message-IDs: `<outbox-id.hmac@domain>`. One whose MAC fails is not ours.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Bytes of the MAC that stand in the Message-ID: 96 bits, beyond guessing by mail.
const MAC_BYTES: usize = 12;

/// The installation's secret under which Message-IDs are made.
#[derive(Clone)]
pub struct MessageIdKey(zeroize::Zeroizing<Vec<u8>>);

impl std::fmt::Debug for MessageIdKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MessageIdKey(…)")
    }
}

impl MessageIdKey {
    /// From the stored secret.
    #[must_use]
    pub fn new(secret: Vec<u8>) -> Self {
        Self(zeroize::Zeroizing::new(secret))
    }

    fn mac(&self, outbox: i64, domain: &str) -> String {
        // HMAC takes keys of any length, so there is no error to pass on; an empty MAC would verify nothing.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return String::new() };
        mac.update(&outbox.to_be_bytes());
        mac.update(domain.as_bytes());
        URL_SAFE_NO_PAD.encode(&mac.finalize().into_bytes()[..MAC_BYTES])
    }

    /// The Message-ID of an outgoing mail, without angle brackets.
    #[must_use]
    pub fn write(&self, outbox: i64, domain: &str) -> String {
        format!("{outbox}.{}@{domain}", self.mac(outbox, domain))
    }

    /// The outgoing mail that a Message-ID names, if its MAC holds.
    #[must_use]
    pub fn read(&self, message_id: &str) -> Option<i64> {
        let (left, domain) = message_id.trim().trim_matches(['<', '>']).rsplit_once('@')?;
        let (id, mac) = left.split_once('.')?;
        let id: i64 = id.parse().ok()?;
        let ours = self.mac(id, domain);
        let same = !ours.is_empty() && bool::from(subtle::ConstantTimeEq::ct_eq(ours.as_bytes(), mac.as_bytes()));
        same.then_some(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_are_read() {
        let key = MessageIdKey::new(vec![7; 32]);
        let id = key.write(42, "college.test");
        assert_eq!(key.read(&format!("<{id}>")), Some(42));
        assert_eq!(key.read(&id.replacen("42.", "43.", 1)), None);
        assert_eq!(key.read(&id.replace("college", "collage")), None);
        assert_eq!(MessageIdKey::new(vec![8; 32]).read(&id), None);
        assert_eq!(key.read("42.@college.test"), None);
    }
}
