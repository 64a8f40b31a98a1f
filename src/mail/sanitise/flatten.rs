//! The first pass: HTML written anew, well-nested, of bounded depth and number of elements.

use std::fmt::Write as _;

use super::{
    images::Images,
    nesting::{is_void, left_by_closing, left_by_opening, written},
    tokens::{Token, Tokens},
};
use crate::domain::direction::turns;

/// Deepest nesting that is kept; what is deeper is shown without its tags.
const MAX_DEPTH: usize = 100;
/// Most elements that are kept.
const MAX_ELEMENTS: usize = 20_000;
/// Most links whose target is written beside them, and how much of it.
const MAX_LINKS: usize = 500;
const TARGET_CHARS: usize = 120;
/// Longest address of a link.
const MAX_HREF: usize = 2_000;

/// An open element; a link with its target and where its text begins.
struct Open {
    name: &'static str,
    link: Option<(String, usize)>,
}

struct Writer {
    out: String,
    open: Vec<Open>,
    elements: usize,
    links: usize,
}

pub(super) fn flatten<F>(html: &str, images: &mut Images<F>) -> String
where
    F: Fn(&str) -> Option<(String, Vec<u8>)>,
{
    let mut writer = Writer { out: String::with_capacity(html.len()), open: Vec::new(), elements: 0, links: 0 };
    for token in Tokens::new(html) {
        match token {
            Token::Text(text) => writer.text(text),
            Token::Close(name) if name == "br" => writer.begin("br", &[]),
            Token::Close(name) => {
                let Some(name) = written(&name) else { continue };
                if let Some(left) = left_by_closing(writer.names(), name) {
                    writer.close_down_to(left);
                }
            }
            Token::Open { name, attributes } if name == "img" || name == "image" => writer.image(&attributes, images),
            Token::Open { name, attributes } => {
                if let Some(name) = written(&name) {
                    writer.begin(name, &attributes);
                }
            }
        }
    }
    writer.close_down_to(0);
    writer.out
}

impl Writer {
    fn names(&self) -> impl DoubleEndedIterator<Item = &str> + ExactSizeIterator {
        self.open.iter().map(|open| open.name)
    }

    fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '\0' => self.out.push('\u{fffd}'),
                c => self.out.push(c),
            }
        }
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        for c in value.chars() {
            match c {
                '"' => self.out.push_str("&quot;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '\0' => {}
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }

    fn begin(&mut self, name: &'static str, attributes: &[(String, &str)]) {
        self.close_down_to(left_by_opening(self.names(), name));
        if self.elements >= MAX_ELEMENTS || (self.open.len() >= MAX_DEPTH && !is_void(name)) {
            return;
        }
        self.elements += 1;
        self.out.push('<');
        self.out.push_str(name);
        let given = |key: &str| attributes.iter().find(|(name, _)| name == key).map(|(_, value)| value.trim());
        if let Some(dir) = given("dir").filter(|dir| matches!(*dir, "rtl" | "ltr" | "auto")) {
            self.attribute("dir", dir);
        }
        if matches!(name, "td" | "th") {
            for key in ["colspan", "rowspan"] {
                if let Some(span) = given(key).and_then(|span| span.parse::<u8>().ok()) {
                    self.attribute(key, &span.to_string());
                }
            }
        }
        let href = if name == "a" { given("href").and_then(target) } else { None };
        if let Some(href) = &href {
            self.attribute("href", href);
        }
        self.out.push('>');
        if !is_void(name) {
            let link = href.map(|href| (href, self.out.len()));
            self.open.push(Open { name, link });
        }
    }

    fn image<F>(&mut self, attributes: &[(String, &str)], images: &mut Images<F>)
    where
        F: Fn(&str) -> Option<(String, Vec<u8>)>,
    {
        let given = |key: &str| attributes.iter().find(|(name, _)| name == key).map_or("", |(_, value)| value.trim());
        let alt = given("alt");
        match images.data_url(given("src")) {
            Some(url) if self.elements < MAX_ELEMENTS => {
                self.elements += 1;
                self.out.push_str("<img");
                self.attribute("src", &url);
                self.attribute("alt", alt);
                for key in ["width", "height"] {
                    if let Some(length) = given(key).parse::<u16>().ok().filter(|length| *length <= 2_000) {
                        self.attribute(key, &length.to_string());
                    }
                }
                self.out.push('>');
            }
            // An image without words is decoration, or somebody counting readers.
            _ if alt.is_empty() => {}
            _ => {
                self.out.push('[');
                self.text(alt);
                self.out.push(']');
            }
        }
    }

    /// Closes elements until `left` are open.
    fn close_down_to(&mut self, left: usize) {
        while self.open.len() > left {
            let Some(Open { name, link }) = self.open.pop() else { return };
            let _ = write!(self.out, "</{name}>");
            let Some((href, from)) = link else { continue };
            // A reader sees where a link leads, unless its own text says so.
            if self.links < MAX_LINKS && !self.out.get(from..).is_some_and(|text| text.contains(&href)) {
                self.links += 1;
                let shown: String = href.chars().take(TARGET_CHARS).collect();
                let more = if shown.len() < href.len() { "…" } else { "" };
                // On its own, so that what stands around it cannot turn it round.
                self.out.push_str(" <small><bdi dir=\"ltr\">[");
                self.text(&shown);
                self.out.push_str(more);
                self.out.push_str("]</bdi></small>");
            }
        }
    }
}

/// The address of a link that may stay, as it was written.
fn target(href: &str) -> Option<String> {
    let href: String = href.chars().filter(|c| !(c.is_control() || c.is_whitespace() || turns(*c))).collect();
    let allowed = ["http://", "https://", "mailto:"];
    let known = |scheme: &&str| href.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    (href.len() <= MAX_HREF && allowed.iter().any(known)).then_some(href)
}
