//! Header fields as they stand in the bytes: where each begins and ends, decoded only when asked for.

use std::ops::Range;

use mail_parser::{Address, HeaderValue, parsers::MessageStream};

use crate::domain::{arrival::Correspondent, time::Moment};

/// Longest value that is decoded. Enough for a References of a long thread.
const VALUE_BYTES: usize = 16 << 10;
/// Longest field name that is taken for one.
const NAME_BYTES: usize = 100;

/// Place of one field in its buffer.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    name: Range<usize>,
    value: Range<usize>,
}

/// Reads a block of fields that begins at `start`: the spans, and where the body begins.
///
/// Lines that are no field are skipped. Where no empty line ends the block, the first such line begins the body,
/// so that its text is not lost. Fields beyond `limit` are passed over.
pub(crate) fn scan(bytes: &[u8], start: usize, limit: usize) -> (Vec<Span>, usize) {
    let mut spans: Vec<Span> = Vec::new();
    let (mut at, mut stray, mut open) = (start, None, false);
    while at < bytes.len() {
        let end = line_end(bytes, at);
        let line = bytes.get(at..end).unwrap_or_default();
        if line.trim_ascii().is_empty() && !line.starts_with(b" ") && !line.starts_with(b"\t") {
            return if spans.is_empty() && stray.is_some() { (spans, start) } else { (spans, end) };
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            if let (true, Some(last)) = (open, spans.last_mut()) {
                last.value.end = end;
            }
        } else if let Some(colon) = name_length(line) {
            open = spans.len() < limit;
            if open {
                let name = line.get(..colon).unwrap_or_default().trim_ascii_end().len();
                spans.push(Span { name: at..at + name, value: at + colon + 1..end });
            }
        } else {
            stray = stray.or(Some(at));
            open = false;
        }
        at = end;
    }
    match stray {
        _ if spans.is_empty() => (spans, start),
        Some(stray) => (spans, stray),
        None => (spans, bytes.len()),
    }
}

/// End of the line that begins at `at`, its line end included.
pub(crate) fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes.get(at..).and_then(|rest| rest.iter().position(|&b| b == b'\n')).map_or(bytes.len(), |n| at + n + 1)
}

/// Where the colon of a field stands, if the line is one.
fn name_length(line: &[u8]) -> Option<usize> {
    let colon = line.iter().take(NAME_BYTES).position(|&b| b == b':')?;
    let name = line.get(..colon)?.trim_ascii_end();
    (!name.is_empty() && name.iter().all(|b| (33..127).contains(b))).then_some(colon)
}

/// A view on one block of fields.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'l> {
    bytes: &'l [u8],
    spans: &'l [Span],
}

impl<'l> Fields<'l> {
    pub(crate) const fn new(bytes: &'l [u8], spans: &'l [Span]) -> Self {
        Self { bytes, spans }
    }

    /// Names and raw values, in the order of the bytes.
    pub fn iter(self) -> impl Iterator<Item = (&'l [u8], &'l [u8])> {
        self.spans.iter().map(move |span| {
            (
                self.bytes.get(span.name.clone()).unwrap_or_default(),
                self.bytes.get(span.value.clone()).unwrap_or_default(),
            )
        })
    }

    /// Raw values of every field of this name.
    pub fn all(self, name: &str) -> impl Iterator<Item = &'l [u8]> {
        self.iter().filter(move |(n, _)| n.eq_ignore_ascii_case(name.as_bytes())).map(|(_, v)| v)
    }

    /// Raw value of the first field of this name.
    #[must_use]
    pub fn raw(self, name: &str) -> Option<&'l [u8]> {
        self.all(name).next()
    }

    /// Whether there is such a field.
    #[must_use]
    pub fn has(self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// The first value, decoded, on one line.
    #[must_use]
    pub fn text(self, name: &str) -> Option<String> {
        self.raw(name).map(decoded)
    }

    /// The first word of a value, lower case: `Auto-Submitted: Auto-Replied; x=y` is `auto-replied`.
    #[must_use]
    pub fn keyword(self, name: &str) -> Option<String> {
        let text = plain(self.raw(name)?);
        let word = text.split([';', '(', ' ', '\t', ',']).find(|w| !w.is_empty())?;
        Some(word.to_ascii_lowercase())
    }

    /// Message-IDs in every field of this name, without angle brackets; at most `limit`, the last ones.
    #[must_use]
    pub fn ids(self, name: &str, limit: usize) -> Vec<String> {
        let mut ids: Vec<String> = self.all(name).flat_map(|v| message_ids(&plain(v))).collect();
        ids.drain(..ids.len().saturating_sub(limit));
        ids
    }

    /// Mailboxes in every field of this name, at most `limit`.
    #[must_use]
    pub fn mailboxes(self, name: &str, limit: usize) -> Vec<Correspondent> {
        self.all(name).flat_map(|v| mailboxes(v, limit)).take(limit).collect()
    }

    /// The first value as a moment.
    #[must_use]
    pub fn moment(self, name: &str) -> Option<Moment> {
        moment(self.raw(name)?)
    }
}

/// A value without folding and without decoding, cut to size.
pub(crate) fn plain(value: &[u8]) -> String {
    let cut = value.get(..VALUE_BYTES).unwrap_or(value);
    let text = String::from_utf8_lossy(cut);
    one_line(&text)
}

/// A value with its encoded words decoded.
pub(crate) fn decoded(value: &[u8]) -> String {
    let cut = value.get(..VALUE_BYTES).unwrap_or(value);
    match MessageStream::new(cut).parse_unstructured() {
        HeaderValue::Text(text) => one_line(&text),
        _ => plain(cut),
    }
}

/// Reads a date as RFC 5322 and its looser kin write it.
pub(crate) fn moment(value: &[u8]) -> Option<Moment> {
    let cut = value.get(..200).unwrap_or(value);
    match MessageStream::new(cut).parse_date() {
        HeaderValue::DateTime(date) if date.is_valid() => Some(Moment::from_secs(date.to_timestamp())),
        _ => None,
    }
}

/// Blanks and control characters of every sort become single blanks.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// Ids in angle brackets; a value without any is taken whole, for those who forget them.
fn message_ids(text: &str) -> Vec<String> {
    let mut ids: Vec<String> = text
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split_once('>').map(|(id, _)| id.trim().to_owned()))
        .filter(|id| !id.is_empty())
        .collect();
    if ids.is_empty() && !text.contains('<') {
        ids.extend(text.split_whitespace().filter(|w| w.contains('@')).map(str::to_owned));
    }
    ids
}

fn mailboxes(value: &[u8], limit: usize) -> Vec<Correspondent> {
    let cut = value.get(..VALUE_BYTES).unwrap_or(value);
    let HeaderValue::Address(found) = MessageStream::new(cut).parse_address() else { return Vec::new() };
    let one = |a: &mail_parser::Addr<'_>| {
        let name = a.name.as_deref().map(one_line).unwrap_or_default();
        let address = a.address.as_deref().map(one_line).unwrap_or_default();
        // A word without an @ that the parser took for an address is shown as the name it is.
        if name.is_empty() && !address.contains('@') && address.contains(' ') {
            Correspondent { name: address, address: String::new() }
        } else {
            Correspondent { name, address }
        }
    };
    match &found {
        Address::List(list) => list.iter().take(limit).map(one).collect(),
        Address::Group(groups) => groups.iter().flat_map(|g| g.addresses.iter()).take(limit).map(one).collect(),
    }
}
