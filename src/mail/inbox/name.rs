//! Folder names as IMAP writes them: modified UTF-7 (RFC 3501 §5.1.3), in quotes.

use base64::{Engine, alphabet, engine::general_purpose};

const MODIFIED: general_purpose::GeneralPurpose =
    general_purpose::GeneralPurpose::new(&alphabet::IMAP_MUTF7, general_purpose::NO_PAD);

/// A folder name for a command. `None` if it holds control characters, which no command can carry.
pub(super) fn quoted(folder: &str) -> Option<String> {
    if folder.chars().any(char::is_control) {
        return None;
    }
    Some(format!("\"{}\"", encode(folder).replace('\\', "\\\\").replace('"', "\\\"")))
}

fn encode(folder: &str) -> String {
    let mut out = String::with_capacity(folder.len());
    let mut foreign: Vec<u8> = Vec::new();
    let flush = |foreign: &mut Vec<u8>, out: &mut String| {
        if !foreign.is_empty() {
            out.push('&');
            out.push_str(&MODIFIED.encode(&foreign));
            out.push('-');
            foreign.clear();
        }
    };
    for c in folder.chars() {
        if c.is_ascii() {
            flush(&mut foreign, &mut out);
            out.push(c);
            if c == '&' {
                out.push('-');
            }
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                foreign.extend_from_slice(&unit.to_be_bytes());
            }
        }
    }
    flush(&mut foreign, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert_eq!(quoted("INBOX").as_deref(), Some("\"INBOX\""));
        assert_eq!(quoted("Tom & Jerry").as_deref(), Some("\"Tom &- Jerry\""));
        assert_eq!(quoted("Entwürfe").as_deref(), Some("\"Entw&APw-rfe\""));
        assert_eq!(quoted("~peter/mail/台北/日本語").as_deref(), Some("\"~peter/mail/&U,BTFw-/&ZeVnLIqe-\""));
        assert_eq!(quoted("a\"b\\c").as_deref(), Some("\"a\\\"b\\\\c\""));
        assert_eq!(quoted("INBOX\r\nA1 DELETE x"), None);
    }
}
