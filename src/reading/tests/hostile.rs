//! Mail that tries to break its reader. None may panic, none may take long, each is shown somehow.

use std::fmt::Write as _;

use super::*;

/// Reads on a small stack, as a worker thread has it, and says how long it took.
fn survives(bytes: Vec<u8>) -> Reading {
    let done = std::thread::Builder::new().stack_size(512 << 10).spawn(move || read(&bytes)).unwrap();
    let reading = done.join().expect("reading must not panic");
    assert!(reading.evidence.iter().all(|e| e.rule != "reading.given-up"), "a parser below panicked");
    reading
}

#[test]
fn nothing_and_almost_nothing() {
    for bytes in [
        b"".as_slice(),
        b"\0",
        b"\n",
        b"\r",
        b":",
        b": x",
        b"a",
        b"\xff\xfe\xfd",
        b"From ",
        b"--",
        b"Content-Type: multipart/mixed; boundary=",
    ] {
        assert_eq!(survives(bytes.to_vec()).kind, Kind::Other);
    }
}

#[test]
fn text_without_a_header_is_shown() {
    assert_eq!(survives(b"hello there\nno header at all\n".to_vec()).text.trim(), "hello there\nno header at all");
    let reading = survives(b"Subject: x\nFrom: a@b.test\nthis line is no field\nand the text goes on".to_vec());
    assert!(reading.text.contains("the text goes on"));
}

#[test]
fn no_message_id_invalid_utf_8_and_nul() {
    let reading = survives(b"From: \xff\xfe <a@b.test>\nSubject: caf\xe9 \x00 x\n\nna\xefve \x00 text\n".to_vec());
    assert_eq!(reading.arrival.message_id, None);
    assert_eq!(reading.arrival.from.address, "a@b.test");
    assert!(!reading.text.contains('\0') && reading.text.contains("na\u{ef}ve"));
    assert!(!reading.arrival.subject.contains('\0'));
}

#[test]
fn a_hundred_thousand_header_lines() {
    let mut mail = "X-Filler: yes\n".repeat(100_000);
    mail.push_str("Subject: below\n\nbody\n");
    let reading = survives(mail.into_bytes());
    assert_eq!(reading.text.trim(), "body");
    let folded = format!("Subject: {}\n\nbody\n", "a\n ".repeat(100_000));
    assert!(survives(folded.into_bytes()).arrival.subject.len() <= 998);
    let references = format!("References: {}\n\nbody\n", "<a@b.test> ".repeat(100_000));
    assert!(survives(references.into_bytes()).arrival.references.len() <= 100);
}

#[test]
fn a_thousand_levels() {
    let messages = "Content-Type: message/rfc822\n\n".repeat(1_000);
    survives(messages.into_bytes());
    let mut multiparts = String::new();
    for level in 0..1_000 {
        let _ = write!(multiparts, "Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n");
    }
    multiparts.push_str("\nthe end\n");
    survives(multiparts.into_bytes());
    let digests = "Content-Type: multipart/digest; boundary=d\n\n--d\n\n".repeat(50_000);
    survives(digests.into_bytes());
}

#[test]
fn levels_inside_encodings() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let mut mail = "Content-Type: message/rfc822\n\n".repeat(50_000).into_bytes();
    for _ in 0..6 {
        let inner = STANDARD.encode(&mail);
        mail = format!("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{inner}").into_bytes();
    }
    survives(mail);
}

#[test]
fn two_hundred_thousand_parts() {
    let mut mail = "Content-Type: multipart/mixed; boundary=p\n\n".to_owned();
    mail.push_str(&"--p\n\nx\n".repeat(200_000));
    let reading = survives(mail.into_bytes());
    assert!(reading.attachments.len() <= 100);
}

#[test]
fn many_recipients_in_a_report() {
    let mut mail = "Return-Path: <>\nContent-Type: multipart/report; report-type=delivery-status; boundary=p\n\n--p\nContent-Type: message/delivery-status\n\n".to_owned();
    for n in 0..50_000 {
        let _ = write!(mail, "\nFinal-Recipient: rfc822; u{n}@far.test\nAction: failed\nStatus: 5.1.1\n");
    }
    let reading = survives(mail.into_bytes());
    assert_eq!(reading.kind, Kind::DeliveryError);
    assert!(reading.deliveries.len() <= 500);
}

