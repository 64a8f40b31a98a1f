//! Writes an outgoing mail as bytes. Without chance and without a clock: the same mail is the same bytes,
//! which is what makes a second attempt harmless.

use std::time::{Duration, UNIX_EPOCH};

use lettre::{
    Address, Message,
    address::Envelope,
    message::{
        Body, Mailbox,
        header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue, MIME_VERSION_1_0},
    },
};

use crate::domain::{direction::turns, outgoing::Outgoing};

/// Longest subject and display name, in characters.
const LINE_CHARS: usize = 300;
/// Longest Message-ID that is repeated; a header line must stay below 998 octets.
const ID_BYTES: usize = 250;
/// Most Message-IDs in References: the first one and the latest, as RFC 5537 §3.4.4 advises for news.
const MAX_REFERENCES: usize = 20;

/// Why a mail cannot be written. The words are shown to the person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// The recipient's or our own address is refused.
    #[error("`{0}` cannot be written to: it is no address by the rules of mail; correct it, or answer by another way")]
    Address(String),
    /// Our own Message-ID is none.
    #[error("the Message-ID made for this mail is not valid; look at the first of the site's domains")]
    MessageId,
    /// lettre refuses.
    #[error("the mail cannot be written: {0}")]
    Refused(String),
}

/// Whether mail can be written to an address at all.
#[must_use]
pub fn writable(address: &str) -> bool {
    parse(address).is_some()
}

/// An address in ASCII that lettre takes. Others would need SMTPUTF8 on the whole way, which nobody can promise.
pub(super) fn parse(address: &str) -> Option<Address> {
    let plain = address.is_ascii() && !address.bytes().any(|b| b.is_ascii_control());
    plain.then(|| address.parse().ok()).flatten()
}

/// Writes a mail: text/plain in UTF-8, header and body in ASCII, CRLF line ends only.
///
/// # Errors
/// [`ComposeError`] with words for a person.
pub fn compose(mail: &Outgoing) -> Result<Vec<u8>, ComposeError> {
    let address = |text: &str| parse(text).ok_or_else(|| ComposeError::Address(line(text)));
    let (from, to) = (address(&mail.from_address)?, address(&mail.to_address)?);
    let message_id = valid_id(&mail.message_id).ok_or(ComposeError::MessageId)?;
    let refused = |error: &dyn std::error::Error| ComposeError::Refused(error.to_string());

    let date = UNIX_EPOCH + Duration::from_millis(mail.date.millis().unsigned_abs());
    let mut builder = Message::builder()
        .envelope(Envelope::new(Some(from.clone()), vec![to.clone()]).map_err(|error| refused(&error))?)
        .date(date)
        .from(Mailbox::new(name(&mail.from_name), from))
        .to(Mailbox::new(name(&mail.to_name), to))
        .subject(line(&mail.subject))
        .raw_header(ids("Message-ID", &[message_id]))
        .header(MIME_VERSION_1_0)
        .header(ContentType::TEXT_PLAIN);
    let parent = mail.in_reply_to.as_deref().and_then(valid_id);
    if let Some(parent) = parent {
        builder = builder.raw_header(ids("In-Reply-To", &[parent]));
    }
    let references = references(&mail.references, parent);
    if !references.is_empty() {
        builder = builder.raw_header(ids("References", &references));
    }
    if mail.automatic {
        let name = HeaderName::new_from_ascii_str("Auto-Submitted");
        builder = builder.raw_header(HeaderValue::new(name, "auto-replied".into()));
    }
    let message = builder.body(body(text(&mail.text))?).map_err(|error| refused(&error))?;
    Ok(crlf(&message.formatted()))
}

/// A display name, if there is anything in it.
fn name(text: &str) -> Option<String> {
    Some(line(text)).filter(|name| !name.is_empty())
}

/// One line: whatever could end a header field becomes a space, and what turns the direction of writing is left out.
fn line(text: &str) -> String {
    let plain = text.chars().filter(|c| !turns(*c));
    let flat: String =
        plain.map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).collect();
    flat.trim().chars().take(LINE_CHARS).collect()
}

/// The text with CRLF line ends, one at its end, and without control characters but the tab.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 40);
    for line in text.replace("\r\n", "\n").split(['\n', '\r']) {
        out.extend(line.chars().filter(|c| *c == '\t' || !c.is_control()));
        out.push_str("\r\n");
    }
    let end = out.trim_end_matches(['\r', '\n']).len();
    out.truncate(end);
    out.push_str("\r\n");
    out
}

/// 7bit where it may be, else quoted-printable, which people can still read as it is.
fn body(text: String) -> Result<Body, ComposeError> {
    let written = Body::new_with_encoding(text, ContentTransferEncoding::SevenBit).or_else(|text| {
        let text = String::from_utf8_lossy(&text).into_owned();
        Body::new_with_encoding(text, ContentTransferEncoding::QuotedPrintable)
    });
    written.map_err(|_| ComposeError::Refused("the text cannot be encoded".into()))
}

/// A Message-ID that may stand in a header field as it is.
fn valid_id(id: &str) -> Option<&str> {
    let id = id.trim().trim_start_matches('<').trim_end_matches('>');
    let fine = (1..=ID_BYTES).contains(&id.len())
        && id.contains('@')
        && id.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>' | b','));
    fine.then_some(id)
}

fn references<'a>(all: &'a [String], parent: Option<&'a str>) -> Vec<&'a str> {
    let mut ids: Vec<&str> = Vec::new();
    for id in all.iter().filter_map(|id| valid_id(id)).chain(parent) {
        // The latest place counts, so that the parent comes last.
        ids.retain(|known| *known != id);
        ids.push(id);
    }
    if ids.len() > MAX_REFERENCES {
        let middle = ids.len() - MAX_REFERENCES + 1;
        ids.drain(1..middle);
    }
    ids
}

/// A field of Message-IDs, one a line. Written by us: an encoder would cut long ones into encoded words.
fn ids(name: &'static str, ids: &[&str]) -> HeaderValue {
    let value = ids.iter().map(|id| format!("<{id}>")).collect::<Vec<_>>().join("\r\n ");
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), value.clone(), value)
}

/// Every lone CR or LF becomes CRLF: SMTP knows no other line end.
fn crlf(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 16);
    let mut rest = bytes.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        match byte {
            b'\r' => {
                rest.next_if_eq(&b'\n');
                out.extend_from_slice(b"\r\n");
            }
            b'\n' => out.extend_from_slice(b"\r\n"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
#[path = "compose_tests.rs"]
mod tests;
