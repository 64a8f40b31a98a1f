use std::io::{Cursor, Write as _};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::*;
use crate::domain::site::Limits;

const HEADER: &str = "Received: from x (x.test [203.0.113.12]) by mx.home.test; Tue, 24 Nov 2026 09:00:00 +0000\r\nFrom: bad@college.test\r\nMessage-ID: <p1@college.test>\r\n";

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn msg() -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for (name, value) in [("007D001F", HEADER), ("1035001F", "<p1@college.test>"), ("0037001F", "Pills")] {
        file.create_stream(format!("/__substg1.0_{name}")).unwrap().write_all(&utf16(value)).unwrap();
    }
    file.into_inner().into_inner()
}

fn winmail() -> Vec<u8> {
    let mut properties = 3u32.to_le_bytes().to_vec();
    // A number, a named text, the header.
    properties.extend([0x03, 0x00, 0x17, 0x00, 1, 0, 0, 0]);
    properties.extend([0x1e, 0x00, 0x01, 0x80]);
    properties.extend([0; 16]);
    properties.extend(1u32.to_le_bytes());
    properties.extend([6u32.to_le_bytes().as_slice(), b"n\0a\0m\0", &[0, 0]].concat());
    properties.extend([1u32.to_le_bytes(), 3u32.to_le_bytes()].concat());
    properties.extend(b"abc\0");
    properties.extend([0x1e, 0x00, 0x7d, 0x00]);
    let header = format!("{HEADER}\0");
    properties.extend([1u32.to_le_bytes(), u32::try_from(header.len()).unwrap().to_le_bytes()].concat());
    properties.extend(header.as_bytes());
    properties.resize(properties.len().next_multiple_of(4), 0);
    let mut file = tnef::MAGIC.to_vec();
    file.extend([1, 0]);
    for (id, data) in [(0x0001_8004u32, b"Pills\0".to_vec()), (0x0006_9003, properties)] {
        file.push(1);
        file.extend(id.to_le_bytes());
        file.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
        file.extend(data);
        file.extend([0, 0]);
    }
    file
}

fn attached(name: &str, bytes: &[u8]) -> Vec<u8> {
    format!(
        "From: ann@home.test\nSubject: this came from you\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nSee the attachment.\n--x\nContent-Type: application/octet-stream; name={name}\nContent-Transfer-Encoding: base64\n\n{}\n--x--\n",
        STANDARD.encode(bytes)
    )
    .into_bytes()
}

#[test]
fn the_header_inside_is_found() {
    for (name, bytes) in [("mail.msg", msg()), ("winmail.dat", winmail())] {
        let mail = attached(name, &bytes);
        let letter = Letter::new(&mail, Limits::default());
        let found: Vec<Packed> = messages(&letter).collect();
        assert_eq!(found.len(), 1, "{name}");
        assert!(found[0].header.contains("203.0.113.12") && found[0].place == "part 2", "{name}: {found:?}");
        assert_eq!(found[0].subject.as_deref(), Some("Pills"), "{name}");
    }
}

#[test]
fn broken_files_tell_what_they_can() {
    for bytes in [msg(), winmail()] {
        for end in (0..bytes.len()).step_by(7) {
            let mail = attached("x", &bytes[..end]);
            let letter = Letter::new(&mail, Limits::default());
            assert!(messages(&letter).count() <= 1);
        }
        for at in (0..bytes.len()).step_by(11) {
            let mut hurt = bytes.clone();
            hurt[at] ^= 0xff;
            let mail = attached("x", &hurt);
            let letter = Letter::new(&mail, Limits::default());
            assert!(messages(&letter).count() <= 1);
        }
    }
}
