//! Takes a message apart into a flat list of parts, within the limits, whatever its nesting.
//!
//! The walk is ours and not the parser's because depth, parts and fields must be bounded here: a parser that
//! builds nested messages also drops them by recursion, and a hostile mail has as many levels as it has lines.

use std::{borrow::Cow, ops::Range};

use mail_parser::{HeaderValue, parsers::MessageStream};

use super::{
    Letter,
    field::{self, Span},
    transfer::{self, Encoding},
};
use crate::domain::site::Limits;

/// What a part is in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Holds content.
    Leaf,
    /// Holds parts.
    Multipart,
    /// Holds one message, or its header: the child.
    Enclosure,
}

/// One part by its outside.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) source: usize,
    pub(crate) spans: Vec<Span>,
    pub(crate) body: Range<usize>,
    pub(crate) shape: Shape,
    pub(crate) children: Vec<usize>,
    pub(crate) media_type: String,
    pub(crate) charset: Option<String>,
    pub(crate) report_type: Option<String>,
    pub(crate) name: String,
    pub(crate) encoding: Encoding,
    pub(crate) attached: bool,
    pub(crate) content_id: Option<String>,
    /// Whether it lies inside an enclosed message.
    pub(crate) enclosed: bool,
}

/// What surrounds the entity that is read next.
struct Around {
    source: usize,
    depth: usize,
    enclosed: bool,
    default_type: &'static str,
}

