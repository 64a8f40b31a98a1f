//! Mail made to break its reader, by name. Used by the tests and by `examples/hostile`, which measures it.

use std::{fmt::Write as _, io::Write as _};

use flate2::{Compression, write::GzEncoder};

/// A maker of one hostile mail.
pub(super) type Maker = fn() -> Vec<u8>;

/// All of them.
pub(super) const ALL: &[(&str, Maker)] = &[
    ("50,000 nested multiparts", nested_multiparts),
    ("50,000 nested messages", nested_messages),
    ("200,000 parts", parts),
    ("1,000,000 header fields", fields),
    ("300,000 encoded words", encoded_words),
    ("300,000 encoded words, one a field", encoded_fields),
    ("gzip bomb", gzip),
    ("zip bomb", zip),
    ("zip of 60,000 entries", zip_entries),
    ("XML entities", entities),
    ("XML of 300,000 levels", deep_xml),
    ("report of 300,000 recipients", recipients),
    ("bounce of 300,000 lines", lines),
    ("one line of 5 MB", one_line),
    ("5 MB of base64", base64),
    ("300,000 tables of HTML", html),
    ("bare CRs by the million", bare_cr),
    ("phrases by the hundred thousand", phrases),
];

fn nested_multiparts() -> Vec<u8> {
    let mut mail = String::new();
    for level in 0..50_000 {
        let _ = write!(mail, "Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n");
    }
    mail.push_str("\nthe end\n");
    mail.into_bytes()
}

fn nested_messages() -> Vec<u8> {
    "Content-Type: message/rfc822\n\n".repeat(50_000).into_bytes()
}

fn parts() -> Vec<u8> {
    format!("Content-Type: multipart/mixed; boundary=p\n\n{}", "--p\n\nx\n".repeat(200_000)).into_bytes()
}

fn fields() -> Vec<u8> {
    let mut mail = String::new();
    for n in 0..1_000_000 {
        let _ = writeln!(mail, "X-Filler-{n}: yes");
    }
    mail.push_str("Subject: below\n\nbody\n");
    mail.into_bytes()
}

fn encoded_words() -> Vec<u8> {
    format!("Subject: {}\n\nx", "=?utf-8?q?=41?= ".repeat(300_000)).into_bytes()
}

fn encoded_fields() -> Vec<u8> {
    format!("{}\nx", "Subject: =?utf-8?b?QUFB?=\n".repeat(300_000)).into_bytes()
}

fn blanks(mebibytes: usize) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    let block = vec![b' '; 1 << 20];
    for _ in 0..mebibytes {
        // Writing into memory does not fail.
        let _ = packed.write_all(&block);
    }
    packed.finish().unwrap_or_default()
}

fn gzip() -> Vec<u8> {
    blanks(400)
}

/// A zip with one entry of 400 MiB. gzip's stream between its header (10 bytes) and trailer (8) is zip's as well.
fn zip() -> Vec<u8> {
    let packed = blanks(400);
    let stream = packed.get(10..packed.len().saturating_sub(8)).unwrap_or_default();
    let size = u32::try_from(stream.len()).unwrap_or(u32::MAX).to_le_bytes();
    let mut out = entry(b"report.xml", size);
    out.extend_from_slice(stream);
    out
}

fn entry(name: &[u8], size: [u8; 4]) -> Vec<u8> {
    let mut out = b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0".to_vec();
    out.extend_from_slice(&size);
    out.extend_from_slice(&(400u32 << 20).to_le_bytes());
    out.extend_from_slice(&u16::try_from(name.len()).unwrap_or_default().to_le_bytes());
    out.extend_from_slice(&[0, 0]);
    out.extend_from_slice(name);
    out
}

fn zip_entries() -> Vec<u8> {
    entry(b"report.xml", [0; 4]).repeat(60_000)
}

fn entities() -> Vec<u8> {
    let mut xml = "<?xml version=\"1.0\"?>\n<!DOCTYPE feedback [<!ENTITY a0 \"aaaaaaaaaa\">\n".to_owned();
    for n in 1..30 {
        let _ = writeln!(xml, "<!ENTITY a{n} \"{}\">", format!("&a{};", n - 1).repeat(10));
    }
    let _ = write!(xml, "]>\n<feedback><report_metadata><org_name>&a29;</org_name></report_metadata></feedback>");
    xml.into_bytes()
}

fn deep_xml() -> Vec<u8> {
    format!("<feedback>{}", "<record>".repeat(300_000)).into_bytes()
}

const REPORT: &str = "Return-Path: <>\nFrom: MAILER-DAEMON@far.test\nTo: ann@college.test\nSubject: Undelivered\n";

fn recipients() -> Vec<u8> {
    let mut mail = format!(
        "{REPORT}Content-Type: multipart/report; report-type=delivery-status; boundary=p\n\n--p\nContent-Type: message/delivery-status\n\n"
    );
    for n in 0..300_000 {
        let _ = write!(mail, "\nFinal-Recipient: rfc822; u{n}@far.test\nAction: failed\nStatus: 5.1.1\n");
    }
    mail.into_bytes()
}

fn lines() -> Vec<u8> {
    let mut mail = format!("{REPORT}\nThis is the mail system at host far.test.\n");
    for n in 0..300_000 {
        let _ = writeln!(mail, "<u{n}@far.test>: 550 user unknown");
    }
    mail.into_bytes()
}

fn one_line() -> Vec<u8> {
    format!("{REPORT}\n{}", "user unknown <u@far.test>: ".repeat(190_000)).into_bytes()
}

fn base64() -> Vec<u8> {
    format!("{REPORT}Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{}", "QUFB\n".repeat(1_000_000))
        .into_bytes()
}

fn html() -> Vec<u8> {
    format!("{REPORT}Content-Type: text/html\n\n{}", "<div><table>&#x41;".repeat(300_000)).into_bytes()
}

fn bare_cr() -> Vec<u8> {
    format!("{REPORT}\n{}", "a\r".repeat(1_000_000)).replace('\n', "\r").into_bytes()
}

fn phrases() -> Vec<u8> {
    let said = "could not be delivered to over quota user unknown below this line is a copy rcpt to: ";
    format!("{REPORT}\n{}", format!("{said}\n").repeat(100_000)).into_bytes()
}