#[test]
fn compression_bombs() {
    use std::io::Write;
    let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let block = vec![b' '; 1 << 20];
    for _ in 0..200 {
        zip.write_all(&block).unwrap();
    }
    survives(zip.finish().unwrap());
    survives(b"PK\x03\x04\x14\0\0\0\x08\0aaaaaaaa\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff".to_vec());
}

#[test]
fn encoded_words_and_parameters_by_the_thousand() {
    survives(format!("Subject: {}\n\nx", "=?utf-8?q?=41?= ".repeat(100_000)).into_bytes());
    survives(format!("To: {}\n\nx", "a <a@b.test>, (((((".repeat(50_000)).into_bytes());
    survives(format!("Content-Type: text/plain{}\n\nx", "; a*0*=utf-8''%41".repeat(50_000)).into_bytes());
    survives(format!("Content-Type: text/html\n\n{}", "<div><table>&#x41;".repeat(100_000)).into_bytes());
}

/// Time and memory are measured by `examples/hostile`; here what bounds them.
#[test]
fn the_whole_set_stays_within_the_limits() {
    let limits = site().limits;
    for (name, make) in hostile_mail::ALL {
        let reading = survives(make());
        assert!(reading.attachments.len() <= 100, "{name}");
        assert!(reading.deliveries.len() <= 500, "{name}");
        assert!(reading.evidence.len() <= 20, "{name}");
        assert!(reading.text.len() <= limits.text_bytes, "{name}");
        assert!(reading.arrival.subject.chars().count() <= 998, "{name}");
        assert!(
            reading.deliveries.iter().all(|d| d.diagnostic.as_ref().is_none_or(|w| w.chars().count() <= 1000)),
            "{name}"
        );
    }
}

proptest::proptest! {
    #[test]
    fn any_bytes(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
        read(&bytes);
    }

    #[test]
    fn any_pieces_of_mail(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..40)) {
        let reading = read(pieces.concat().as_bytes());
        proptest::prop_assert!(reading.evidence.iter().all(|e| e.rule != "reading.given-up"));
    }
}

/// Pieces from which broken mail is made.
const PIECES: &[&str] = &[
    "&",
    "&#",
    "&#x1f600;",
    "&eacute;",
    "<!--",
    "-->",
    "<style>",
    "</style>",
    "<p title='é'>",
    "\u{a0}",
    "😀",
    "Content-Type: text/html\n\n",
    "\n",
    "\r",
    "\r\n",
    "\n\n",
    " ",
    "\t",
    "--b",
    "--b\n",
    "--b--\n",
    ":",
    ";",
    "=",
    "\"",
    "<",
    ">",
    "@",
    "(",
    "\\",
    "=?",
    "?=",
    "=?utf-8?b?",
    "From: a@b.test\n",
    "Subject: =?utf-8?q?x",
    "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n",
    "Content-Type: message/rfc822\n",
    "Content-Type: message/delivery-status\n",
    "Content-Type: text/html; charset=",
    "Content-Transfer-Encoding: base64\n",
    "Content-Transfer-Encoding: quoted-printable\n",
    "Final-Recipient: rfc822; ",
    "Action: failed\n",
    "Status: 5.1",
    "Diagnostic-Code: smtp; 550 ",
    "Feedback-Type: abuse\n",
    "<feedback>",
    "<record>",
    "{\"policies\":[",
    "Received: from x by ",
    "Authentication-Results: mail.college.test; dmarc=",
    "Return-Path: <>\n",
    "<html><",
    "é",
    "\u{fffd}",
    "\0",
    "> Received: from ",
    "this is a permanent error",
    "x@y.test: 550 ",
    "\u{1f}\u{8b}",
    "Date: Mon, 99 ",
    "=3",
    "=",
];
