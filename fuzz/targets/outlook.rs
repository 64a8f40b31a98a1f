//! Any bytes as an Outlook message and as winmail.dat.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use postdesk::{domain::site::Site, reading};

fuzz_target!(|bytes: &[u8]| {
    static SITE: OnceLock<Site> = OnceLock::new();
    let site = SITE.get_or_init(postdesk_fuzz::site);
    let head = b"From: a@house.test\nTo: abuse@college.test\nSubject: spam from your server\nContent-Type: application/octet-stream\n\n".as_slice();
    for magic in [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), b"\x78\x9f\x3e\x22", b""] {
        postdesk_fuzz::hold_report(&reading::read(&[head, magic, bytes].concat(), site));
    }
});
