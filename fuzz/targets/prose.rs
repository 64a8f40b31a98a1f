//! Free text: any bytes as what somebody writes to the abuse address.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use postdesk::{domain::site::Site, reading};

fuzz_target!(|bytes: &[u8]| {
    static SITE: OnceLock<Site> = OnceLock::new();
    let site = SITE.get_or_init(postdesk_fuzz::site);
    let head = b"From: a@house.test\nTo: abuse@college.test\nContent-Type: text/plain; charset=utf-8\nSubject: ".as_slice();
    let reading = reading::read(&[head, bytes].concat(), site);
    postdesk_fuzz::hold_report(&reading);
    let again = reading::read(&[head, bytes].concat(), site);
    assert_eq!((reading.kind, reading.evidence), (again.kind, again.evidence), "the same words mean the same");
});
