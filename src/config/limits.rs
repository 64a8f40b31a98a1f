//! `[limits]`: how much of a message is looked at.

use super::section::Section;
use crate::domain::site::Limits;

/// Reads the limits.
pub(super) fn read(mut section: Section<'_>) -> Limits {
    let default = Limits::default();
    let limits = Limits {
        message_bytes: section.whole::<u64>("message_mib", &(1..=1_024)).map_or(default.message_bytes, |mib| mib << 20),
        header_fields: section.whole("header_fields", &(50..=100_000)).unwrap_or(default.header_fields),
        parts: section.whole("parts", &(10..=100_000)).unwrap_or(default.parts),
        depth: section.whole("depth", &(2..=100)).unwrap_or(default.depth),
        text_bytes: section.whole::<usize>("text_kib", &(16..=16_384)).map_or(default.text_bytes, |kib| kib << 10),
    };
    section.finish();
    limits
}
