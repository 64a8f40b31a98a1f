//! Images that came with the message, as `data:` addresses of bounded size.

use base64::{Engine, engine::general_purpose::STANDARD};

/// Largest single image, in bytes.
const MAX_IMAGE: usize = 200 << 10;
/// All images of one text together, in bytes.
const MAX_ALL: usize = 2 << 20;
/// How often the message is asked for an image.
const MAX_ASKED: usize = 200;

/// Hands out images until the budget is used up.
pub(super) struct Images<F> {
    find: F,
    left: usize,
    asked: usize,
}

impl<F: Fn(&str) -> Option<(String, Vec<u8>)>> Images<F> {
    pub(super) const fn new(find: F) -> Self {
        Self { find, left: MAX_ALL, asked: 0 }
    }

    /// The image that a `cid:` address names. Other addresses name none: loading them would tell the sender.
    pub(super) fn data_url(&mut self, src: &str) -> Option<String> {
        let cid = src.get(..4).filter(|scheme| scheme.eq_ignore_ascii_case("cid:")).and_then(|_| src.get(4..))?;
        if self.asked >= MAX_ASKED {
            return None;
        }
        self.asked += 1;
        let (said, bytes) = (self.find)(&unescape(cid))?;
        if bytes.len() > MAX_IMAGE.min(self.left) {
            return None;
        }
        let media_type = media_type(&bytes).filter(|found| said.eq_ignore_ascii_case(found) || said == "image/jpg")?;
        self.left -= bytes.len();
        Some(format!("data:{media_type};base64,{}", STANDARD.encode(&bytes)))
    }
}

/// The type by the bytes themselves: what a part is called proves nothing.
fn media_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

/// A Content-ID as an address writes it: percent signs (RFC 2392) and `&amp;` undone.
fn unescape(cid: &str) -> String {
    let cid = cid.replace("&amp;", "&");
    let mut out = Vec::with_capacity(cid.len());
    let mut rest = cid.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok()).filter(|hex| !hex.starts_with('+'));
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) if *first == b'%' => {
                out.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            _ => {
                out.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
