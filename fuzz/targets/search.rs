//! The search field: whatever is typed, a list or a word about it, never a mistake of ours.
#![no_main]

use libfuzzer_sys::fuzz_target;
use postdesk_fuzz::{console, encoded};

fuzz_target!(|typed: &[u8]| {
    console().hold("GET", &format!("/api/v1/tickets?q={}", encoded(typed)), Vec::new());
});
