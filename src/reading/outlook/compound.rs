//! `.msg` (MS-OXMSG): a compound file with a stream for each property.

use std::io::{Cursor, Read};

use super::{
    Packed,
    property::{self, STRING8, UNICODE, VALUE_BYTES},
};

/// How a compound file begins.
pub(super) const MAGIC: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// Reads the properties of the message itself; of those packed into it, nothing.
pub(super) fn read(bytes: &[u8]) -> Option<Packed> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).ok()?;
    let mut packed = Packed::default();
    for tag in property::WANTED {
        for kind in [UNICODE, STRING8] {
            let path = format!("/__substg1.0_{tag:04X}{kind:04X}");
            if !file.is_stream(&path) {
                continue;
            }
            let Ok(stream) = file.open_stream(&path) else { continue };
            let mut value = Vec::new();
            let limit = u64::try_from(VALUE_BYTES).unwrap_or(u64::MAX);
            if stream.take(limit).read_to_end(&mut value).is_ok() {
                property::put(&mut packed, tag, &property::text(&value, kind));
            }
        }
    }
    Some(packed)
}
