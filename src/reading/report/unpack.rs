//! Undoes gzip and zip, with the output capped: a report is small, a bomb is not.

use std::{borrow::Cow, io::Read};

use flate2::read::{DeflateDecoder, MultiGzDecoder};

use super::flaw::Flaws;

/// Most bytes taken out of one layer of a compressed report.
const OUTPUT_BYTES: u64 = 20 << 20;
/// Some reporters compress what is compressed.
const LAYERS: usize = 3;
/// Entries of a zip archive looked at; a report has one.
const ENTRIES: usize = 8;

/// Whether these first bytes may be a report's.
pub(super) fn worth_a_look(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let html = [b"<!doctype".as_slice(), b"<html", b"<body", b"<p>", b"<div"];
    let is_html = html.iter().any(|tag| head.get(..tag.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(tag)));
    let utf16 = [b"\xff\xfe<\0", b"\xfe\xff\0<", b"\xff\xfe{\0", b"\xfe\xff\0{"];
    head.starts_with(b"\x1f\x8b")
        || head.starts_with(b"PK\x03\x04")
        || head.starts_with(b"{")
        || (head.starts_with(b"<") && !is_html)
        || utf16.iter().any(|begin| head.starts_with(*begin))
}

/// The content, whatever it is wrapped in. Broken compression gives what came out before the break. `budget` is what may
/// still be taken out.
pub(super) fn unpack<'b>(bytes: &'b [u8], budget: &mut u64, flaws: &mut Flaws) -> Cow<'b, [u8]> {
    let mut content = Cow::Borrowed(bytes);
    for layer in 0..LAYERS {
        let inner = if content.starts_with(b"\x1f\x8b") {
            drain(MultiGzDecoder::new(content.as_ref()), budget, flaws)
        } else if content.starts_with(b"PK\x03\x04") {
            first_entry(&content, budget, flaws)
        } else {
            break;
        };
        flaws.unless(layer == 0, "what is compressed was compressed again");
        if inner.is_empty() {
            break;
        }
        content = Cow::Owned(inner);
    }
    content
}

/// The content as text. XML and JSON are UTF-8 unless they begin with the mark of UTF-16.
pub(super) fn text(content: &[u8]) -> Cow<'_, str> {
    let unit = match content.get(..2) {
        Some(b"\xff\xfe") => u16::from_le_bytes,
        Some(b"\xfe\xff") => u16::from_be_bytes,
        _ => return String::from_utf8_lossy(content),
    };
    let units = content[2..].chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect::<String>().into()
}

fn drain(reader: impl Read, budget: &mut u64, flaws: &mut Flaws) -> Vec<u8> {
    let most = OUTPUT_BYTES.min(*budget);
    let mut out = Vec::new();
    // An error in the middle leaves what was read so far; the reader of the content sees how far that goes.
    let read = reader.take(most).read_to_end(&mut out);
    let taken = u64::try_from(out.len()).unwrap_or(u64::MAX);
    *budget = budget.saturating_sub(taken);
    if read.is_err() {
        flaws.add("the compressed file is broken or not complete; what came out before the break was read");
    } else if taken >= most {
        flaws.add("the compressed file holds more than is taken out of one; the beginning was read");
    }
    out
}

/// First entry of a zip archive that holds something (APPNOTE 4.3.7): a report has only one.
fn first_entry(zip: &[u8], budget: &mut u64, flaws: &mut Flaws) -> Vec<u8> {
    let mut at = 0usize;
    for entry in 0..ENTRIES {
        let Some(header) = zip.get(at..at.saturating_add(30)).filter(|h| h.starts_with(b"PK\x03\x04")) else { break };
        let short = |i: usize| usize::from(u16::from_le_bytes([header[i], header[i + 1]]));
        let long = |i: usize| usize::from(u16::from_le_bytes([header[i], header[i + 1]])) | short(i + 2) << 16;
        let (method, packed, name, extra) = (short(8), long(18), short(26), short(28));
        let start = at + 30 + name + extra;
        let data = zip.get(start..).unwrap_or_default();
        let out = match method {
            0 => stored(data, packed, budget, flaws),
            8 => drain(DeflateDecoder::new(data), budget, flaws),
            _ => Vec::new(),
        };
        flaws.unless(entry == 0 || out.is_empty(), "the report is not the first file of its archive");
        if !out.is_empty() {
            return out;
        }
        at = start.saturating_add(packed);
    }
    Vec::new()
}

fn stored(data: &[u8], length: usize, budget: &mut u64, flaws: &mut Flaws) -> Vec<u8> {
    let whole = data.get(..length);
    flaws.unless(whole.is_some(), "the archive is not complete; what is there was read");
    drain(whole.unwrap_or(data), budget, flaws)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn broken_archives_give_nothing_or_their_beginning() {
        let mut flaws = Flaws::default();
        assert!(first_entry(b"PK\x03\x04", &mut 100, &mut flaws).is_empty());
        let junk = b"\x1f\x8b\x08junk";
        assert_eq!(unpack(junk, &mut 100, &mut flaws).as_ref(), junk);
        assert!(!flaws.into_words().is_empty());
    }

    #[test]
    fn a_bomb_ends_at_the_budget_of_the_whole_message() {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(&vec![b' '; 1 << 20]).unwrap();
        let bomb = packer.finish().unwrap();
        let mut budget = 1_500_000;
        let sizes: Vec<usize> =
            (0..3).map(|_| unpack(&bomb, &mut budget, &mut Flaws::default()).as_ref().trim_ascii_end().len()).collect();
        assert_eq!((budget, sizes), (0, vec![0, 0, bomb.len()]), "the third gives nothing, and stays as it is");
    }

    #[test]
    fn utf16_is_text_too() {
        let bytes: Vec<u8> = [0xfeff].into_iter().chain("<a>ä".encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert!(worth_a_look(&bytes));
        assert_eq!(text(&bytes), "<a>ä");
    }
}
