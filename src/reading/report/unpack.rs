//! Undoes gzip and zip, with the output capped: a report is small, a bomb is not.

use std::{borrow::Cow, io::Read};

use flate2::read::{DeflateDecoder, MultiGzDecoder};

/// Most bytes taken out of a compressed report.
const OUTPUT_BYTES: u64 = 20 << 20;
/// Some reporters compress what is compressed.
const LAYERS: usize = 3;

/// Whether these first bytes may be a report's.
pub(super) fn worth_a_look(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    head.starts_with(b"\x1f\x8b")
        || head.starts_with(b"PK\x03\x04")
        || head.starts_with(b"{")
        || head.starts_with(b"<?xml")
        || head.starts_with(b"<feedback")
        || head.starts_with(b"<!--")
}

/// The content, whatever it is wrapped in. Broken compression gives what came out before the break.
pub(super) fn unpack(bytes: &[u8]) -> Cow<'_, [u8]> {
    let mut content = Cow::Borrowed(bytes);
    for _ in 0..LAYERS {
        let inner = if content.starts_with(b"\x1f\x8b") {
            drain(MultiGzDecoder::new(content.as_ref()))
        } else if content.starts_with(b"PK\x03\x04") {
            first_entry(&content)
        } else {
            break;
        };
        if inner.is_empty() {
            break;
        }
        content = Cow::Owned(inner);
    }
    content
}

fn drain(reader: impl Read) -> Vec<u8> {
    let mut out = Vec::new();
    // An error in the middle leaves what was read so far; the XML reader sees how far that goes.
    let _ = reader.take(OUTPUT_BYTES).read_to_end(&mut out);
    out
}

/// First entry of a zip archive that holds something (APPNOTE 4.3.7): a report has only one.
fn first_entry(zip: &[u8]) -> Vec<u8> {
    let mut at = 0usize;
    for _ in 0..8 {
        let Some(header) = zip.get(at..at.saturating_add(30)).filter(|h| h.starts_with(b"PK\x03\x04")) else { break };
        let short = |i: usize| usize::from(u16::from_le_bytes([header[i], header[i + 1]]));
        let long = |i: usize| usize::from(u16::from_le_bytes([header[i], header[i + 1]])) | short(i + 2) << 16;
        let (method, packed, name, extra) = (short(8), long(18), short(26), short(28));
        let start = at + 30 + name + extra;
        let data = zip.get(start..).unwrap_or_default();
        let out = match method {
            0 => data.get(..packed).unwrap_or(data).to_vec(),
            8 => drain(DeflateDecoder::new(data)),
            _ => Vec::new(),
        };
        if !out.is_empty() {
            return out;
        }
        at = start.saturating_add(packed);
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_archives_give_nothing() {
        assert!(first_entry(b"PK\x03\x04").is_empty());
        assert_eq!(unpack(b"\x1f\x8b\x08junk").as_ref(), b"\x1f\x8b\x08junk");
    }
}
