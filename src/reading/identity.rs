//! The identity of a mail across mailboxes: the same mail to two role addresses differs only in trace fields.

use sha2::{Digest, Sha256};

use super::letter::Letter;

/// SHA-256 over From, Date, Message-ID, Subject and body. Line ends and blanks at their ends do not count: servers
/// change both on the way.
pub(super) fn of(letter: &Letter<'_>) -> [u8; 32] {
    let mut hash = Sha256::new();
    for name in ["from", "date", "message-id", "subject"] {
        let value = letter.header().raw(name).unwrap_or_default();
        for word in value.split(u8::is_ascii_whitespace).filter(|w| !w.is_empty()) {
            hash.update(word);
            hash.update(b" ");
        }
        hash.update(b"\0");
    }
    for line in letter.raw_body().trim_ascii_end().split(|&b| b == b'\n') {
        hash.update(line.trim_ascii_end());
        hash.update(b"\n");
    }
    hash.finalize().into()
}

/// For bytes that could not be read.
pub(super) fn of_bytes(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
