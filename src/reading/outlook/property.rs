//! The properties that are looked for, by their tags (MS-OXPROPS).

use super::Packed;

/// Longest value kept, in bytes.
pub(super) const VALUE_BYTES: usize = 64 << 10;

/// Text in the sender's character set, and in UTF-16.
pub(super) const STRING8: u16 = 0x001e;
pub(super) const UNICODE: u16 = 0x001f;

/// `PidTagTransportMessageHeaders`.
const HEADERS: u16 = 0x007d;
/// `PidTagInternetMessageId`.
const MESSAGE_ID: u16 = 0x1035;
/// `PidTagSenderSmtpAddress`, `PidTagSentRepresentingSmtpAddress`, `PidTagSenderEmailAddress`.
const SENDERS: [u16; 3] = [0x5d01, 0x5d02, 0x0c1f];
/// `PidTagSubject`.
const SUBJECT: u16 = 0x0037;

/// The tags in the order they are asked for.
pub(super) const WANTED: [u16; 6] = [HEADERS, MESSAGE_ID, SENDERS[0], SENDERS[1], SENDERS[2], SUBJECT];

/// Puts a value where it belongs; what is there already stays.
pub(super) fn put(packed: &mut Packed, tag: u16, value: &str) {
    let value = value.trim_matches(['\0', ' ', '\r', '\n']);
    if value.is_empty() {
        return;
    }
    match tag {
        HEADERS if packed.header.is_empty() => {
            // Exchange begins it with a line that is no field.
            let start = value.starts_with("Microsoft Mail Internet Headers");
            let from = if start { value.find('\n').map_or(0, |at| at + 1) } else { 0 };
            value.get(from..).unwrap_or(value).clone_into(&mut packed.header);
        }
        MESSAGE_ID => {
            let id = value.trim_matches(['<', '>']);
            packed.message_id.get_or_insert_with(|| id.chars().take(500).collect());
        }
        SUBJECT => {
            packed.subject.get_or_insert_with(|| value.chars().take(500).collect());
        }
        // Addresses of the old directory have no @.
        tag if SENDERS.contains(&tag) && value.contains('@') => {
            packed.from.get_or_insert_with(|| value.chars().take(500).collect());
        }
        _ => {}
    }
}

/// A value as text.
pub(super) fn text(bytes: &[u8], kind: u16) -> String {
    let bytes = bytes.get(..VALUE_BYTES).unwrap_or(bytes);
    if kind == UNICODE {
        let units = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    } else {
        crate::reading::letter::text_of(bytes)
    }
}
