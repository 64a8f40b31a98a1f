//! Reads kept bytes, and survives a reader that fails: the message is set aside and holds up no other.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::{domain::reading::Reading, domain::site::Site, reading};

/// The reading, or `None` where the reader failed, which is a fault of ours.
pub(super) fn read(bytes: &[u8], site: &Site) -> Option<Reading> {
    // Nothing that a failed reading touched is used again.
    catch_unwind(AssertUnwindSafe(|| {
        crate::app::break_off_at("read", bytes);
        reading::read(bytes, site)
    }))
    .ok()
}

/// What is told of a message that cannot be read: what its header says, if that can be read by itself.
pub(super) fn outside(bytes: &[u8], site: &Site) -> Reading {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").map_or(bytes.len(), |at| at + 4);
    catch_unwind(AssertUnwindSafe(|| reading::read(&bytes[..end], site))).unwrap_or_else(|_| reading::read(b"", site))
}
