//! The parsed message, tolerant of anything: a flat list of parts over the bytes, decoded only when asked for.

mod body;
mod enclosed;
pub(crate) mod field;
mod split;
mod transfer;

use std::borrow::Cow;

pub(crate) use body::cut as field_cut;
pub use field::Fields;
pub(crate) use split::{Part, Shape};

use crate::domain::{reading::Attachment, site::Limits};

/// Attachments listed of one message.
const ATTACHMENTS: usize = 100;
/// Most header fields given out for display.
const SHOWN_FIELDS: usize = 500;

/// A received message, taken apart.
#[derive(Debug)]
pub struct Letter<'a> {
    buffers: Vec<Cow<'a, [u8]>>,
    parts: Vec<Part>,
    limits: Limits,
}

impl<'a> Letter<'a> {
    /// Takes a message apart. Any bytes will do; what is beyond the limits is left as a whole.
    #[must_use]
    pub fn new(bytes: &'a [u8], limits: Limits) -> Self {
        let whole = usize::try_from(limits.message_bytes).unwrap_or(usize::MAX);
        let bytes = bytes.get(..whole).unwrap_or(bytes);
        split::split(lines_ended(bytes), limits)
    }

    /// Header fields of the message.
    #[must_use]
    pub fn header(&self) -> Fields<'_> {
        self.fields(0)
    }

    /// Header fields for display, in their order: name and decoded value, each cut to 4 KiB.
    #[must_use]
    pub fn shown_fields(&self) -> Vec<(String, String)> {
        let cut = |text: String| if text.len() > 4096 { text.chars().take(4096).collect() } else { text };
        self.header()
            .iter()
            .take(SHOWN_FIELDS)
            .map(|(name, value)| (String::from_utf8_lossy(name).into_owned(), cut(field::decoded(value))))
            .collect()
    }

    /// Everything after the header, as it stands.
    #[must_use]
    pub fn raw_body(&self) -> &[u8] {
        self.body(0)
    }

    /// Media type of the message, lower case.
    #[must_use]
    pub fn media_type(&self) -> &str {
        self.parts.first().map_or("text/plain", |p| &p.media_type)
    }

    /// The `report-type` of the message's Content-Type, lower case.
    #[must_use]
    pub fn report_type(&self) -> Option<&str> {
        self.parts.first().and_then(|p| p.report_type.as_deref())
    }

    /// Attachments: every leaf and enclosed message that is not the text a person reads.
    #[must_use]
    pub fn attachments(&self) -> Vec<Attachment> {
        let shown = self.shown_parts();
        self.parts
            .iter()
            .enumerate()
            .filter(|(id, part)| !part.enclosed && part.shape != Shape::Multipart && !shown.contains(id))
            .take(ATTACHMENTS)
            .filter_map(|(id, part)| {
                Some(Attachment {
                    part: u32::try_from(id).ok()?,
                    name: part.name.clone(),
                    media_type: part.media_type.clone(),
                    size: u64::try_from(self.content(id).len()).unwrap_or(u64::MAX),
                })
            })
            .collect()
    }

    /// One attachment: name, media type, decoded bytes.
    #[must_use]
    pub fn attachment(&self, part: u32) -> Option<(String, String, Cow<'_, [u8]>)> {
        let id = usize::try_from(part).ok()?;
        let part = self.parts.get(id)?;
        (part.shape != Shape::Multipart).then(|| (part.name.clone(), part.media_type.clone(), self.content(id)))
    }

    /// An inline image by its Content-ID: media type and decoded bytes.
    #[must_use]
    pub fn inline_image(&self, content_id: &str) -> Option<(String, Cow<'_, [u8]>)> {
        let wanted = content_id.trim_start_matches('<').trim_end_matches('>');
        let (id, part) = self.parts.iter().enumerate().find(|(_, part)| {
            !part.enclosed && part.media_type.starts_with("image/") && part.content_id.as_deref() == Some(wanted)
        })?;
        Some((part.media_type.clone(), self.content(id)))
    }

    pub(crate) fn parts(&self) -> impl Iterator<Item = (usize, &Part)> {
        self.parts.iter().enumerate()
    }

    pub(crate) fn part(&self, id: usize) -> Option<&Part> {
        self.parts.get(id)
    }

    pub(crate) fn fields(&self, id: usize) -> Fields<'_> {
        self.parts.get(id).map_or(Fields::new(&[], &[]), |p| Fields::new(self.buffer(p.source), &p.spans))
    }

    /// Raw body of a part.
    pub(crate) fn body(&self, id: usize) -> &[u8] {
        self.parts.get(id).and_then(|p| self.buffer(p.source).get(p.body.clone())).unwrap_or_default()
    }

    /// Body of a part, its transfer encoding undone.
    pub(crate) fn content(&self, id: usize) -> Cow<'_, [u8]> {
        self.parts.get(id).map_or(Cow::Borrowed(&[]), |p| transfer::decode(self.body(id), p.encoding))
    }

    /// The first decoded bytes of a part, to tell what it is without decoding it all.
    pub(crate) fn content_head(&self, id: usize) -> Cow<'_, [u8]> {
        let body = self.body(id).trim_ascii_start();
        let head = body.get(..120).unwrap_or(body);
        self.parts.get(id).map_or(Cow::Borrowed(&[]), |p| transfer::decode(head, p.encoding))
    }

    fn buffer(&self, source: usize) -> &[u8] {
        self.buffers.get(source).map_or(&[], |b| b.as_ref())
    }
}

/// Bare CRs become line ends: some systems write them instead of line feeds, and every standard reader would see
/// one endless line. Other bytes are not copied.
fn lines_ended(bytes: &[u8]) -> Cow<'_, [u8]> {
    let bare = bytes.iter().enumerate().any(|(i, &b)| b == b'\r' && bytes.get(i + 1) != Some(&b'\n'));
    if !bare {
        return Cow::Borrowed(bytes);
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&b) = bytes.get(at) {
        at += 1;
        if b != b'\r' {
            out.push(b);
            continue;
        }
        // CR CR LF is one line end that went through two hands.
        let run = bytes.get(at..).unwrap_or_default().iter().take_while(|&&b| b == b'\r').count();
        if bytes.get(at + run) == Some(&b'\n') {
            out.push(b'\n');
            at += run + 1;
        } else {
            out.push(b'\n');
        }
    }
    Cow::Owned(out)
}

/// Bytes of no known character set as text.
pub(crate) fn text_of(bytes: &[u8]) -> String {
    transfer::text(bytes, None)
}
