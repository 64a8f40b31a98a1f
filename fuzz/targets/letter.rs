//! A message: read for the desk, and taken apart for a person.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use postdesk::{desk::open, domain::site::Site, reading};

fuzz_target!(|bytes: &[u8]| {
    static SITE: OnceLock<Site> = OnceLock::new();
    let site = SITE.get_or_init(postdesk_fuzz::site);
    let reading = reading::read(bytes, site);
    assert_eq!(reading.identity, reading::read(bytes, site).identity, "the same bytes are the same mail");
    assert!(reading::text(bytes, site.limits).len() <= site.limits.text_bytes, "text within its limit");
    let opened = open::open(bytes, site.limits).expect("no parser breaks");
    for attachment in opened.attachments.iter().take(5) {
        assert!(open::attachment(bytes, site.limits, attachment.part).is_some(), "what is listed can be had");
    }
});
