//! XARF: any bytes as its JSON, as its YAML, and as a bare file.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use postdesk::{domain::site::Site, reading};

fuzz_target!(|bytes: &[u8]| {
    static SITE: OnceLock<Site> = OnceLock::new();
    let site = SITE.get_or_init(postdesk_fuzz::site);
    let json = b"From: a@house.test\nContent-Type: application/json; name=xarf.json\n\n".as_slice();
    let yaml = b"From: a@house.test\nX-XARF: PLAIN\nContent-Type: text/plain; name=report.txt\n\nReport-Type: x\n".as_slice();
    for head in [json, yaml, b"".as_slice()] {
        postdesk_fuzz::hold_report(&reading::read(&[head, bytes].concat(), site));
    }
});
