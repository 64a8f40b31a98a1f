//! HTML taken apart as browsers do it (WHATWG HTML §13.2.5), as far as tags, comments and raw text go.

/// A piece of HTML. Comments, declarations and the content of raw-text elements are left out.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Text(&'a str),
    Open { name: String, attributes: Vec<(String, &'a str)> },
    Close(String),
}

/// Elements whose content is never shown as text.
const RAW: [&str; 17] = [
    "applet",
    "canvas",
    "iframe",
    "math",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "plaintext",
    "script",
    "style",
    "svg",
    "template",
    "textarea",
    "title",
    "video",
    "xmp",
];
/// Attributes of one tag that are looked at.
const MAX_ATTRIBUTES: usize = 50;

pub(super) struct Tokens<'a> {
    rest: &'a str,
}

impl<'a> Tokens<'a> {
    pub(super) const fn new(html: &'a str) -> Self {
        Self { rest: html }
    }

    /// Moves on by `bytes`, which is always at an ASCII character's border.
    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    /// Moves behind the next `end`, or to the end of all.
    fn skip_past(&mut self, end: &str) {
        match self.rest.find(end) {
            Some(at) => self.skip(at + end.len()),
            None => self.rest = "",
        }
    }

    fn comment(&mut self) {
        if self.rest.starts_with("<!-->") || self.rest.starts_with("<!--->") {
            self.skip_past(">");
        } else if self.rest.starts_with("<!--") {
            self.skip(4);
            // One search for both ends, `-->` and `--!>`: a search for each would be quadratic.
            loop {
                self.skip_past("--");
                let after = self.rest.trim_start_matches('-');
                if self.rest.is_empty() || after.starts_with('>') || self.rest.starts_with("!>") {
                    self.skip_past(">");
                    return;
                }
            }
        } else {
            self.skip_past(">");
        }
    }

    /// A tag from its name on; `None` if it never ends, in which case browsers drop it too.
    fn tag(&mut self) -> Option<(String, Vec<(String, &'a str)>)> {
        let end = self.rest.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>'))?;
        let name = self.rest.get(..end)?.to_ascii_lowercase();
        self.skip(end);
        let mut attributes = Vec::new();
        loop {
            self.rest = self.rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            if self.rest.starts_with('>') {
                self.skip(1);
                return Some((name, attributes));
            }
            let (key, value) = self.attribute()?;
            if attributes.len() < MAX_ATTRIBUTES {
                attributes.push((key, value));
            }
        }
    }

    fn attribute(&mut self) -> Option<(String, &'a str)> {
        // A leading `=` belongs to the name.
        let first = self.rest.chars().next()?.len_utf8();
        let ends = |c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>' | '=');
        let end = first + self.rest.get(first..)?.find(ends)?;
        let key = self.rest.get(..end)?.to_ascii_lowercase();
        self.skip(end);
        let value = self.rest.trim_start_matches(|c: char| c.is_ascii_whitespace());
        let Some(value) = value.strip_prefix('=') else { return Some((key, "")) };
        let value = value.trim_start_matches(|c: char| c.is_ascii_whitespace());
        let (value, rest) = match value.chars().next()? {
            quote @ ('"' | '\'') => value.get(1..)?.split_once(quote)?,
            _ => value.split_at(value.find(|c: char| c.is_ascii_whitespace() || c == '>')?),
        };
        self.rest = rest;
        Some((key, value))
    }

    /// Skips raw text up to the closing tag of the same name.
    fn skip_raw(&mut self, name: &str) {
        let mut from = 0;
        while let Some(at) = self.rest.get(from..).and_then(|rest| rest.find("</")).map(|at| at + from) {
            let after = self.rest.get(at + 2..).unwrap_or_default();
            let same = after.as_bytes().get(..name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name.as_bytes()));
            let ended =
                after.as_bytes().get(name.len()).is_some_and(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'));
            if same && ended {
                self.skip(at);
                return;
            }
            from = at + 2;
        }
        self.rest = "";
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let bytes = self.rest.as_bytes();
            let (&first, second, third) = (bytes.first()?, bytes.get(1), bytes.get(2));
            let letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphabetic);
            if first != b'<' {
                let (text, rest) = self.rest.split_at(self.rest.find('<').unwrap_or(self.rest.len()));
                self.rest = rest;
                return Some(Token::Text(text));
            }
            if letter(second) {
                self.skip(1);
                let Some((name, attributes)) = self.tag() else {
                    self.rest = "";
                    return None;
                };
                if RAW.contains(&name.as_str()) {
                    self.skip_raw(&name);
                    continue;
                }
                return Some(Token::Open { name, attributes });
            }
            match second {
                Some(b'/') if letter(third) => {
                    self.skip(2);
                    let Some((name, _)) = self.tag() else {
                        self.rest = "";
                        return None;
                    };
                    return Some(Token::Close(name));
                }
                Some(b'/' | b'?' | b'!') => self.comment(),
                _ => {
                    let (text, rest) = self.rest.split_at(1);
                    self.rest = rest;
                    return Some(Token::Text(text));
                }
            }
        }
    }
}
