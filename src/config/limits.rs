//! `[limits]`: how much of a message is looked at, and how much the web door takes.

use std::{ops::RangeInclusive, time::Duration};

use super::section::Section;
use crate::domain::site::Limits;

/// What the web door takes. Each is named in `docs/limits.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WebLimits {
    /// Connections at once; further ones wait to be accepted.
    pub connections: usize,
    /// Connections of one address at once, trusted proxies aside; further ones are closed.
    pub connections_per_address: usize,
    /// Bytes of a request's line and header fields.
    pub header_bytes: usize,
    /// How long a client may take for them, and how long a connection may be idle.
    pub header_time: Duration,
    /// Bytes of a form.
    pub form_bytes: usize,
    /// How long a client may take to send it.
    pub body_time: Duration,
    /// How long a client may take nothing of its answer.
    pub answer_time: Duration,
    /// How long the answer to a request may take to begin.
    pub request_time: Duration,
    /// Live streams of one account at once.
    pub streams_per_account: usize,
}

impl Default for WebLimits {
    fn default() -> Self {
        Self {
            connections: 512,
            connections_per_address: 64,
            header_bytes: 32 << 10,
            header_time: Duration::from_secs(15),
            form_bytes: 1 << 20,
            body_time: Duration::from_secs(20),
            answer_time: Duration::from_mins(1),
            request_time: Duration::from_secs(30),
            streams_per_account: 8,
        }
    }
}

/// Reads the limits of reading and those of the web door.
pub(super) fn read(mut section: Section<'_>) -> (Limits, WebLimits) {
    let default = Limits::default();
    let limits = Limits {
        message_bytes: section.whole::<u64>("message_mib", &(1..=1_024)).map_or(default.message_bytes, |mib| mib << 20),
        header_fields: section.whole("header_fields", &(50..=100_000)).unwrap_or(default.header_fields),
        parts: section.whole("parts", &(10..=100_000)).unwrap_or(default.parts),
        depth: section.whole("depth", &(2..=100)).unwrap_or(default.depth),
        text_bytes: section.whole::<usize>("text_kib", &(16..=16_384)).map_or(default.text_bytes, |kib| kib << 10),
    };
    let web = web(&mut section);
    section.finish();
    (limits, web)
}

fn web(section: &mut Section<'_>) -> WebLimits {
    let default = WebLimits::default();
    let mut seconds = |key: &str, default: Duration| {
        let bounds: RangeInclusive<i64> = 1..=600;
        section.whole::<u64>(key, &bounds).map_or(default, Duration::from_secs)
    };
    let (header_time, body_time, answer_time, request_time) = (
        seconds("header_seconds", default.header_time),
        seconds("body_seconds", default.body_time),
        seconds("answer_seconds", default.answer_time),
        seconds("request_seconds", default.request_time),
    );
    WebLimits {
        connections: section.whole("connections", &(8..=65_536)).unwrap_or(default.connections),
        connections_per_address: section
            .whole("connections_per_address", &(4..=65_536))
            .unwrap_or(default.connections_per_address),
        header_bytes: section.whole::<usize>("header_kib", &(8..=1_024)).map_or(default.header_bytes, |kib| kib << 10),
        header_time,
        form_bytes: section.whole::<usize>("form_kib", &(16..=65_536)).map_or(default.form_bytes, |kib| kib << 10),
        body_time,
        answer_time,
        request_time,
        streams_per_account: section.whole("streams_per_account", &(1..=1_000)).unwrap_or(default.streams_per_account),
    }
}
