//! `winmail.dat` (MS-OXTNEF): a row of attributes, one of which holds the message's properties.

use super::{
    Packed,
    property::{self, STRING8, UNICODE},
};

/// How it begins.
pub(super) const MAGIC: [u8; 4] = [0x78, 0x9f, 0x3e, 0x22];
/// Attributes and properties looked at.
const ATTRIBUTES: usize = 200;
const PROPERTIES: u32 = 1_000;
/// `attMsgProps` and `attSubject`, both of the message and not of an attachment.
const MESSAGE_PROPERTIES: u32 = 0x0006_9003;
const SUBJECT: u32 = 0x0001_8004;
const OF_MESSAGE: u8 = 1;

/// Bytes read from the front; nothing is left where something is missing.
struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn u16(&mut self) -> Option<u16> {
        self.take(2)?.try_into().ok().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }

    fn count(&mut self) -> Option<usize> {
        usize::try_from(self.u32()?).ok()
    }

    /// A value with its length before it, filled up to four bytes.
    fn filled(&mut self) -> Option<&'b [u8]> {
        let count = self.count()?;
        let value = self.take(count)?;
        self.take(count.wrapping_neg() % 4)?;
        Some(value)
    }
}

/// Reads the properties of the message itself.
pub(super) fn read(bytes: &[u8]) -> Option<Packed> {
    let mut packed = Packed::default();
    let mut reader = Reader(bytes);
    reader.take(MAGIC.len() + 2)?;
    for _ in 0..ATTRIBUTES {
        let Some(attribute) = attribute(&mut reader) else { break };
        match attribute {
            (OF_MESSAGE, MESSAGE_PROPERTIES, data) => {
                // What is broken behind the properties that were read takes nothing from them.
                let _ = properties(&mut Reader(data), &mut packed);
            }
            (OF_MESSAGE, SUBJECT, data) => property::put(&mut packed, 0x0037, &property::text(data, STRING8)),
            _ => {}
        }
    }
    Some(packed)
}

/// Level, id and data of the next attribute; its checksum is passed over.
fn attribute<'b>(reader: &mut Reader<'b>) -> Option<(u8, u32, &'b [u8])> {
    let level = *reader.take(1)?.first()?;
    let id = reader.u32()?;
    let count = reader.count()?;
    let data = reader.take(count)?;
    reader.take(2)?;
    Some((level, id, data))
}

fn properties(reader: &mut Reader<'_>, packed: &mut Packed) -> Option<()> {
    for _ in 0..reader.u32()?.min(PROPERTIES) {
        let (kind, tag) = (reader.u16()?, reader.u16()?);
        if tag >= 0x8000 {
            name(reader)?;
        }
        let many = kind & 0x1000 != 0;
        let kind = kind & 0x0fff;
        let fixed = match kind {
            0x02 | 0x03 | 0x04 | 0x0a | 0x0b => Some(4),
            0x05..=0x07 | 0x14 | 0x40 => Some(8),
            0x48 => Some(16),
            _ => None,
        };
        match (fixed, many) {
            (Some(size), false) => {
                reader.take(size)?;
            }
            (Some(size), true) => {
                let count = reader.count()?;
                reader.take(count.checked_mul(size)?)?;
            }
            (None, _) => {
                for _ in 0..reader.u32()?.min(PROPERTIES) {
                    let value = reader.filled()?;
                    if matches!(kind, STRING8 | UNICODE) && property::WANTED.contains(&tag) {
                        property::put(packed, tag, &property::text(value, kind));
                    }
                }
            }
        }
    }
    Some(())
}

/// The name of a property that has one: a set, and a number or a text.
fn name(reader: &mut Reader<'_>) -> Option<()> {
    reader.take(16)?;
    if reader.u32()? == 0 { reader.take(4) } else { reader.filled() }.map(|_| ())
}
