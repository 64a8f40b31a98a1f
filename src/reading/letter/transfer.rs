//! Transfer encodings and character sets, undone as far as they can be.

use std::borrow::Cow;

use mail_parser::decoders::{
    base64::base64_decode, charsets::map::charset_decoder, quoted_printable::quoted_printable_decode,
};

/// Content-Transfer-Encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// 7bit, 8bit, binary and whatever else: taken as it is.
    None,
    /// Base64.
    Base64,
    /// Quoted-printable.
    QuotedPrintable,
}

impl Encoding {
    pub(super) fn from_word(word: &str) -> Self {
        match word {
            "base64" => Self::Base64,
            "quoted-printable" => Self::QuotedPrintable,
            _ => Self::None,
        }
    }
}

/// Undoes the transfer encoding; what cannot be undone is repaired byte by byte.
pub(crate) fn decode(bytes: &[u8], encoding: Encoding) -> Cow<'_, [u8]> {
    match encoding {
        Encoding::None => Cow::Borrowed(bytes),
        Encoding::Base64 => Cow::Owned(base64_decode(bytes).unwrap_or_else(|| base64_of_the_rest(bytes))),
        Encoding::QuotedPrintable => {
            Cow::Owned(quoted_printable_decode(bytes).unwrap_or_else(|| quoted_printable_of_the_rest(bytes)))
        }
    }
}

/// Base64 among other characters: every character of the alphabet counts, padding and the rest do not.
fn base64_of_the_rest(bytes: &[u8]) -> Vec<u8> {
    let (mut out, mut bits, mut held) = (Vec::with_capacity(bytes.len() / 4 * 3), 0u32, 0u32);
    for &b in bytes {
        let six = match b {
            b'A'..=b'Z' => b - b'A',
            b'a'..=b'z' => b - b'a' + 26,
            b'0'..=b'9' => b - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        bits = (bits << 6 | u32::from(six)) & 0xff_ffff;
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push(u8::try_from((bits >> held) & 0xff).unwrap_or_default());
        }
    }
    out
}

/// Quoted-printable with mistakes: an `=` that encodes nothing stays.
fn quoted_printable_of_the_rest(bytes: &[u8]) -> Vec<u8> {
    let hex = |b: &u8| char::from(*b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&b) = bytes.get(at) {
        at += 1;
        if b != b'=' {
            out.push(b);
            continue;
        }
        match (bytes.get(at), bytes.get(at + 1)) {
            (Some(b'\n'), _) => at += 1,
            (Some(b'\r'), Some(b'\n')) => at += 2,
            (Some(high), Some(low)) => match (hex(high), hex(low)) {
                (Some(high), Some(low)) => {
                    out.push(high << 4 | low);
                    at += 2;
                }
                _ => out.push(b),
            },
            _ => out.push(b),
        }
    }
    out
}

/// Bytes as text. Without a known character set UTF-8 is tried, then Windows-1252, which takes anything.
pub(crate) fn text(bytes: &[u8], charset: Option<&str>) -> String {
    // Exchange's delivery reports use a label that the parser's table lacks.
    let charset = match charset.map(str::to_ascii_lowercase).as_deref() {
        Some("unicode-1-1-utf-7") => Some("utf-7".to_owned()),
        Some("" | "us-ascii" | "ascii" | "utf-8" | "utf8" | "unknown-8bit") | None => None,
        Some(other) => Some(other.to_owned()),
    };
    if let Some(decoder) = charset.as_deref().and_then(|c| charset_decoder(c.as_bytes())) {
        return decoder(bytes);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        // A cut inside the last character is no reason to doubt the rest.
        Err(error) if error.error_len().is_none() => String::from_utf8_lossy(bytes).into_owned(),
        Err(_) => match charset_decoder(b"windows-1252") {
            Some(decoder) if charset.is_none() && !mostly_utf8(bytes) => decoder(bytes),
            _ => String::from_utf8_lossy(bytes).into_owned(),
        },
    }
}

/// Whether the bytes hold valid multi-byte characters besides the broken ones.
fn mostly_utf8(bytes: &[u8]) -> bool {
    bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii())
}
