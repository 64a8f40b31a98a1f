//! The header that makes a browser save a file under a name, whatever name the sender gave it (RFC 6266).

use axum::http::HeaderValue;

use crate::web::link::escaped;

/// Longest name, in characters.
const CHARS: usize = 100;

/// `attachment` with a safe name; `otherwise` where nothing of the given one is left.
pub(in crate::web) fn attachment(given: &str, otherwise: &str) -> HeaderValue {
    let safe = safe(given);
    let name = if safe.is_empty() { otherwise } else { &safe };
    let plain: String =
        name.chars().map(|c| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') { c } else { '_' }).collect();
    let mut header = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''");
    escaped(&mut header, name);
    HeaderValue::from_str(&header).unwrap_or(HeaderValue::from_static("attachment"))
}

/// The last part of a path, without what a file system or a reader could be led astray by.
fn safe(given: &str) -> String {
    let base = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let named: String = crate::web::line::line(base)
        .chars()
        .map(|c| if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*') { '_' } else { c })
        .collect();
    let trimmed = named.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let length = trimmed.chars().count();
    // The end tells what a file is, so it stays.
    trimmed.chars().skip(length.saturating_sub(CHARS)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(given: &str) -> String {
        attachment(given, "part-2").to_str().unwrap().to_owned()
    }

    #[test]
    fn names_are_made_safe() {
        assert_eq!(of("a b.txt"), "attachment; filename=\"a_b.txt\"; filename*=UTF-8''a%20b.txt");
        assert_eq!(of("../../etc/passwd"), "attachment; filename=\"passwd\"; filename*=UTF-8''passwd");
        assert_eq!(of("C:\\x\\.htaccess"), "attachment; filename=\"htaccess\"; filename*=UTF-8''htaccess");
        assert_eq!(
            of("x\"\r\nSet-Cookie: a=b"),
            "attachment; filename=\"x___Set-Cookie__a=b\"; filename*=UTF-8''x_%20%20Set-Cookie_%20a%3Db"
        );
        assert_eq!(of("exe\u{202e}fdp.é"), "attachment; filename=\"exefdp._\"; filename*=UTF-8''exefdp.%C3%A9");
        assert_eq!(of("…"), "attachment; filename=\"_\"; filename*=UTF-8''%E2%80%A6");
        assert_eq!(of(".."), "attachment; filename=\"part-2\"; filename*=UTF-8''part-2");
        assert!(of(&"x".repeat(900)).len() < 300);
    }
}
