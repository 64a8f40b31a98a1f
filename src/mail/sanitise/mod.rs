//! Hostile HTML made inert, for the page that shows a mail's body inside its own sandbox.
//!
//! Two passes. The first is ours and linear: it cuts the size, drops what is never shown, and writes the rest
//! anew as well-nested tags of bounded depth and number, since an HTML parser itself needs quadratic time
//! and more for some nestings. The second is ammonia, which alone decides what is safe.

mod flatten;
mod images;
mod nesting;
mod policy;
mod tokens;

/// Most of a text that is looked at, in bytes.
const MAX_BYTES: usize = 512 << 10;

/// A whole HTML document, inert: no script, form, style, remote image, SVG, or link but http, https and
/// mailto, whose target stands beside it. Images are those that `images` gives for a Content-ID, of four
/// types and of bounded size.
#[must_use]
pub fn sanitise(html: &str, images: impl Fn(&str) -> Option<(String, Vec<u8>)>) -> String {
    let shown = html.get(..html.floor_char_boundary(MAX_BYTES)).unwrap_or_default();
    let flat = flatten::flatten(shown, &mut images::Images::new(images));
    let body = policy::clean(&flat);
    let cut = if shown.len() < html.len() {
        "<p>[The rest is not shown, it is too long. Download the message to see it.]</p>"
    } else {
        ""
    };
    format!(
        "<!doctype html><html lang=\"und\"><head><meta charset=\"utf-8\"><meta name=\"referrer\" content=\"no-referrer\">\
         <title>Text of the message</title></head><body>{body}{cut}</body></html>"
    )
}

#[cfg(test)]
mod tests;
