//! A kept message taken apart for a person: its text, its outside, its attachments. Any bytes will do.
//!
//! The parsers below are other people's code on hostile bytes: if one breaks, what is asked for is not there, and the
//! raw message can still be had.

use std::panic::{UnwindSafe, catch_unwind};

use crate::{
    domain::{reading::Attachment, site::Limits},
    reading::{self, letter::Letter},
};

pub use crate::reading::{form_in_words, is_sealed};

/// What a person sees of a message.
#[derive(Clone, Debug, Default)]
pub struct Opened {
    /// The text, plain, within the limits.
    pub text: String,
    /// Whether the text was made from HTML, for want of another.
    pub from_html: bool,
    /// Whether the text was cut.
    pub cut: bool,
    /// Whether there is an HTML form of it.
    pub html: bool,
    /// Header fields in their order, decoded, within the limits.
    pub fields: Vec<(String, String)>,
    /// Attachments by their outside.
    pub attachments: Vec<Attachment>,
}

/// What stands in place of a sealed message.
const SEALED: &str = "This report concerns the sexual abuse of children. Its text and its attachments are not shown \
                      here, and they are not searched. The accounts named for child protection can download the raw \
                      message and act on it.";

/// Takes a message apart; `None` if a parser broke on it.
#[must_use]
pub fn open(bytes: &[u8], limits: Limits) -> Option<Opened> {
    if reading::is_sealed(bytes, limits) {
        return Some(Opened { text: SEALED.to_owned(), ..Opened::default() });
    }
    guarded(|| {
        let letter = Letter::new(bytes, limits);
        let text = letter.text();
        let shown = letter.shown_parts();
        let is_html = |id: &usize| letter.part(*id).is_some_and(|part| part.media_type == "text/html");
        Opened {
            from_html: !shown.is_empty() && shown.iter().all(is_html),
            // A character more would not fit, or the limit was met.
            cut: text.len() + 4 > limits.text_bytes,
            html: letter.html().is_some(),
            fields: letter.shown_fields(),
            attachments: attached(&letter),
            text,
        }
    })
}

/// The attachments, without the HTML form of the text itself, which is shown as such: in a mail that has it as an
/// alternative it is a part without a name like any other.
fn attached(letter: &Letter<'_>) -> Vec<Attachment> {
    let mut parts = letter.parts();
    let form = parts.find(|(_, part)| !part.enclosed && !part.attached && part.media_type == "text/html");
    let form = form.and_then(|(id, _)| u32::try_from(id).ok());
    let mut all = letter.attachments();
    all.retain(|one| !(one.name.is_empty() && Some(one.part) == form));
    all
}

/// Makes something of the HTML form, with a way to its inline images by Content-ID; `None` if there is no HTML.
pub fn html<T>(
    bytes: &[u8],
    limits: Limits,
    make: impl FnOnce(&str, &dyn Fn(&str) -> Option<(String, Vec<u8>)>) -> T + UnwindSafe,
) -> Option<T> {
    if reading::is_sealed(bytes, limits) {
        return None;
    }
    guarded(|| {
        let letter = Letter::new(bytes, limits);
        let html = letter.html()?;
        let image = |id: &str| letter.inline_image(id).map(|(media_type, bytes)| (media_type, bytes.into_owned()));
        Some(make(&html, &image))
    })
    .flatten()
}

/// One attachment that [`Opened::attachments`] lists: name and decoded bytes.
#[must_use]
pub fn attachment(bytes: &[u8], limits: Limits, part: u32) -> Option<(String, Vec<u8>)> {
    if reading::is_sealed(bytes, limits) {
        return None;
    }
    guarded(|| {
        let letter = Letter::new(bytes, limits);
        letter.attachments().iter().find(|listed| listed.part == part)?;
        letter.attachment(part).map(|(name, _, content)| (name, content.into_owned()))
    })
    .flatten()
}

fn guarded<T>(work: impl FnOnce() -> T + UnwindSafe) -> Option<T> {
    catch_unwind(work).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_html_form_of_the_text_is_no_attachment() {
        let part = |head: &str, body: &str| format!("--b\r\n{head}\r\n\r\n{body}\r\n");
        let mail = |kind: &str, parts: &[String]| {
            format!("Content-Type: multipart/{kind}; boundary=b\r\n\r\n{}--b--\r\n", parts.concat()).into_bytes()
        };
        let plain = part("Content-Type: text/plain", "Hello");
        let html = part("Content-Type: text/html", "<p>Hello</p>");
        let named = part("Content-Type: text/html\r\nContent-Disposition: attachment; filename=page.html", "<p>x</p>");
        let nameless = part("Content-Type: text/html\r\nContent-Disposition: attachment", "<p>x</p>");
        let listed = |bytes: &[u8]| {
            let opened = open(bytes, Limits::default()).unwrap();
            (opened.html, opened.attachments.iter().map(|one| one.name.clone()).collect::<Vec<_>>())
        };
        assert_eq!(listed(&mail("alternative", &[plain.clone(), html.clone()])), (true, vec![]));
        assert_eq!(
            listed(&mail("mixed", &[plain.clone(), nameless, html, named])),
            (true, vec![String::new(), "page.html".into()])
        );
    }
}
