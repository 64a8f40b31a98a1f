//! Addresses of our own pages, with their query.

use std::fmt::Write;

/// A path with those of the pairs whose value is not empty.
pub(super) fn link(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut link = path.to_owned();
    let mut mark = '?';
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        link.push(mark);
        mark = '&';
        link.push_str(name);
        link.push('=');
        escaped(&mut link, value);
    }
    link
}

/// Percent-encodes all but what RFC 3986 calls unreserved.
pub(super) fn escaped(out: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_values_are_left_out() {
        assert_eq!(link("/messages", &[("kind", ""), ("before", "")]), "/messages");
        assert_eq!(link("/a", &[("x", ""), ("y", "a&b=ü"), ("z", "1")]), "/a?y=a%26b%3D%C3%BC&z=1");
    }
}