/// Takes `bytes` apart.
pub(super) fn split(bytes: Cow<'_, [u8]>, limits: Limits) -> Letter<'_> {
    let budget = bytes.len().saturating_mul(2);
    let end = bytes.len();
    let mut letter = Letter { buffers: vec![bytes], parts: Vec::new(), limits };
    let around = Around { source: 0, depth: 0, enclosed: false, default_type: "text/plain" };
    let start = first_field(letter.buffer(0));
    Splitter { letter: &mut letter, budget }.entity(start..end, &around);
    letter
}

/// Skips blank lines and the `From ` line of a mailbox file.
fn first_field(bytes: &[u8]) -> usize {
    let mut at = 0;
    while at < bytes.len() {
        let end = field::line_end(bytes, at);
        let line = bytes.get(at..end).unwrap_or_default();
        let skip = line.trim_ascii().is_empty() || line.starts_with(b"From ") || line.starts_with(b">From ");
        if !skip {
            break;
        }
        at = end;
    }
    at
}

struct Splitter<'l, 'a> {
    letter: &'l mut Letter<'a>,
    /// Bytes that may still be decoded for encoded enclosures.
    budget: usize,
}

impl Splitter<'_, '_> {
    fn entity(&mut self, range: Range<usize>, around: &Around) -> Option<usize> {
        let limits = self.letter.limits;
        if self.letter.parts.len() >= limits.parts {
            return None;
        }
        let buffer = self.letter.buffer(around.source).get(..range.end)?;
        let (spans, body) = field::scan(buffer, range.start, limits.header_fields);
        let part = describe(buffer, spans, body..range.end, around);
        let id = self.letter.parts.len();
        let deep = around.depth >= limits.depth;
        let media_type = part.media_type.clone();
        self.letter.parts.push(part);
        if deep {
            return Some(id);
        }
        if media_type.starts_with("multipart/") {
            self.multipart(id, around, media_type == "multipart/digest");
        } else if is_enclosure(&media_type) {
            self.enclosure(id, around);
        }
        Some(id)
    }

    fn multipart(&mut self, id: usize, around: &Around, digest: bool) {
        let part = &self.letter.parts[id];
        let boundary = self
            .letter
            .fields(id)
            .raw("content-type")
            .and_then(|value| parameters(value).boundary)
            .map(String::into_bytes)
            .or_else(|| guess_boundary(self.letter.body(id)));
        let Some(boundary) = boundary else { return };
        let pieces = pieces(self.letter.buffer(part.source), part.body.clone(), &boundary, self.letter.limits.parts);
        let inner = Around {
            source: around.source,
            depth: around.depth + 1,
            enclosed: around.enclosed,
            default_type: if digest { "message/rfc822" } else { "text/plain" },
        };
        let mut children = Vec::new();
        for piece in pieces {
            let Some(child) = self.entity(piece, &inner) else { break };
            children.push(child);
        }
        if let (false, Some(part)) = (children.is_empty(), self.letter.parts.get_mut(id)) {
            part.shape = Shape::Multipart;
            part.children = children;
        }
    }

    fn enclosure(&mut self, id: usize, around: &Around) {
        let Some(part) = self.letter.parts.get(id) else { return };
        let (mut source, mut range, encoding) = (part.source, part.body.clone(), part.encoding);
        if encoding != Encoding::None {
            if range.len() > self.budget {
                return;
            }
            let decoded = transfer::decode(self.letter.body(id), encoding).into_owned();
            self.budget = self.budget.saturating_sub(decoded.len());
            source = self.letter.buffers.len();
            range = 0..decoded.len();
            self.letter.buffers.push(Cow::Owned(decoded));
        }
        let skipped = first_field(self.letter.buffer(source).get(range.clone()).unwrap_or_default());
        range.start = range.start.saturating_add(skipped).min(range.end);
        let inner = Around { source, depth: around.depth + 1, enclosed: true, default_type: "text/plain" };
        if let (Some(child), Some(part)) = (self.entity(range, &inner), self.letter.parts.get_mut(id)) {
            part.shape = Shape::Enclosure;
            part.children = vec![child];
        }
    }
}

/// Media types that hold a message or the header of one.
fn is_enclosure(media_type: &str) -> bool {
    matches!(
        media_type,
        "message/rfc822"
            | "message/global"
            | "message/news"
            | "text/rfc822-headers"
            | "text/rfc822-header"
            | "text/rfc822"
            | "message/rfc822-headers"
            | "message/global-headers"
    )
}

fn describe(buffer: &[u8], spans: Vec<Span>, body: Range<usize>, around: &Around) -> Part {
    let fields = field::Fields::new(buffer, &spans);
    let content = fields.raw("content-type").map(parameters).unwrap_or_default();
    let placed = fields.raw("content-disposition").map(parameters).unwrap_or_default();
    let encoding =
        fields.keyword("content-transfer-encoding").map_or(Encoding::None, |word| Encoding::from_word(&word));
    let content_id = fields.ids("content-id", 1).pop();
    let attached = placed.media_type == "attachment";
    let name = placed.filename.or(content.name).unwrap_or_default();
    let media_type = if content.media_type.is_empty() { around.default_type.to_owned() } else { content.media_type };
    Part {
        source: around.source,
        body,
        shape: Shape::Leaf,
        children: Vec::new(),
        media_type,
        charset: content.charset,
        report_type: content.report_type,
        name: field::one_line(&name).chars().take(200).collect(),
        encoding,
        attached,
        content_id,
        enclosed: around.enclosed,
        spans,
    }
}

/// What a Content-Type or Content-Disposition says.
#[derive(Default)]
struct Parameters {
    media_type: String,
    boundary: Option<String>,
    charset: Option<String>,
    report_type: Option<String>,
    name: Option<String>,
    filename: Option<String>,
}

fn parameters(value: &[u8]) -> Parameters {
    let cut = value.get(..8 << 10).unwrap_or(value);
    let HeaderValue::ContentType(found) = MessageStream::new(cut).parse_content_type() else {
        return Parameters::default();
    };
    let get = |name| found.attribute(name).map(str::to_owned);
    let media_type = match found.subtype() {
        Some(subtype) => format!("{}/{subtype}", found.ctype()),
        None => found.ctype().to_owned(),
    };
    Parameters {
        media_type: media_type.to_ascii_lowercase(),
        boundary: get("boundary").filter(|b| !b.is_empty()),
        charset: get("charset"),
        report_type: get("report-type").map(|t| t.to_ascii_lowercase()),
        name: get("name"),
        filename: get("filename"),
    }
}

/// The ranges between the boundary's lines. Empty if the boundary does not occur.
fn pieces(buffer: &[u8], body: Range<usize>, boundary: &[u8], limit: usize) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let (mut at, mut open) = (body.start, None);
    while at < body.end {
        let end = field::line_end(buffer, at).min(body.end);
        let line = buffer.get(at..end).unwrap_or_default();
        if let Some(rest) = line.strip_prefix(b"--").and_then(|l| l.strip_prefix(boundary)) {
            let rest = rest.trim_ascii();
            if rest.is_empty() || rest == b"--" {
                if let Some(start) = open.take() {
                    pieces.push(start..before_line_end(buffer, start, at));
                }
                if rest == b"--" || pieces.len() >= limit {
                    return pieces;
                }
                open = Some(end);
            }
        }
        at = end;
    }
    if let Some(start) = open {
        pieces.push(start..body.end);
    }
    pieces
}

/// The line end before a boundary belongs to the boundary.
fn before_line_end(buffer: &[u8], start: usize, at: usize) -> usize {
    let piece = buffer.get(start..at).unwrap_or_default();
    let piece = piece.strip_suffix(b"\n").unwrap_or(piece);
    let piece = piece.strip_suffix(b"\r").unwrap_or(piece);
    start + piece.len()
}

/// A multipart without the parameter: the first line that looks like a boundary and is followed by a field.
fn guess_boundary(body: &[u8]) -> Option<Vec<u8>> {
    let mut lines = body.split(|&b| b == b'\n').take(200).map(<[u8]>::trim_ascii_end).peekable();
    while let Some(line) = lines.next() {
        let next = lines.peek().copied().unwrap_or_default();
        if line.len() > 4 && line.starts_with(b"--") && next.to_ascii_lowercase().starts_with(b"content-") {
            return line.strip_prefix(b"--").map(<[u8]>::to_vec);
        }
    }
    None
}
