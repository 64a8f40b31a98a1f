//! A feedback report (RFC 5965): any bytes as its machine part, in its place and in the text.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use postdesk::{domain::site::Site, reading};

fuzz_target!(|bytes: &[u8]| {
    static SITE: OnceLock<Site> = OnceLock::new();
    let site = SITE.get_or_init(postdesk_fuzz::site);
    let head = b"From: a@house.test\nContent-Type: multipart/report; report-type=feedback-report; boundary=x\n\n--x\n\nA report.\n--x\nContent-Type: message/feedback-report\n\n";
    let tail = b"\n--x\nContent-Type: message/rfc822\n\nFrom: bad@college.test\nSubject: Pills\nMessage-ID: <p@college.test>\n\nBuy.\n--x--\n";
    for mail in [[head.as_slice(), bytes, tail].concat(), [b"From: a@house.test\n\n".as_slice(), bytes].concat()] {
        postdesk_fuzz::hold_report(&reading::read(&mail, site));
    }
});
